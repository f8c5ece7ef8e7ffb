"""How fast people decide: the mean time from one decision of a person to their next; breaks are left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from grading.review.queue import LONGEST_PAUSE

LEAST_GAPS = 2
"""Fewer say nothing."""
Act = tuple[str, int | None, datetime]
"""Question, person, moment of a decision."""


@dataclass(slots=True)
class Gaps:
    """How many times between two decisions, and how long they were together, in seconds."""

    n: int = 0
    seconds: float = 0.0

    def add(self, other: Gaps) -> None:
        """Count others in."""
        self.n, self.seconds = self.n + other.n, self.seconds + other.seconds

    @property
    def mean(self) -> float | None:
        """Seconds an answer; None when too few are known."""
        return self.seconds / self.n if self.n >= LEAST_GAPS else None


@dataclass(slots=True)
class Paces:
    """The gaps of every person at every question: a gap belongs to the question that it ended with."""

    by_place: dict[tuple[str, int | None], Gaps] = field(default_factory=dict)

    def of_person(self, person: int | None) -> float | None:
        """The pace of one person at whatever they did."""
        return self._mean(gaps for (_question, who), gaps in self.by_place.items() if who == person)

    def at(self, questions: Iterable[str]) -> float | None:
        """The pace of everybody at some questions together."""
        wanted = set(questions)
        return self._mean(gaps for (question, _who), gaps in self.by_place.items() if question in wanted)

    @staticmethod
    def _mean(found: Iterable[Gaps]) -> float | None:
        together = Gaps()
        for gaps in found:
            together.add(gaps)
        return together.mean


def paces(acts: Iterable[Act]) -> Paces:
    """The paces of some decisions, whatever their order."""
    before: dict[int | None, datetime] = {}
    found = Paces()
    for question, person, at in sorted(acts, key=lambda act: act[2]):
        gap = (at - before[person]).total_seconds() if person in before else None
        before[person] = at
        if gap is not None and gap <= LONGEST_PAUSE:
            found.by_place.setdefault((question, person), Gaps()).add(Gaps(1, gap))
    return found
