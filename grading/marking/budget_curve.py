"""The balance of review load against risk, as points of a drawing and rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grading.marking.budget import Load

WIDTH, HEIGHT, LEFT, BOTTOM = 640.0, 220.0, 44.0, 28.0


@dataclass(frozen=True, slots=True)
class Point:
    """One budget on the curve; ``chosen`` is the exam's present one. Shares are of 1."""

    load: Load
    x: float
    y: float
    review_share: float
    chosen: bool

    @property
    def percent(self) -> str:
        """The budget as an exam file writes it."""
        return f"{100 * self.load.budget:g}%"


@dataclass(frozen=True, slots=True)
class Curve:
    """The points from strict to lenient and the line through them."""

    points: tuple[Point, ...]
    line: str
    area: str
    width: float = WIDTH
    height: float = HEIGHT


def draw(loads: Sequence[Load], budget: float) -> Curve:
    """Spread the budgets evenly along the drawing; the height is the share left for people."""
    step = (WIDTH - LEFT - 16) / max(1, len(loads) - 1)
    points = tuple(_point(load, LEFT + 8 + step * place, budget) for place, load in enumerate(loads))
    line = " ".join(f"{point.x:.1f},{point.y:.1f}" for point in points)
    ground = HEIGHT - BOTTOM
    area = f"{points[0].x:.1f},{ground} {line} {points[-1].x:.1f},{ground}" if points else ""
    return Curve(points, line, area)


def _point(load: Load, x: float, budget: float) -> Point:
    share = load.review / max(1, load.auto + load.review)
    y = (HEIGHT - BOTTOM) - share * (HEIGHT - BOTTOM - 14)
    return Point(load, x, y, share, abs(load.budget - budget) < 1e-9)
