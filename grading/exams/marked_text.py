"""A text line by line with its faults beside the lines where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grading.exams.faults import Fault


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of a text and what is wrong in it."""

    number: int
    text: str
    faults: tuple[str, ...]


def marked_lines(text: str, faults: Sequence[Fault]) -> list[MarkedLine]:
    """Every line; faults that have no line of their own stand at the first."""
    lines = text.splitlines() or [""]
    at: dict[int, list[str]] = {}
    for fault in faults:
        at.setdefault(min(fault.line or 1, len(lines)), []).append(str(fault))
    return [MarkedLine(n, line, tuple(at.get(n, ()))) for n, line in enumerate(lines, start=1)]
