"""Second marking: which marks an answer marked twice has, who may mark it next, and what they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from grading.marking.rubric import HUNDREDTH

FIRST, SECOND, THIRD = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Settled:
    """``marks`` with the turn that gave them, or None with the turn that is waited for.

    ``mean``: two people differed within the tolerance, and the mark is the mean of theirs.
    """

    marks: Decimal | None
    turn: int
    mean: bool = False


def settle(given: Mapping[int, Decimal], *, twice: bool, tolerance: Decimal) -> Settled:
    """The mark of an answer from the marks ``given`` at each turn.

    Marked once, the first counts. Marked twice, both must be there: within the tolerance their mean counts,
    beyond it a third person's mark, and nothing until then.
    """
    first, second = given.get(FIRST), given.get(SECOND)
    if first is None:
        return Settled(None, FIRST)
    if not twice:
        return Settled(first, FIRST)
    if THIRD in given:
        return Settled(given[THIRD], THIRD)
    if second is None:
        return Settled(None, SECOND)
    if abs(first - second) > tolerance:
        return Settled(None, THIRD)
    mean = ((first + second) / 2).quantize(HUNDREDTH, ROUND_HALF_UP)
    return Settled(first if first == second else mean, FIRST, mean=first != second)


def turn_for(
    person: int | None, markers: Mapping[int, int | None], settled: Settled, *, twice: bool, teacher: bool
) -> int | None:
    """The turn at which a person may mark the answer now; None when it is not theirs to mark.

    ``markers``: who marked at which turn. Nobody marks two turns of one answer, and nobody changes a first or
    second mark once the other is in: it would no longer be blind. A teacher may overrule what two settled.
    """
    if not twice:
        return FIRST
    if THIRD in markers:
        return THIRD if markers[THIRD] == person or (teacher and person not in _two(markers)) else None
    if person in markers.values():
        only = SECOND not in markers or FIRST not in markers
        return next(turn for turn, who in markers.items() if who == person) if only else None
    if settled.marks is not None:
        return THIRD if teacher else None
    return settled.turn


def is_drawn(name: str, share: float, seed: str) -> bool:
    """Whether the answer ``name`` is of the share that two people mark: always the same for the same seed.

    A greater share holds every answer of a smaller one, and a late sheet displaces no other.
    """
    drawn = int.from_bytes(sha256(f"{seed}\0{name}".encode()).digest()[:8], "big") / 2**64
    return drawn < share


def _two(markers: Mapping[int, int | None]) -> set[int | None]:
    return {markers.get(FIRST), markers.get(SECOND)}
