"""Students' claims: made at an answer, looked at one by one, answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import MEMBERS, REVIEWERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.refusals import in_words
from grading.marking import claims as of_students
from grading.marking.models import Answer, Claim

SETTLED_SHOWN = 50


@requires(MEMBERS)
def claims(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The open claims, each with its answer; below them what was said to the last ones."""
    exam = exam_or_404(request, exam_id)
    waiting = of_students.open_ones(exam).select_related("sheet", "by")
    settled = of_students.settled_ones(exam).select_related("sheet", "settled_by")
    context = {
        "exam": exam,
        "waiting": of_students.with_answers(exam, waiting),
        "settled": settled[:SETTLED_SHOWN],
        "more": max(0, settled.count() - SETTLED_SHOWN),
        "longest": of_students.WORDS,
    }
    return render(request, "marking/claims.html", context)


@requires(TEACHERS)
@require_POST
def claim(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Keep what the student says of an answer, and go back to the sheet."""
    exam = exam_or_404(request, exam_id)
    answer = Answer.objects.filter(exam=exam, pk=answer_id).first()
    if answer is None:
        raise Http404("There is no such answer.")
    try:
        of_students.claim_again(actor=actor_of(request), answer=answer, words=request.POST.get("words", ""))
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(
            request, _("The claim waits at the review. The mark stays until somebody has looked.")
        )
    return redirect("reports:sheet", exam.pk, answer.sheet_id)


@requires(REVIEWERS)
@require_POST
def settle(request: HttpRequest, exam_id: int, claim_id: int) -> HttpResponse:
    """Answer a claim with the mark as it is now."""
    exam = exam_or_404(request, exam_id)
    found = Claim.objects.filter(exam=exam, pk=claim_id).first()
    if found is None:
        raise Http404("There is no such claim.")
    try:
        settled = of_students.settle(
            actor=actor_of(request), claim=found, reply=request.POST.get("reply", "")
        )
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        changed, kept = _("Answered: the mark was changed."), _("Answered: the mark stays.")
        messages.success(request, changed if settled.is_changed else kept)
    return redirect("marking:claims", exam.pk)
