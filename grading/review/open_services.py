"""Handing out open answers of one question, marking them, and taking a mark back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import acting
from grading.marking import services as marking
from grading.marking.decisions import standing
from grading.marking.key_state import key_state
from grading.marking.models import Answer, Decision
from grading.review import leases
from grading.review.open_queue import behind, waiting_for

TRIES = 5  # as many markers may take the answer we wanted before we give up
LOOK_BACK = 50  # decisions that an undo looks through


def next_open(*, actor: Actor, exam: Exam, question: str, after: Answer | None = None) -> Answer | None:
    """Lend the next answer to ``actor``: the one they hold, or the first behind ``after`` and round again."""
    if after is None:
        waiting = waiting_for(actor, exam, question, timezone.now())
        held = waiting.filter(lease__reviewer_id=actor.user_id, lease__until__gt=timezone.now()).first()
        if held is not None and leases.take(actor=actor, item=held):
            return held
    besides = () if after is None else (after.pk,)
    found = lend(actor=actor, exam=exam, question=question, after=after, besides=besides)
    return found[0] if found else None


def lend(
    *,
    actor: Actor,
    exam: Exam,
    question: str,
    after: Answer | None = None,
    besides: Collection[int] = (),
    count: int = 1,
) -> list[Answer]:
    """Lend the next ``count`` answers behind ``after``, and round again, that are not among ``besides``."""
    for _try in range(TRIES):
        waiting = waiting_for(actor, exam, question, timezone.now()).exclude(pk__in=besides)
        wanted = list((waiting if after is None else behind(waiting, after))[:count])
        if after is not None and len(wanted) < count:
            first = waiting.exclude(pk__in=[answer.pk for answer in wanted])
            wanted += first[: count - len(wanted)]
        got = leases.take_all(actor=actor, items=wanted)
        if got or not wanted:
            return [answer for answer in wanted if answer.pk in got]
    return []


@transaction.atomic
def undo_last(*, actor: Actor, exam: Exam, question: str, act: UUID | None = None) -> Answer:
    """Take back the newest mark of the actor on this question that still counts, and lend the answer again.

    ``act`` names this undo, so that sending it twice takes back one mark. Raises UserError when there is
    none, or it can no longer be taken back.
    """
    Exam.objects.select_for_update().get(pk=exam.pk)  # the second sending waits for the first
    before = acting.taken_back_by(actor=actor, exam=exam, act=act) if act else ()
    answer = before[0] if before else _take_back(actor, exam, question, act)
    leases.take(actor=actor, item=answer)
    return answer


def _take_back(actor: Actor, exam: Exam, question: str, act: UUID | None) -> Answer:
    key = key_state(exam.load_spec().question(question))
    mine = Decision.objects.filter(sheet__exam=exam, question=question, by_id=actor.user_id, audit=False)
    for decision in mine.exclude(kind=Decision.Kind.UNDO).order_by("-id")[:LOOK_BACK]:
        history = Decision.objects.filter(sheet_id=decision.sheet_id, question=question).order_by("id")
        if standing(history, key, decision.turn) != decision:
            continue
        answer = Answer.objects.get(sheet_id=decision.sheet_id, question=question)
        return marking.undo(actor=actor, answer=answer, seen=marking.latest_decision(answer), act=act)
    raise UserError(_("There is no mark of yours left to take back."))
