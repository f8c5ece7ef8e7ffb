"""One open answer: seen, marked, held."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking import rubric_services
from grading.marking.models import Answer
from grading.marking.services import latest_decision
from grading.review import leases
from grading.review.coming import behind_open_question
from grading.review.desk import CONFLICT, UNPROCESSABLE
from grading.review.keys import keys_of
from grading.review.open_desk import lay_out
from grading.review.open_forms import OpenMarkForm
from grading.review.open_services import next_open
from grading.review.open_views import question_or_404


@requires(REVIEWERS)
def item(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The answer on the desk, borrowed while it is open; one that is marked can be marked again."""
    exam, answer = _found(request, exam_id, answer_id)
    return _desk(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def mark(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Save a mark and show the next answer; refused when somebody else has it or was faster."""
    exam, answer = _found(request, exam_id, answer_id)
    actor = actor_of(request)
    if not leases.take(actor=actor, item=answer):
        lost = _("Your hold on this answer ran out and %(name)s has it now. Nothing was saved.")
        return _refused(request, exam, answer, lost % {"name": leases.holder(answer) or "–"}, CONFLICT)
    _question, rules = question_or_404(exam, answer.question)
    form = OpenMarkForm(request.POST, criteria=[criterion.id for criterion in rules.rubric.criteria])
    if not form.is_valid():
        return _refused(request, exam, answer, form.faults(), UNPROCESSABLE)
    data = form.cleaned_data
    try:
        rubric_services.mark(
            actor=actor,
            answer=answer,
            applied=form.applied,
            annotations=data["annotations"],
            comment=data["comment"],
            seen=data["seen"],
        )
    except UserError as error:
        stale = data["seen"] != latest_decision(answer)
        return _refused(request, exam, answer, in_words(error), CONFLICT if stale else UNPROCESSABLE)
    leases.give_back(actor=actor, items=[answer])
    return _go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def keep(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The heartbeat of an open answer: 204, or 409 once another person has it."""
    _exam, answer = _found(request, exam_id, answer_id)
    lost = leases.hold(actor=actor_of(request), kind="answer", keys=[answer.pk])
    return HttpResponse(status=CONFLICT if lost else 204)


def _found(request: HttpRequest, exam_id: int, answer_id: int) -> tuple[Exam, Answer]:
    exam = exam_or_404(request, exam_id)
    answers = Answer.objects.filter(exam=exam).select_related("page__sheet__print_run", "sheet")
    if (answer := answers.filter(pk=answer_id).first()) is None:
        raise Http404("There is no such answer.")
    return exam, answer


def _go_on(request: HttpRequest, exam: Exam, last: Answer) -> HttpResponse:
    following = next_open(actor=actor_of(request), exam=exam, question=last.question, after=last)
    if following is None:
        url = behind_open_question(actor_of(request), exam, last.question)
        return HttpResponse(headers={"HX-Redirect": url}) if _by_script(request) else redirect(url)
    url = reverse("review:open-item", args=[exam.pk, following.pk])
    if not _by_script(request):
        return redirect(url)
    response = _desk(request, *_found(request, exam.pk, following.pk))
    response.headers["HX-Push-Url"] = url
    return response


def _refused(request: HttpRequest, exam: Exam, answer: Answer, why: str, status: int) -> HttpResponse:
    sent = {name: request.POST.get(name, "") for name in ("adjust", "reason", "comment")}
    sent |= {"annotations": request.POST.get("annotations") or "[]"}
    answer.refresh_from_db(fields=["status", "marks", "turn"])
    typed = {**sent, "criteria": request.POST.getlist("criteria")}
    return _desk(request, exam, answer, status=status, sent=typed, refusal=why)


def _by_script(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"))


def _desk(request: HttpRequest, exam: Exam, answer: Answer, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    context = {"exam": exam, "desk": lay_out(exam, answer, actor, **more)}
    if _by_script(request):
        return render(request, "review/open_bench.html", context, status=status)
    return render(request, "review/open_item.html", {**context, "keys": keys_of(actor)}, status=status)
