"""The balance of review load against risk, as points of a drawing and rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import formats

from grading.exams.models import Exam
from grading.marking.budget import SLIDER, Load
from grading.marking.models import Answer, Cutoffs

WIDTH, HEIGHT = 640.0, 220.0
LEFT, RIGHT, BOTTOM, TOP = 44.0, 18.0, 28.0, 14.0
LABELLED = (0.0001, 0.0005, 0.002, 0.01, 0.05, 0.1)


@dataclass(frozen=True, slots=True)
class Point:
    """One budget on the curve; ``chosen`` is the exam's present one.

    ``people``: answers left for people, those of open questions included. ``label``: it is named below.
    """

    load: Load
    people: int
    share: float
    x: float
    y: float
    chosen: bool

    @property
    def percent(self) -> str:
        """The budget as an exam file writes it."""
        return f"{100 * self.load.budget:g}%"

    @property
    def shown(self) -> str:
        """The budget as the reader's language writes it."""
        return f"{formats.localize(Decimal(f'{100 * self.load.budget:g}'))} %"

    @property
    def offered(self) -> bool:
        """Whether it is a row of the table."""
        return self.chosen or self.load.budget in SLIDER

    @property
    def labelled(self) -> bool:
        """Whether the axis names it."""
        return self.load.budget in LABELLED


@dataclass(frozen=True, slots=True)
class Curve:
    """The points from strict to lenient and the line through them; ``decided``: by people already."""

    points: tuple[Point, ...]
    line: str
    area: str
    answers: int
    decided: int
    width: float = WIDTH
    height: float = HEIGHT
    ground: float = HEIGHT - BOTTOM
    middle: float = (HEIGHT - BOTTOM + TOP) / 2
    top: float = TOP
    left: float = LEFT

    @property
    def here(self) -> Point | None:
        """The present budget."""
        return next((point for point in self.points if point.chosen), None)

    @property
    def place(self) -> int:
        """Where the present budget is among the points."""
        return next((place for place, point in enumerate(self.points) if point.chosen), 0)

    def as_data(self) -> list[dict[str, Any]]:
        """The points as the slider takes them."""
        return [
            {
                "budget": point.percent,
                "auto": point.load.auto,
                "people": point.people,
                "share": round(point.share, 4),
                "wrong": round(point.load.expected_wrong, 2),
                "x": round(point.x, 1),
                "y": round(point.y, 1),
            }
            for point in self.points
        ]


def curve_of(exam: Exam, budget: float) -> Curve | None:
    """The curve of an exam as it was last marked; None before that. Three queries, whatever its size."""
    stored = Cutoffs.objects.filter(exam=exam).first()
    if stored is None or not stored.loads:
        return None
    counts = dict(Answer.objects.filter(exam=exam).order_by().values_list("status").annotate(n=Count("*")))
    answers = sum(counts.values())
    loads = [Load(budget=b, auto=a, review=r, expected_wrong=w) for b, a, r, w in stored.loads]
    return draw(loads, budget, answers, counts.get(Answer.Status.HUMAN, 0)) if answers else None


def draw(loads: Sequence[Load], budget: float, answers: int, decided: int = 0) -> Curve:
    """Spread the budgets evenly along the drawing; the height is the share of ``answers`` left for people."""
    step = (WIDTH - LEFT - 8 - RIGHT) / max(1, len(loads) - 1)
    points = tuple(_point(load, LEFT + 8 + step * place, budget, answers) for place, load in enumerate(loads))
    line = _path(points)
    ground = HEIGHT - BOTTOM
    area = f"{points[0].x:.1f},{ground} {line} {points[-1].x:.1f},{ground}" if points else ""
    return Curve(points, line, area, answers, decided)


def _path(points: Iterable[Point]) -> str:
    return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in points)


def _point(load: Load, x: float, budget: float, answers: int) -> Point:
    people = max(0, answers - load.auto)
    share = people / max(1, answers)
    y = (HEIGHT - BOTTOM) - share * (HEIGHT - BOTTOM - TOP)
    return Point(load, people, share, x, y, abs(load.budget - budget) < 1e-9)
