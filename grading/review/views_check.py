"""The spot check of automatic marks, item by item."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking.models import Answer
from grading.review import leases, spot_checks
from grading.review.bench import behind_check, lay_out_check
from grading.review.desk import UNPROCESSABLE, go, typed
from grading.review.forms import DecisionForm
from grading.review.keys import keys_of


@requires(REVIEWERS)
def next_one(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Borrow the next sampled answer (behind ``?after=``) and go there."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    given = whole_number(request.GET.get("after", ""))
    last = Answer.objects.filter(exam=exam, pk=given).first() if given else None
    if last is not None:
        leases.give_back(actor=actor, items=[last])
    answer = spot_checks.next_check(actor=actor, exam=exam, after=last)
    if answer is None:
        messages.success(request, _("Nothing is left to check for you."))
        return redirect("review:queue", exam.pk)
    return redirect("review:check", exam.pk, answer.pk)


@requires(REVIEWERS)
def check(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """One sampled answer without the machine's mark; saves what the person would have given."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    answer = spot_checks.sample(exam).filter(pk=answer_id).select_related("sheet", "reading").first()
    if answer is None:
        raise Http404("There is no such answer in the sample.")
    is_open = spot_checks.waiting(exam).filter(pk=answer.pk).exists()
    if not is_open or not leases.take(actor=actor, item=answer):
        messages.warning(request, _("Somebody else has that one; here is another."))
        return redirect("review:check-next", exam.pk)
    if request.method != "POST":
        return _bench(request, exam, answer)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _bench(request, exam, answer, " ".join(form.faults()))
    said = form.verdict()
    try:
        spot_checks.look(actor=actor, answer=answer, verdict=said)
    except UserError as error:
        return _bench(request, exam, answer, in_words(error))
    leases.give_back(actor=actor, items=[answer])
    return go(request, reverse("review:check-next", args=[exam.pk]))


def _bench(request: HttpRequest, exam: Exam, answer: Answer, refusal: str = "") -> HttpResponse:
    context = {
        "exam": exam,
        "item": lay_out_check(exam, answer).refused(refusal, typed(request)),
        "ahead": behind_check(exam, answer),
        "progress": spot_checks.progress(exam),
        "keys": keys_of(actor_of(request)),
    }
    return render(request, "review/check.html", context, status=UNPROCESSABLE if refusal else 200)
