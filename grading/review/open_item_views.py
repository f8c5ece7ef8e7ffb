"""One open answer: seen, marked, skipped, taken back; and the answers in line behind it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_numbers
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking import acting, rubric_services
from grading.marking.models import Answer
from grading.marking.services import latest_decision
from grading.review import leases, open_services
from grading.review.coming import behind_open_question
from grading.review.desk import CONFLICT, UNPROCESSABLE, by_script
from grading.review.forms import UndoForm
from grading.review.keys import keys_of
from grading.review.open_desk import Desk, lay_out
from grading.review.open_forms import OpenMarkForm
from grading.review.open_queue import progress
from grading.review.open_views import question_or_404

IN_LINE = 4
"""Answers that a marker holds at a time: the one on the desk, and those that come next."""


@requires(REVIEWERS)
def item(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The answer on the desk, borrowed while it is open; one that is marked can be marked again."""
    exam, answer = _found(request, exam_id, answer_id)
    return _show(request, exam, lay_out(exam, answer, actor_of(request)))


@requires(REVIEWERS)
@require_POST
def mark(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Save a mark and show the next answer; refused when somebody else has it or was faster."""
    exam, answer = _found(request, exam_id, answer_id)
    actor = actor_of(request)
    _question, rules = question_or_404(exam, answer.question)
    form = OpenMarkForm(request.POST, criteria=[criterion.id for criterion in rules.rubric.criteria])
    if not form.is_valid():
        return _refused(request, exam, answer, form.faults(), UNPROCESSABLE)
    data = form.cleaned_data
    # What is sent again after a cut may have been saved, and the answer lent to somebody else since.
    repeated = bool(data["act"]) and acting.is_stored(answer, data["act"])
    if not repeated and not leases.take(actor=actor, item=answer):
        lost = _("Your hold on this answer ran out and %(name)s has it now. Nothing was saved.")
        return _refused(request, exam, answer, lost % {"name": leases.holder(answer) or "–"}, CONFLICT)
    try:
        rubric_services.mark(
            actor=actor,
            answer=answer,
            applied=form.applied,
            annotations=data["annotations"],
            comment=data["comment"],
            seen=data["seen"],
            act=data["act"],
        )
    except UserError as error:
        stale = data["seen"] != latest_decision(answer)
        return _refused(request, exam, answer, in_words(error), CONFLICT if stale else UNPROCESSABLE)
    leases.give_back(actor=actor, items=[answer])
    return _go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def skip(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Give the answer back unmarked and show the one behind it."""
    exam, answer = _found(request, exam_id, answer_id)
    leases.give_back(actor=actor_of(request), items=[answer])
    return _go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def more(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """The answers in line behind those that the desk has, lent to this person."""
    exam = exam_or_404(request, exam_id)
    chosen, _rules = question_or_404(exam, question)
    return _in_line(request, exam, chosen.id, None)


@requires(REVIEWERS)
@require_POST
def hold(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """The heartbeat of the desk: renews what it holds, says what it lost and how far the question is."""
    exam = exam_or_404(request, exam_id)
    chosen, _rules = question_or_404(exam, question)
    held = whole_numbers(request.POST.getlist("answer"))
    lost = leases.hold(actor=actor_of(request), kind="answer", keys=held)
    far = progress(exam, [chosen.id])[chosen.id]
    return render(request, "review/open_progress.html", {"progress": far, "lost": sorted(lost)})


@requires(REVIEWERS)
@require_POST
def undo_last(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """Take back the person's own last mark and show that answer again."""
    exam, actor, form = exam_or_404(request, exam_id), actor_of(request), UndoForm(request.POST)
    chosen, _rules = question_or_404(exam, question)
    act = form.cleaned_data["act"] if form.is_valid() else None
    try:
        answer = open_services.undo_last(actor=actor, exam=exam, question=chosen.id, act=act)
    except UserError as error:
        if by_script(request):
            return HttpResponse(in_words(error), status=CONFLICT, content_type="text/plain; charset=utf-8")
        messages.error(request, in_words(error))
        return redirect("review:open-question", exam.pk, chosen.id)
    if by_script(request):
        return _pieces(request, exam, [answer.pk])
    messages.success(request, _("Taken back. It waits for you again."))
    return redirect("review:open-item", exam.pk, answer.pk)


def _found(request: HttpRequest, exam_id: int, answer_id: int) -> tuple[Exam, Answer]:
    exam = exam_or_404(request, exam_id)
    if (answer := _answers(exam).filter(pk=answer_id).first()) is None:
        raise Http404("There is no such answer.")
    return exam, answer


def _answers(exam: Exam) -> QuerySet[Answer]:
    return Answer.objects.filter(exam=exam).select_related("page__sheet__print_run", "sheet")


def _go_on(request: HttpRequest, exam: Exam, last: Answer) -> HttpResponse:
    """What comes behind ``last``: the next page, or for the script what it still needs in line."""
    if by_script(request):
        return _in_line(request, exam, last.question, last)
    actor = actor_of(request)
    following = open_services.next_open(actor=actor, exam=exam, question=last.question, after=last)
    if following is None:
        return redirect(behind_open_question(actor, exam, last.question))
    return redirect("review:open-item", exam.pk, following.pk)


def _in_line(request: HttpRequest, exam: Exam, question: str, last: Answer | None) -> HttpResponse:
    have = whole_numbers(request.POST.getlist("have"))
    after = last
    if have:
        after = Answer.objects.filter(exam=exam, pk=have[-1]).select_related("sheet").first()
    lent = open_services.lend(
        actor=actor_of(request),
        exam=exam,
        question=question,
        after=after,
        besides=[*have, *([last.pk] if last else [])],
        count=max(0, IN_LINE - len(have)),
    )
    return _pieces(request, exam, [answer.pk for answer in lent])


def _refused(request: HttpRequest, exam: Exam, answer: Answer, why: str, status: int) -> HttpResponse:
    sent = {name: request.POST.get(name, "") for name in ("adjust", "reason", "comment")}
    sent |= {"annotations": request.POST.get("annotations") or "[]"}
    answer.refresh_from_db(fields=["status", "marks", "turn"])
    typed = {**sent, "criteria": request.POST.getlist("criteria")}
    return _show(request, exam, lay_out(exam, answer, actor_of(request), sent=typed, refusal=why), status)


def _pieces(request: HttpRequest, exam: Exam, keys: Sequence[int]) -> HttpResponse:
    """Answers alone, for the script to put in line, in the order of ``keys``."""
    found = _answers(exam).in_bulk(keys)
    desks = [lay_out(exam, found[key], actor_of(request)) for key in keys]
    return render(request, "review/open_pieces.html", {"exam": exam, "desks": desks})


def _show(request: HttpRequest, exam: Exam, desk: Desk, status: int = 200) -> HttpResponse:
    if by_script(request):
        return render(request, "review/open_pieces.html", {"exam": exam, "desks": [desk]}, status=status)
    actor, name = actor_of(request), desk.question.id
    context = {"exam": exam, "desk": desk, "keys": keys_of(actor), "progress": progress(exam, [name])[name]}
    return render(request, "review/open_item.html", context, status=status)
