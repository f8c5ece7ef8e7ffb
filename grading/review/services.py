"""Handing out review items, single ones or whole groups, and what reviewers do with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import acting, decisions
from grading.marking.acting import Acted, Verdict
from grading.marking.key_state import keys_of
from grading.marking.models import Answer, Decision
from grading.review import known_items, leases
from grading.review.filters import Filters
from grading.review.queue import ALL, free_for, in_order, starting_after, waiting

GROUP_SHOWN = 60  # members of a group that one person sees, and decides, at a time
LOOK_BACK = 500  # decisions that an undo looks through
TRIES = 5  # as many reviewers may take the item we wanted before we give up and say "try again"


@dataclass(frozen=True, slots=True)
class Lent:
    """Members of one group that a reviewer holds, those that look odd last; ``more`` wait behind them."""

    number: int
    members: tuple[Answer, ...]
    more: int


def next_item(
    *, actor: Actor, exam: Exam, filters: Filters = ALL, after: Answer | None = None
) -> Answer | None:
    """Lend the next free single answer to ``actor``: the one held already, or the first behind ``after``.

    None when nothing is left for this reviewer: all decided, or held by others.
    """
    if after is None and (held := _held_already(actor, exam, filters)):
        return held
    return next(iter(lend(actor=actor, exam=exam, filters=filters, after=after)), None)


def lend(
    *,
    actor: Actor,
    exam: Exam,
    filters: Filters = ALL,
    after: Answer | None = None,
    besides: Collection[int] = (),
    count: int = 1,
) -> list[Answer]:
    """Lend the next ``count`` single answers behind ``after`` that are not among ``besides``.

    A known item comes before them when one is due: the last that is lent tells the place in the queue.
    """
    for _try in range(TRIES):
        wanted = _first_free(actor, exam, filters, after, besides, count)
        got = leases.take_all(actor=actor, items=wanted)
        if got:
            known = known_items.draw(actor=actor, exam=exam, filters=filters)
            return [*known, *(answer for answer in wanted if answer.pk in got)]
        if not wanted:
            break
    return []


def next_group(*, actor: Actor, exam: Exam, filters: Filters = ALL, after: int | None = None) -> int | None:
    """Lend the next group of like answers, behind group ``after``: its number; None when none is free."""
    for _try in range(TRIES):
        first = _first_of_a_group(actor, exam, filters, after)
        if first is None:
            return None
        # Whoever gets the first member gets the group: two who ask at once cannot share it.
        if leases.take(actor=actor, item=first):
            return first.group if hold_group(actor=actor, exam=exam, number=first.group) else None
    return None


def hold_group(*, actor: Actor, exam: Exam, number: int) -> bool:
    """Lend what ``lend_group`` would lend, for a page that comes next; whether it is anything."""
    wanted = _members(actor, exam, number).values_list("pk", flat=True)[:GROUP_SHOWN]
    return bool(leases.take_keys(actor=actor, kind="answer", keys=set(wanted)))


def lend_group(*, actor: Actor, exam: Exam, number: int) -> Lent | None:
    """Lend what is free of one group, as much as is shown at a time; None when nothing of it is."""
    free = _members(actor, exam, number)
    wanted = list(free.select_related("sheet", "reading")[: GROUP_SHOWN + 1])
    more = free.count() if len(wanted) > GROUP_SHOWN else len(wanted)
    wanted = wanted[:GROUP_SHOWN]
    got = leases.take_all(actor=actor, items=wanted)
    held = tuple(answer for answer in wanted if answer.pk in got)
    return Lent(number, held, max(0, more - len(held))) if held else None


def decide(
    *, actor: Actor, exam: Exam, seen: Mapping[int, int | None], verdict: Verdict, act: UUID | None = None
) -> Acted:
    """Give a verdict on answers that the actor holds, or that nobody does; then they are given back.

    Answers that somebody else holds are left alone, like those that somebody decided meanwhile. What is said
    of known items is kept and decides nothing.
    """
    act = act or uuid4()
    known = known_items.among(actor, exam, seen)
    if known:
        second = known_items.say(actor=actor, exam=exam, answers=known, verdict=verdict, act=act)
        leases.give_back(actor=actor, items=second)
        if known == set(seen):
            return Acted(second)
    others = leases.held_by_others(actor=actor, kind="answer", keys=seen)
    skipped = known | set(others)
    free = {answer: newest for answer, newest in seen.items() if answer not in skipped}
    acted = acting.decide_all(actor=actor, exam=exam, seen=free, verdict=verdict, act=act)
    leases.give_back(actor=actor, items=acted.saved)
    held = tuple(Answer.objects.filter(exam=exam, pk__in=others).select_related("sheet"))
    return Acted(acted.saved, acted.left_alone + held, acted.repeated)


@transaction.atomic
def undo_last(*, actor: Actor, exam: Exam, act: UUID | None = None) -> tuple[Answer, ...]:
    """Take back the actor's newest act that still counts, a group as one, and lend its answers to them again.

    ``act`` names this undo, so that sending it twice takes back one act. Raises UserError when there is none
    to take back, or somebody decided on the same answers since.
    """
    Exam.objects.select_for_update().get(pk=exam.pk)  # the second sending waits for the first
    if act and (before := acting.taken_back_by(actor=actor, exam=exam, act=act)):
        return before
    acts = _acts(actor, exam)
    newest = acts[0][0].at if acts else None
    if known := known_items.take_back(actor=actor, exam=exam, newest_decision=newest, act=act):
        leases.take_all(actor=actor, items=known)
        return known
    for decided in acts:
        undone = acting.take_back(actor=actor, exam=exam, decided=decided, act=act or uuid4()).saved
        if undone:
            leases.take_all(actor=actor, items=undone)
            return undone
    raise UserError(_("There is no decision of yours left to take back."))


def pull_out(*, actor: Actor, exam: Exam, answers: Collection[int]) -> int:
    """Take answers out of their group: they come one by one. How many they were."""
    with transaction.atomic():
        chosen = Answer.objects.filter(exam=exam, pk__in=answers, status=Answer.Status.REVIEW)
        found = list(chosen.select_related("sheet"))
        chosen.update(apart=True, group=0, group_size=0, oddity=0.0)
        if found:
            named = {"question": found[0].question, "sheets": [answer.sheet.number for answer in found]}
            audit.record("answer.pulled_out", actor=actor, obj=found[0], exam_id=exam.pk, data=named)
    leases.give_back(actor=actor, items=found)
    return len(found)


def flag(*, actor: Actor, answer: Answer, flagged: bool) -> None:
    """Mark an answer to be looked at again, or take the mark off."""
    with transaction.atomic():
        if Answer.objects.filter(pk=answer.pk, flagged=not flagged).update(flagged=flagged):
            verb = "answer.flagged" if flagged else "answer.unflagged"
            data = {"sheet": answer.sheet.number, "question": answer.question}
            audit.record(verb, actor=actor, obj=answer, exam_id=answer.exam_id, data=data)


def _acts(actor: Actor, exam: Exam) -> list[list[Decision]]:
    """The actor's last acts, newest first, each with those of its decisions that still count."""
    recent = Decision.objects.filter(by_id=actor.user_id, audit=False, sheet__exam=exam).order_by("-id")
    mine = list(recent.exclude(kind=Decision.Kind.UNDO)[:LOOK_BACK])
    counting = _counting(mine, keys_of(exam.load_spec()))
    acts: dict[object, list[Decision]] = {}
    for decision in mine:
        if decision.pk in counting:
            acts.setdefault(decision.act or decision.pk, []).append(decision)
    return list(acts.values())


def _counting(mine: Sequence[Decision], keys: Mapping[str, str]) -> set[int]:
    """Those of some decisions that nobody took back or followed with another, given by the keys of today."""
    rows = Decision.objects.filter(
        sheet_id__in={d.sheet_id for d in mine}, question__in={d.question for d in mine}
    ).order_by("pk")
    histories: dict[tuple[int, str], list[Decision]] = {}
    for row in rows:
        histories.setdefault((row.sheet_id, row.question), []).append(row)
    standing = (
        decisions.standing_by_turn(found, keys.get(question, ""))
        for (_sheet, question), found in histories.items()
    )
    return {decision.pk for by_turn in standing for decision in by_turn.values()}


def _held_already(actor: Actor, exam: Exam, filters: Filters) -> Answer | None:
    held = filters.alone(waiting(exam, filters)).filter(
        lease__reviewer_id=actor.user_id, lease__until__gt=timezone.now()
    )
    mine = held.first()
    return mine if mine and leases.take(actor=actor, item=mine) else None


def _members(actor: Actor, exam: Exam, number: int) -> QuerySet[Answer]:
    """The members of a group that the actor can have, those that look odd last."""
    members = waiting(exam).filter(group=number) if number else waiting(exam).none()
    return free_for(actor, members, timezone.now()).order_by("oddity", "id")


def _first_free(
    actor: Actor, exam: Exam, filters: Filters, after: Answer | None, besides: Collection[int], count: int
) -> list[Answer]:
    answers = filters.alone(waiting(exam, filters)).exclude(pk__in=besides)
    free = free_for(actor, answers, timezone.now()).select_related("sheet", "reading")
    found: list[Answer] = []
    for part in starting_after(free, after, filters.order):
        found += part[: count - len(found)]
        if len(found) == count:
            break
    return found


def _first_of_a_group(actor: Actor, exam: Exam, filters: Filters, after: int | None) -> Answer | None:
    answers: QuerySet[Answer] = filters.in_groups(waiting(exam, filters)).order_by("group", "id")
    free = free_for(actor, answers, timezone.now())
    parts = in_order(free, filters.order)
    if after is not None:
        parts = [part.filter(group__gt=after) for part in parts] + [
            part.filter(group__lt=after) for part in parts
        ]
    return next((first for part in parts if (first := part.first())), None)
