"""The lines of a text that have faults, with what is wrong in each and a few lines around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grading.exams.faults import Fault

AROUND = 2


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of a text and what is wrong in it; ``after_gap``: lines were left out before it."""

    number: int
    text: str
    faults: tuple[str, ...]
    after_gap: bool


def marked_lines(text: str, faults: Sequence[Fault]) -> list[MarkedLine]:
    """Lines within ``AROUND`` of a fault; faults that have no line of their own stand at the first."""
    lines = text.splitlines() or [""]
    at: dict[int, list[str]] = {}
    for fault in faults:
        at.setdefault(min(fault.line or 1, len(lines)), []).append(str(fault))
    near = sorted(
        {n for wrong in at for n in range(wrong - AROUND, wrong + AROUND + 1) if 1 <= n <= len(lines)}
    )
    before = {n: near[place - 1] if place else 0 for place, n in enumerate(near)}
    return [MarkedLine(n, lines[n - 1], tuple(at.get(n, ())), n > before[n] + 1) for n in near]
