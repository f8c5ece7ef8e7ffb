"""One item of the review: seen, decided, skipped, flagged; and the items in line behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
from grading.marking.models import Answer
from grading.review import known_items, leases, services
from grading.review.addresses import item_url, next_url
from grading.review.bench import Item, lay_out_for
from grading.review.desk import CONFLICT, UNPROCESSABLE, by_script, filters_of, pieces, typed, whole
from grading.review.forms import DecisionForm
from grading.review.queue import by_people
from grading.scans.overlay import overlay

IN_LINE = 5
"""Items that a reviewer holds at a time: the one on the bench, and those that come next."""


@requires(REVIEWERS)
def item(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The item on the bench, borrowed while it is open; a decided one can be decided again."""
    exam, answer = found(request, exam_id, answer_id)
    if _by_criteria(exam, answer):
        return redirect("review:open-item", exam.pk, answer.pk)
    free = leases.take(actor=actor_of(request), item=answer)
    return _show(
        request, exam, _item(request, exam, answer, taken_by=None if free else leases.holder(answer))
    )


@requires(REVIEWERS)
@require_POST
def decide(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Save a decision and show what comes next; refused when somebody else has the item or was faster."""
    exam, answer = found(request, exam_id, answer_id)
    actor, form = actor_of(request), DecisionForm(request.POST)
    if _by_criteria(exam, answer):
        refused = _("This answer is marked by criteria, at the desk of open answers. Nothing was saved.")
        return _refused(request, exam, answer, refused, UNPROCESSABLE)
    if not form.is_valid():
        return _refused(request, exam, answer, " ".join(form.faults()), UNPROCESSABLE)
    data = form.cleaned_data
    try:
        acted = services.decide(
            actor=actor,
            exam=exam,
            seen={answer.pk: data["seen"]},
            verdict=form.verdict(),
            act=data["act"],
        )
    except UserError as error:
        return _refused(request, exam, answer, in_words(error), UNPROCESSABLE)
    if not acted.saved:
        return _refused(request, exam, answer, _why_not(request, answer), CONFLICT)
    return go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def skip(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Give the item back undecided and show the one behind it."""
    exam, answer = found(request, exam_id, answer_id)
    leases.give_back(actor=actor_of(request), items=[answer])
    return go_on(request, exam, answer)


@requires(REVIEWERS)
@require_POST
def more(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The items in line behind those that the bench has, lent to this person."""
    return _in_line(request, exam_or_404(request, exam_id), None)


@requires(REVIEWERS)
@require_POST
def flag(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """Mark an item to be looked at again, or take the mark off."""
    exam, answer = found(request, exam_id, answer_id)
    services.flag(actor=actor_of(request), answer=answer, flagged=request.POST.get("flag") == "1")
    if by_script(request):
        return HttpResponse(status=204)
    return redirect(item_url(answer, filters_of(request, exam)))


@requires(REVIEWERS)
def whole_page(request: HttpRequest, exam_id: int, answer_id: int) -> HttpResponse:
    """The page that the answer is on, with its box marked: a piece for the bench's dialog."""
    exam, answer = found(request, exam_id, answer_id)
    if answer.page is None or not answer.page.preview:
        raise Http404("There is no image of this page.")
    shown = {"exam": exam, "page": answer.page, "overlay": overlay(answer.page, answer.question)}
    return render(request, "review/whole_page.html", shown)


def found(request: HttpRequest, exam_id: int, answer_id: int) -> tuple[Exam, Answer]:
    """The exam and one of its answers; Http404 without them."""
    exam = exam_or_404(request, exam_id)
    answers = Answer.objects.filter(exam=exam).select_related("reading", "page", "sheet")
    if (answer := answers.filter(pk=answer_id).first()) is None:
        raise Http404("There is no such answer.")
    return exam, answer


def _by_criteria(exam: Exam, answer: Answer) -> bool:
    """Whether it belongs to the desk of open answers: a verdict here would wipe out what was marked there.

    What was never scanned has nothing to look at there; its marks are given here, off the paper.
    """
    return answer.page_id is not None and answer.position in by_people(exam)


def go_on(request: HttpRequest, exam: Exam, last: Answer) -> HttpResponse:
    """What comes behind ``last``: the next page, or for the script what it still needs in line."""
    if by_script(request):
        return _in_line(request, exam, last)
    actor, filters = actor_of(request), filters_of(request, exam)
    known = known_items.among(actor, exam, [last.pk])
    answer = services.next_item(actor=actor, exam=exam, filters=filters, after=None if known else last)
    if answer is not None and answer.group and filters.wants_groups:
        answer = None  # a group comes as a group
    return redirect(item_url(answer, filters) if answer else next_url(exam, filters))


def _in_line(request: HttpRequest, exam: Exam, last: Answer | None) -> HttpResponse:
    actor, have = actor_of(request), whole_numbers(request.POST.getlist("have"))
    known = known_items.among(actor, exam, [*have, *([last.pk] if last else [])])
    places = [key for key in have if key not in known]  # a known item has no place in the queue
    behind = None if last is None or last.pk in known else last
    if places:
        behind = Answer.objects.filter(exam=exam, pk=places[-1]).first()
    wanted = IN_LINE - len(have)
    lent = services.lend(
        actor=actor,
        exam=exam,
        filters=filters_of(request, exam),
        after=behind,
        besides=[*have, *([last.pk] if last else [])],
        count=max(0, wanted),
    )
    return pieces(request, exam, lay_out_for(actor, exam, lent) if lent else [])


def _why_not(request: HttpRequest, answer: Answer) -> str:
    other = leases.held_by_others(actor=actor_of(request), kind="answer", keys=[answer.pk])
    if other:
        lost = _("Your hold on this item ran out and %(name)s has it now. Nothing was saved.")
        return lost % {"name": other[answer.pk]}
    return _(
        "Somebody decided on this answer while you were looking at it. Nothing was saved: "
        "look at their decision before yours."
    )


def _refused(request: HttpRequest, exam: Exam, answer: Answer, why: str, status: int) -> HttpResponse:
    answer.refresh_from_db()
    return _show(request, exam, _item(request, exam, answer).refused(why, typed(request)), status)


def _item(request: HttpRequest, exam: Exam, answer: Answer, **more: Any) -> Item:
    return replace(lay_out_for(actor_of(request), exam, [answer])[0], **more)


def _show(request: HttpRequest, exam: Exam, shown: Item, status: int = 200) -> HttpResponse:
    if by_script(request):
        return pieces(request, exam, [shown], status)
    return whole(request, "review/item.html", exam, {"item": shown}, status)
