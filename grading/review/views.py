"""The review queue as a whole: what waits, the next item, taking back the last decision, keeping a hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.accounts.models import User
from grading.core.errors import UserError
from grading.core.sent import whole_numbers
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking.models import Answer
from grading.review import benches, leases, services, spot_checks
from grading.review import filters as narrowing
from grading.review.addresses import group_url, item_url, next_url, queue_url
from grading.review.assignments import assigned
from grading.review.bench import lay_out_for
from grading.review.coming import Coming, what_comes
from grading.review.desk import CONFLICT, by_script, filters_of, go, pieces, progress_for
from grading.review.filters import Filters
from grading.review.forms import UndoForm
from grading.review.queue import Overview, Progress, decided, overview, seconds_an_item

FLAGGED_SHOWN = 20


@requires(REVIEWERS)
def queue(request: HttpRequest, exam_id: int) -> HttpResponse:
    """What waits for a person, in the order in which it is best done."""
    exam = exam_or_404(request, exam_id)
    filters = filters_of(request, exam)
    flagged = (
        Answer.objects.filter(exam=exam, flagged=True).select_related("sheet").order_by("position", "id")
    )
    found, (checks, disagreements) = overview(exam), spot_checks.overview(exam)
    asked = assigned(exam)
    context = {
        "exam": exam,
        "filters": filters,
        "choices": _choices(exam, filters),
        "progress": Progress(found.waiting, decided(exam), seconds_an_item(exam, actor_of(request))),
        "questions": [(row, asked.get(row.question, ())) for row in found.questions],
        "own": _own(request, exam, found, asked),
        "unseen": found.unseen,
        "checks": checks,
        "disagreements": disagreements,
        "flagged": flagged[:FLAGGED_SHOWN],
        "benches": benches.waiting_at(exam, found, checks),
    }
    return render(request, "review/queue.html", context)


@requires(REVIEWERS)
def next_one(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Borrow what comes next, one's own questions first, and go there; to the queue when nothing is left."""
    exam = exam_or_404(request, exam_id)
    filters = filters_of(request, exam)
    coming = what_comes(actor=actor_of(request), exam=exam, filters=filters)
    _tell(request, filters, coming)
    return redirect(coming.url if coming else queue_url(exam, filters.anybodys))


@requires(REVIEWERS)
@require_POST
def undo_last(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Take back the person's own last decision, a group's as one, and show it again."""
    exam, form = exam_or_404(request, exam_id), UndoForm(request.POST)
    filters = filters_of(request, exam)
    act = form.cleaned_data["act"] if form.is_valid() else None
    try:
        undone = services.undo_last(actor=actor_of(request), exam=exam, act=act)
    except UserError as error:
        if by_script(request):
            return HttpResponse(in_words(error), status=CONFLICT, content_type="text/plain; charset=utf-8")
        messages.error(request, in_words(error))
        return redirect(next_url(exam, filters))
    if by_script(request) and len(undone) == 1 and "go" not in request.POST:
        return pieces(request, exam, lay_out_for(actor_of(request), exam, undone))
    back = ngettext(
        "Taken back. It waits for you again.", "Taken back: %(n)d answers wait for you again.", len(undone)
    )
    messages.success(request, back % {"n": len(undone)} if len(undone) > 1 else back)
    return go(request, _where(exam, undone, filters))


@requires(REVIEWERS)
@require_POST
def hold(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The heartbeat of an open bench: renews what it holds, says what it lost and how far everything is."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    filters = filters_of(request, exam)
    held = {kind: whole_numbers(request.POST.getlist(kind)) for kind in ("answer", "sheet", "page")}
    lost = {kind: leases.hold(actor=actor, kind=kind, keys=keys) for kind, keys in held.items() if keys}
    context = {
        "exam": exam,
        "filters": filters,
        "progress": progress_for(actor, exam, filters),
        "lost": sorted(key for keys in lost.values() for key in keys),
    }
    return render(request, "review/progress.html", context)


@dataclass(frozen=True, slots=True)
class Own:
    """The questions that a person is asked to mark, and how many answers wait in them."""

    questions: list[str]
    waiting: int


def _own(
    request: HttpRequest, exam: Exam, queue: Overview, asked: Mapping[str, Collection[User]]
) -> Own | None:
    """None for somebody who is asked to mark none."""
    listed = [question.id for question in exam.load_spec().questions if question.id in asked]
    mine = [name for name in listed if request.user in asked[name]]
    return Own(mine, queue.waiting_in(mine)) if mine else None


def _tell(request: HttpRequest, filters: Filters, coming: Coming | None) -> None:
    """Say when the person's own questions are through, and when everything is."""
    if coming is None:
        messages.success(request, _("Nothing of what you chose is left for you here."))
    elif coming.leaves_own(filters):
        messages.info(
            request, _("Nothing is left for you in your questions. Here is what others have not done yet.")
        )


def _where(exam: Exam, undone: tuple[Answer, ...], filters: Filters) -> str:
    """Where answers that were taken back are seen: their group, if they still are one."""
    number = undone[0].group
    if len(undone) > 1 and number:
        return group_url(exam, number, filters)
    return item_url(undone[0], filters)


def _choices(exam: Exam, filters: Filters) -> list[dict[str, object]]:
    """The filters as fields: name, label, options, what is chosen."""
    questions = {"": _("all"), **{question.id: question.id for question in exam.load_spec().questions}}
    return [
        {"name": name, "label": label, "options": options.items(), "chosen": getattr(filters, name)}
        for name, label, options in (
            ("order", _("Order"), narrowing.ORDERS),
            ("size", _("Groups"), narrowing.SIZES),
            ("question", _("Question"), questions),
            ("reason", _("Why it is here"), {"": _("all"), **narrowing.REASONS}),
            ("question_type", _("Kind of answer"), {"": _("all"), **narrowing.KINDS}),
            ("flagged", _("Flagged"), {"": _("all"), "1": _("flagged only")}),
        )
    ]
