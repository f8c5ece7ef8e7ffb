"""Handing out review items: each is lent to one reviewer at a time, and comes back when the lease ends.

A lease is taken by compare-and-set on its row, so that of two reviewers who ask at the same moment one
gets the item and the other the next one. It keeps people from doing the same work twice; what keeps a
decision from being overwritten is ``grading.marking.services.decide`` and the version it is given.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.accounts.models import User
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.decisions import standing
from grading.marking.models import Answer, Decision
from grading.review.models import Lease
from grading.review.queue import free_for, starting_after, waiting

HOLD = timedelta(minutes=2)
LOOK_BACK = 50  # decisions that an undo looks through
TRIES = 5  # as many reviewers may take the item we wanted before we give up and say "try again"


def next_item(*, actor: Actor, exam: Exam, question: str = "", after: Answer | None = None) -> Answer | None:
    """Lend the next free answer to ``actor``: the one held already, or the first behind ``after``.

    None when nothing is left for this reviewer: all decided, or held by others.
    """
    if after is None and (held := _held_already(actor, exam, question)):
        return held
    for _try in range(TRIES):
        candidate = _first_free(actor, exam, question, after)
        if candidate is None or take(actor=actor, answer=candidate):
            return candidate
    return None


def take(*, actor: Actor, answer: Answer) -> bool:
    """Lend this very answer to ``actor``; False while another reviewer holds it."""
    now = timezone.now()
    mine_or_over = Q(reviewer_id=actor.user_id) | Q(until__lte=now)
    taken = Lease.objects.filter(mine_or_over, answer=answer).update(
        reviewer_id=actor.user_id, until=now + HOLD
    )
    return bool(taken) or _create(actor, answer, now)


def hold(*, actor: Actor, answer: Answer) -> bool:
    """Renew the actor's lease (the heartbeat of an open tab); False when it is lost to another reviewer."""
    now = timezone.now()
    # A lease that ran out unnoticed (a laptop asleep) is renewed too, as long as nobody took the item since.
    return bool(Lease.objects.filter(answer=answer, reviewer_id=actor.user_id).update(until=now + HOLD))


def give_back(*, actor: Actor, answer: Answer) -> None:
    """End the actor's lease; another reviewer's is left alone."""
    Lease.objects.filter(answer=answer, reviewer_id=actor.user_id).delete()


def undo_last(*, actor: Actor, exam: Exam) -> Answer:
    """Take back the newest decision of the actor that still counts, and lend its item to them again.

    Raises UserError when there is none, or somebody decided on the same answer since.
    """
    mine = Decision.objects.filter(sheet__exam=exam, by_id=actor.user_id).order_by("-id")
    for decision in mine.exclude(kind=Decision.Kind.UNDO)[:LOOK_BACK]:
        answer = Answer.objects.filter(sheet_id=decision.sheet_id, question=decision.question).first()
        if answer and _standing(answer) == decision:
            undone = marking.undo(actor=actor, answer=answer, seen=marking.latest_decision(answer))
            take(actor=actor, answer=undone)
            return undone
    raise UserError(_("There is no decision of yours left to take back."))


def holder(answer: Answer) -> User | None:
    """Who holds the answer now."""
    lease = Lease.objects.filter(answer=answer, until__gt=timezone.now()).select_related("reviewer").first()
    return lease.reviewer if lease else None


def _standing(answer: Answer) -> Decision | None:
    history = Decision.objects.filter(sheet_id=answer.sheet_id, question=answer.question)
    return standing(history.order_by("id"))


def _held_already(actor: Actor, exam: Exam, question: str) -> Answer | None:
    mine = (
        waiting(exam, question)
        .filter(lease__reviewer_id=actor.user_id, lease__until__gt=timezone.now())
        .first()
    )
    return mine if mine and hold(actor=actor, answer=mine) else None


def _first_free(actor: Actor, exam: Exam, question: str, after: Answer | None) -> Answer | None:
    answers = free_for(actor, waiting(exam, question), timezone.now())
    for part in starting_after(answers, after):
        if found := part.first():
            return found
    return None


def _create(actor: Actor, answer: Answer, now: datetime) -> bool:
    if actor.user_id is None:
        raise UserError(_("Only a person can hold a review item."))
    try:
        with transaction.atomic():
            Lease.objects.create(answer=answer, reviewer_id=actor.user_id, until=now + HOLD)
    except IntegrityError:  # another reviewer was faster
        return False
    return True
