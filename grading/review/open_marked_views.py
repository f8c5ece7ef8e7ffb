"""The marked answers to a question, to be looked through."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grading.accounts.access import MEMBERS, READERS, actor_of, requires
from grading.exams.gate import exam_or_404
from grading.review.open_marked import Wish, given, marked_answers, marks_given, people
from grading.review.open_views import question_or_404

ON_A_PAGE = 50


@requires(MEMBERS)
def marked(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """By criterion, marks and marker; without names, as marking is.

    Reviewers see those of open questions: of others, they check the machine's marks without seeing them.
    """
    exam = exam_or_404(request, exam_id)
    chosen, rules = question_or_404(exam, question)
    if not rules.by_people and actor_of(request).role not in READERS:
        raise PermissionDenied("The machine's marks are checked blind.")
    wish, found = Wish.of(request.GET), marked_answers(exam, chosen, rules)
    page = Paginator([one for one in found if one.fits(wish)], ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "exam": exam,
        "question": chosen,
        "rules": rules,
        "wish": wish,
        "page": page,
        "given": given(rules, found),
        "marks": marks_given(found),
        "people": people(found),
    }
    return render(request, "review/open_marked.html", context)
