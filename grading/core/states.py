"""The life of a job: one table of moves, and the one function that makes them."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from django.db.models import QuerySet

from grading.core.models import Job

State = Job.State


class Event(Enum):
    """What can happen to a job."""

    CLAIM = auto()
    COMPLETE = auto()
    REPEAT = auto()
    RETRY = auto()
    HAND_BACK = auto()
    GIVE_UP = auto()
    REVIVE = auto()


TRANSITIONS: dict[Event, tuple[frozenset[State], State]] = {
    Event.CLAIM: (frozenset({State.QUEUED}), State.LEASED),
    Event.COMPLETE: (frozenset({State.LEASED}), State.DONE),
    Event.REPEAT: (frozenset({State.LEASED}), State.QUEUED),
    Event.RETRY: (frozenset({State.LEASED}), State.QUEUED),
    Event.HAND_BACK: (frozenset({State.LEASED}), State.QUEUED),
    Event.GIVE_UP: (frozenset({State.LEASED}), State.QUARANTINED),
    Event.REVIVE: (frozenset({State.DONE, State.QUARANTINED}), State.QUEUED),
}


def move(jobs: QuerySet[Job], event: Event, **changes: Any) -> int:
    """Move those of `jobs` that are still in a state the event starts from; return how many moved.

    Compare and set: a job that another process moved first is simply not among them.
    """
    before, after = TRANSITIONS[event]
    if after is not State.LEASED:
        changes |= {"owner": "", "lease_until": None, "again": False}
    return jobs.filter(state__in=before).update(state=after, **changes)
