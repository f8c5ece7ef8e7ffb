"""Where sheets stand, for previews: marks so far, passing, and how the class is spread, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grading.exams.spec import ExamSpec

Marks = Decimal | None
BANDS = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """One sheet: its marks so far, of how many decided, and whether it passes (None: something is open)."""

    marks: Decimal
    possible: Decimal
    passed: bool | None


@dataclass(slots=True)
class Bands:
    """Sheets in ten bands of their marks, and how many pass."""

    counts: list[int] = field(default_factory=lambda: [0] * BANDS)
    passed: int = 0

    def add(self, sheet: Standing) -> None:
        """Count one more sheet."""
        if sheet.possible > 0:
            share = sheet.marks / sheet.possible
            self.counts[min(BANDS - 1, max(0, int(share * BANDS)))] += 1
        self.passed += sheet.passed is True


def standing(spec: ExamSpec, marks: Decimal, possible: Decimal, waiting: int) -> Standing:
    """A sheet with ``marks`` of ``possible``, and ``waiting`` answers that nobody has decided."""
    passed = None if waiting else marks >= spec.pass_mark.of(spec.max_marks)
    return Standing(marks, possible, passed)


def turns(before: Standing, after: Standing) -> bool:
    """Whether the sheet passes now and did not, or the reverse."""
    return (before.passed, after.passed) in ((True, False), (False, True))


def band_rows(before: Sequence[int], after: Sequence[int]) -> list[dict[str, Any]]:
    """The ten bands as rows, each with the lengths of its two bars."""
    most = max(1, *before, *after)
    return [
        {
            "label": f"{10 * place}–{10 * place + 10} %",
            "before": first,
            "after": then,
            "before_length": round(100 * first / most, 1),
            "after_length": round(100 * then / most, 1),
        }
        for place, (first, then) in enumerate(zip(before, after, strict=True))
    ]
