"""Who is told something else now than before: pure comparison, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Literal

from grading.reports.told import Told

LISTED = 300
DIGITS = 16

Kind = Literal["turned", "changed", "came", "gone"]
KINDS: tuple[Kind, ...] = ("turned", "changed", "came", "gone")
"""In the order of their weight: pass became fail or the reverse, other results, new, no longer there."""


@dataclass(frozen=True, slots=True)
class Side:
    """A result before or after; ``percent`` and ``passed`` are None while anything is open."""

    sheet: int | None
    marks: Decimal
    percent: Decimal | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that earns other marks, "" for none yet."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One student; ``before`` is None for one who came, ``after`` for one who is gone.

    ``student`` is None where the sheet has no student now, or had one who is no longer on the roster.
    """

    student: int | None
    before: Side | None
    after: Side | None
    questions: tuple[Moved, ...]

    @property
    def kind(self) -> Kind:
        """What happened."""
        if self.before is None:
            return "came"
        if self.after is None:
            return "gone"
        return "turned" if {self.before.passed, self.after.passed} == {True, False} else "changed"

    @property
    def sheet(self) -> int | None:
        """The sheet of now, else the one of before."""
        return self.after.sheet if self.after else self.before.sheet if self.before else None

    @property
    def other_sheet(self) -> bool:
        """Whether the student has a sheet now that was not theirs."""
        return bool(self.before and self.after and self.before.sheet != self.after.sheet)


@dataclass(frozen=True, slots=True)
class Found:
    """All differences in numbers, and the first of them, the weightiest first.

    ``sheets``: all scanned sheets that are of a student told something else. ``seen`` names exactly these
    differences, so that a person releases what they looked at.
    """

    turned: int
    changed: int
    came: int
    gone: int
    sheets: tuple[int, ...]
    listed: tuple[Difference, ...]
    seen: str

    @property
    def students(self) -> int:
        """How many differ."""
        return self.turned + self.changed + self.came + self.gone

    @property
    def has_reopened(self) -> bool:
        """Whether a listed student has a question open now that had a mark."""
        return any(m.before and not m.after for each in self.listed for m in each.questions)

    @property
    def unlisted(self) -> int:
        """How many of them are not listed."""
        return self.students - len(self.listed)


def differences(before: Iterable[Told], after: Iterable[Told]) -> list[Difference]:
    """Of all students who are told something else; the weightiest first.

    A sheet that has lost its student is held against what its student was told, if they have no other.
    """
    by_student, nameless = {}, {}
    for told in after:
        if told.student is None:
            nameless[told.sheet] = told
        else:
            by_student[told.student] = told
    found, left = [], []
    for told in before:
        now = by_student.pop(told.student, None) if told.student is not None else None
        if now is None:
            left.append(told)
        elif now != told:
            found.append(_difference(told, now))
    found += [_difference(told, nameless.pop(told.sheet, None)) for told in left]
    found += [_difference(None, told) for told in (*by_student.values(), *nameless.values())]
    return sorted(found, key=_weight)


def found_in(all_of_them: list[Difference]) -> Found:
    """Differences counted and cut to the first of them."""
    counts = dict.fromkeys(KINDS, 0)
    for difference in all_of_them:
        counts[difference.kind] += 1
    digest = sha256("\n".join(map(repr, all_of_them)).encode()).hexdigest()[:DIGITS]
    sheets = tuple(each.after.sheet for each in all_of_them if each.after and each.after.sheet is not None)
    return Found(**counts, sheets=sheets, listed=tuple(all_of_them[:LISTED]), seen=digest)


def _difference(before: Told | None, after: Told | None) -> Difference:
    student = after.student if after else before.student if before else None
    if student is None and before is not None:
        student = before.student
    return Difference(student, _side(before), _side(after), _moved(before, after))


def _side(told: Told | None) -> Side | None:
    return None if told is None else Side(told.sheet, told.marks, told.percent, told.passed)


def _moved(before: Told | None, after: Told | None) -> tuple[Moved, ...]:
    if before is None or after is None:
        return ()
    was, now = before.earned, after.earned
    moved = (
        Moved(question, was.get(question, ""), now.get(question, ""))
        for question in {**was, **now}
        if was.get(question) != now.get(question)
    )
    return tuple(sorted(moved, key=lambda each: (len(each.question), each.question)))


def _weight(difference: Difference) -> tuple[int, Decimal, int, int]:
    before, after = difference.before, difference.after
    moved = abs(after.marks - before.marks) if before and after else Decimal(0)
    place = KINDS.index(difference.kind)
    return place, -moved, difference.sheet or 0, difference.student or 0
