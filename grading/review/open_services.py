"""Handing out open answers of one question, and taking a mark back."""

from __future__ import annotations

from itertools import chain

from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.decisions import standing
from grading.marking.key_state import key_state
from grading.marking.models import Answer, Decision
from grading.review import leases
from grading.review.open_queue import behind, waiting_for

TRIES = 5
LOOK_BACK = 50  # decisions that an undo looks through


def next_open(*, actor: Actor, exam: Exam, question: str, after: Answer | None = None) -> Answer | None:
    """Lend the next answer to ``actor``: the one they hold, or the first behind ``after`` and round again."""
    waiting = waiting_for(actor, exam, question, timezone.now())
    if after is None:
        held = waiting.filter(lease__reviewer_id=actor.user_id, lease__until__gt=timezone.now()).first()
        parts = [[held] if held else [], waiting[:TRIES]]
    else:
        parts = [behind(waiting, after)[:TRIES], waiting.exclude(pk=after.pk)[:TRIES]]
    return leases.take_first(actor=actor, items=chain.from_iterable(parts))


def undo_last(*, actor: Actor, exam: Exam, question: str) -> Answer:
    """Take back the newest mark of the actor on this question that still counts, and lend the answer again.

    Raises UserError when there is none, or it can no longer be taken back.
    """
    key = key_state(exam.load_spec().question(question))
    mine = Decision.objects.filter(sheet__exam=exam, question=question, by_id=actor.user_id, audit=False)
    for decision in mine.exclude(kind=Decision.Kind.UNDO).order_by("-id")[:LOOK_BACK]:
        history = Decision.objects.filter(sheet_id=decision.sheet_id, question=question).order_by("id")
        if standing(history, key, decision.turn) != decision:
            continue
        answer = Answer.objects.get(sheet_id=decision.sheet_id, question=question)
        undone = marking.undo(actor=actor, answer=answer, seen=marking.latest_decision(answer))
        leases.take(actor=actor, item=undone)
        return undone
    raise UserError(_("There is no mark of yours left to take back."))
