"""A group of like answers: seen as a grid, decided at once, single ones pulled out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_numbers
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking.acting import Acted
from grading.marking.models import Answer
from grading.review import leases, services
from grading.review.addresses import group_url, item_url, next_url
from grading.review.bench import GroupBench, Item, lay_out, lay_out_group
from grading.review.desk import CONFLICT, UNPROCESSABLE, filters_of, go, typed, whole
from grading.review.forms import DecisionForm, members


@requires(REVIEWERS)
def group(request: HttpRequest, exam_id: int, number: int) -> HttpResponse:
    """The members of a group that are free, lent to this person while the page is open.

    Whoever comes back to a group that is done is told so: another one in its place would be taken for it.
    """
    exam = exam_or_404(request, exam_id)
    filters = filters_of(request, exam)
    lent = services.lend_group(actor=actor_of(request), exam=exam, number=number)
    if lent is None:
        context = {"exam": exam, "filters": filters, "next": next_url(exam, filters)}
        return render(request, "review/group_gone.html", context)
    if len(lent.members) == 1:
        return redirect(item_url(lent.members[0], filters))
    return _show(request, exam, lay_out_group(exam, lent))


@requires(REVIEWERS)
@require_POST
def decide(request: HttpRequest, exam_id: int, number: int) -> HttpResponse:
    """Save one verdict on all members but those that are pulled out, and show what comes next."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    form, seen = DecisionForm(request.POST), members(request)
    apart = set(whole_numbers(request.POST.getlist("apart")))
    chosen = {answer: newest for answer, newest in seen.items() if answer not in apart}
    if not form.is_valid():
        return _refused(request, exam, number, " ".join(form.faults()), UNPROCESSABLE)
    try:
        acted = services.decide(
            actor=actor, exam=exam, seen=chosen, verdict=form.verdict(), act=form.cleaned_data["act"]
        )
    except UserError as error:
        return _refused(request, exam, number, in_words(error), UNPROCESSABLE)
    if chosen and not acted.saved:
        why = _("Somebody else decided on these answers meanwhile, or has them now. Nothing was saved.")
        return _refused(request, exam, number, why, CONFLICT)
    pulled = services.pull_out(actor=actor, exam=exam, answers=apart & set(seen)) if apart else 0
    _tell(request, acted, pulled)
    return _behind(request, exam, number)


@requires(REVIEWERS)
@require_POST
def skip(request: HttpRequest, exam_id: int, number: int) -> HttpResponse:
    """Give the group back undecided and show the one behind it."""
    exam = exam_or_404(request, exam_id)
    mine = Answer.objects.filter(exam=exam, pk__in=members(request))
    leases.give_back(actor=actor_of(request), items=list(mine))
    return _behind(request, exam, number)


def _behind(request: HttpRequest, exam: Exam, number: int) -> HttpResponse:
    filters, actor = filters_of(request, exam), actor_of(request)
    if _decided(request) and services.hold_group(actor=actor, exam=exam, number=number):
        return go(request, group_url(exam, number, filters))
    after = services.next_group(actor=actor, exam=exam, filters=filters, after=number)
    return go(request, next_url(exam, filters) if after is None else group_url(exam, after, filters))


def _decided(request: HttpRequest) -> bool:
    """Whether members behind the shown ones are due now: not when the group was skipped."""
    return "act" in request.POST


def _tell(request: HttpRequest, acted: Acted, pulled: int) -> None:
    saved = len(acted.saved)
    said = [ngettext("%(n)d answer decided.", "%(n)d answers decided.", saved) % {"n": saved}]
    if pulled:
        out = ngettext("%(n)d comes by itself.", "%(n)d come by themselves.", pulled)
        said.append(out % {"n": pulled})
    if left := len(acted.left_alone):
        alone = ngettext(
            "%(n)d was left alone: somebody else decided it meanwhile or has it now.",
            "%(n)d were left alone: somebody else decided them meanwhile or has them now.",
            left,
        )
        said.append(alone % {"n": left})
    (messages.warning if acted.left_alone else messages.success)(request, " ".join(said))


def _refused(request: HttpRequest, exam: Exam, number: int, why: str, status: int) -> HttpResponse:
    """The members that were shown, with what was typed and ticked."""
    shown = Answer.objects.filter(exam=exam, pk__in=members(request)).select_related("sheet", "reading")
    answers = list(shown.order_by("oddity", "pk"))
    if not answers:
        return go(request, next_url(exam, filters_of(request, exam)))
    laid = lay_out(exam, answers)
    bench = GroupBench(number, _first_open(laid), laid, 0, typed(request), why)
    return _show(request, exam, bench, status, apart=whole_numbers(request.POST.getlist("apart")))


def _first_open(laid: list[Item]) -> Item:
    return next((item for item in laid if item.answer.status == Answer.Status.REVIEW), laid[0])


def _show(
    request: HttpRequest, exam: Exam, bench: GroupBench, status: int = 200, **context: Any
) -> HttpResponse:
    first = replace(bench.first, typed=bench.typed, refusal=bench.refusal)
    return whole(request, "review/group.html", exam, {"bench": bench, "item": first, **context}, status)
