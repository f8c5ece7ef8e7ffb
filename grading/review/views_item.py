"""One item of the review: seen, decided, skipped, held."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.review import services
from grading.review.addresses import item_url, queue_url
from grading.review.bench import lay_out
from grading.review.forms import DecisionForm

CONFLICT, UNPROCESSABLE = 409, 422


@requires(REVIEWERS)
def item(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The item on the bench, borrowed while it is open; a decided one can be decided again."""
    exam, answer = _found(request, exam_id, answer_id)
    free = services.take(actor=actor_of(request), answer=answer)
    return _bench(request, exam, answer, taken_by=None if free else services.holder(answer))


@requires(REVIEWERS)
@require_POST
def decide(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Save a decision and show the next item; refused when somebody else has the item or was faster."""
    exam, answer = _found(request, exam_id, answer_id)
    actor, form = actor_of(request), DecisionForm(request.POST)
    if not services.take(actor=actor, answer=answer):
        lost = _("Your hold on this item ran out and %(name)s has it now. Nothing was saved.")
        return _refused(request, exam, answer, lost % {"name": services.holder(answer) or "–"}, CONFLICT)
    if not form.is_valid():
        return _refused(request, exam, answer, " ".join(form.faults()), UNPROCESSABLE)
    data = form.cleaned_data
    before, now = data["seen"], marking.latest_decision(answer)
    try:
        marking.decide(
            actor=actor,
            answer=answer,
            kind=Decision.Kind(data["kind"]),
            text=data["text"],
            marks=data["marks"],
            comment=data["comment"],
            seen=before,
        )
    except UserError as error:
        return _refused(request, exam, answer, in_words(error), CONFLICT if before != now else UNPROCESSABLE)
    services.give_back(actor=actor, answer=answer)
    return _go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def skip(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Give the item back undecided and show the one behind it."""
    exam, answer = _found(request, exam_id, answer_id)
    services.give_back(actor=actor_of(request), answer=answer)
    return _go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def keep(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The heartbeat of an open item: 204, or 409 once another reviewer has it."""
    _exam, answer = _found(request, exam_id, answer_id)
    return HttpResponse(status=204 if services.hold(actor=actor_of(request), answer=answer) else CONFLICT)


def _found(request: HttpRequest, exam_id: int, answer_id: int) -> tuple[Exam, Answer]:
    exam = exam_or_404(request, exam_id)
    answers = Answer.objects.filter(exam=exam).select_related("reading", "page", "sheet")
    if (answer := answers.filter(pk=answer_id).first()) is None:
        raise Http404("There is no such answer.")
    return exam, answer


def _go_on(request: HttpRequest, exam: Exam, last: Answer) -> HttpResponse:
    chosen = request.POST.get("question", "")
    answer = services.next_item(actor=actor_of(request), exam=exam, question=chosen, after=last)
    url = item_url(answer, chosen) if answer else queue_url(exam)
    if not request.headers.get("HX-Request"):
        return redirect(url)
    if answer is None:
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    response = _bench(request, exam, answer)
    response.headers["HX-Push-Url"] = url
    return response


def _refused(request: HttpRequest, exam: Exam, answer: Answer, why: str, status: int) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("text", "marks", "comment")}
    answer.refresh_from_db()
    return _bench(request, exam, answer, status=status, typed=typed, refusal=why)


def _bench(request: HttpRequest, exam: Exam, answer: Answer, status: int = 200, **more: Any) -> HttpResponse:
    chosen = request.POST.get("question", request.GET.get("question", ""))
    bench = lay_out(exam, answer, actor_of(request), chosen=chosen, **more)
    partial = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    template = "review/bench.html" if partial else "review/item.html"
    return render(request, template, {"exam": exam, "bench": bench}, status=status)
