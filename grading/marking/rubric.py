"""Marking by criteria: what applies adds up or comes off, and the sum stays within the question's marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

HUNDREDTH = Decimal("0.01")
NOTHING = Decimal(0)


class Scoring(StrEnum):
    """Where counting begins: at nothing, points adding up, or at the full marks, points coming off."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric. ``id`` stays with it through all changes; decisions refer to it."""

    id: str
    text: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class RubricSpec:
    """The criteria of a question in the order of their keys. Version 0: as the exam file has them."""

    criteria: tuple[Criterion, ...] = ()
    scoring: Scoring = Scoring.UP
    version: int = 0

    def applied(self, ids: Iterable[str]) -> tuple[Criterion, ...]:
        """Those of the criteria that are named; names that the rubric no longer has are left out."""
        named = frozenset(ids)
        return tuple(criterion for criterion in self.criteria if criterion.id in named)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a marker said of one answer: criteria, and points given or taken besides, with the reason."""

    criteria: tuple[str, ...] = ()
    adjust: Decimal = NOTHING
    reason: str = ""


def marks_of(rubric: RubricSpec, applied: Applied, most: Decimal) -> Decimal:
    """The marks of an answer: never below 0, never above ``most``, to the hundredth."""
    points = sum((criterion.points for criterion in rubric.applied(applied.criteria)), NOTHING)
    counted = points if rubric.scoring is Scoring.UP else most - points
    bounded = min(max(counted + applied.adjust, NOTHING), most)
    return min(bounded.quantize(HUNDREDTH, ROUND_HALF_UP), most)


def applied_of(data: Mapping[str, Any]) -> Applied:
    """What a decision's data says; ``ValueError`` when it is not of this form."""
    try:
        adjust = Decimal(str(data.get("adjust", "0")))
    except InvalidOperation as problem:
        raise ValueError(f"{data.get('adjust')!r} is no number of points") from problem
    if not adjust.is_finite():
        raise ValueError(f"{adjust} is no number of points")
    return Applied(tuple(map(str, data.get("criteria", ()))), adjust, str(data.get("reason", "")))


def stored(applied: Applied) -> dict[str, Any]:
    """The reverse of ``applied_of``."""
    return {"criteria": list(applied.criteria), "adjust": str(applied.adjust), "reason": applied.reason}


def of_stored(criteria: Iterable[Mapping[str, Any]], scoring: str, version: int) -> RubricSpec:
    """A rubric as the database keeps it."""
    found = tuple(Criterion(c["id"], c["text"], Decimal(c["points"])) for c in criteria)
    return RubricSpec(found, Scoring(scoring), version)


def to_store(rubric: RubricSpec) -> list[dict[str, str]]:
    """The criteria as plain JSON."""
    return [{"id": c.id, "text": c.text, "points": str(c.points)} for c in rubric.criteria]


def next_version(rubric: RubricSpec, criteria: Iterable[Criterion], scoring: Scoring) -> RubricSpec:
    """The rubric after a change: criteria without an id are new and get one that was never used."""
    version = rubric.version + 1
    numbered = [
        criterion if criterion.id else replace(criterion, id=f"{version}.{place}")
        for place, criterion in enumerate(criteria, 1)
    ]
    return RubricSpec(tuple(numbered), scoring, version)
