"""The strip at the foot of a page: how to write digits, and how to choose and correct."""

from __future__ import annotations

from grading.exams.drawing import SOFT, TextItem
from grading.exams.page_drawing import Pen
from grading.exams.phrases import Phrases
from grading.exams.typeface import MM, REGULAR, text_width

CELL_W, CELL_H, PITCH = 4.4, 5.4, 5.3
BUBBLE = 3.8
SIZE = 7.5
INK_MM = 0.42

Point = tuple[float, float]
Stroke = tuple[Point, ...]
"""A start, then three points for each cubic curve; in a box 1 wide and 1 high, y down."""


def _straight(*points: Point) -> Stroke:
    """A polyline as curves whose handles lie on the line."""
    stroke: list[Point] = [points[0]]
    for a, b in zip(points, points[1:], strict=False):
        stroke += [((2 * a[0] + b[0]) / 3, (2 * a[1] + b[1]) / 3), ((a[0] + 2 * b[0]) / 3, (a[1] + 2 * b[1]) / 3), b]
    return tuple(stroke)


DIGIT_STROKES: tuple[tuple[Stroke, ...], ...] = (
    (((0.5, 0), (0.12, 0), (0.05, 0.3), (0.05, 0.52), (0.05, 0.8), (0.18, 1), (0.5, 1), (0.82, 1), (0.95, 0.78),
      (0.95, 0.5), (0.95, 0.22), (0.85, 0), (0.5, 0)),),
    (_straight((0.25, 0.24), (0.6, 0), (0.6, 1)),),
    (((0.1, 0.26), (0.12, 0.06), (0.32, 0), (0.5, 0), (0.75, 0), (0.9, 0.13), (0.88, 0.3), (0.86, 0.55),
      (0.3, 0.75), (0.06, 1), (0.36, 1), (0.66, 1), (0.95, 1)),),
    (((0.12, 0.12), (0.28, 0.02), (0.4, 0), (0.52, 0), (0.76, 0), (0.88, 0.1), (0.88, 0.24), (0.88, 0.4),
      (0.7, 0.47), (0.42, 0.47), (0.74, 0.47), (0.94, 0.56), (0.94, 0.74), (0.94, 0.9), (0.76, 1), (0.5, 1),
      (0.32, 1), (0.18, 0.97), (0.06, 0.88)),),
    (_straight((0.5, 0), (0.05, 0.66), (0.95, 0.66)), _straight((0.7, 0.4), (0.7, 1))),
    (((0.88, 0), (0.63, 0), (0.45, 0), (0.2, 0), (0.18, 0.15), (0.16, 0.3), (0.14, 0.45), (0.3, 0.37),
      (0.42, 0.36), (0.52, 0.36), (0.78, 0.36), (0.94, 0.48), (0.94, 0.68), (0.94, 0.88), (0.74, 1), (0.48, 1),
      (0.32, 1), (0.18, 0.97), (0.06, 0.88)),),
    (((0.8, 0.02), (0.45, 0.08), (0.1, 0.35), (0.08, 0.68), (0.08, 0.88), (0.28, 1), (0.5, 1), (0.74, 1),
      (0.92, 0.88), (0.92, 0.7), (0.92, 0.52), (0.76, 0.42), (0.52, 0.42), (0.32, 0.42), (0.12, 0.54),
      (0.08, 0.72)),),
    (_straight((0.06, 0), (0.94, 0), (0.38, 1)),),
    (((0.5, 0.46), (0.25, 0.44), (0.14, 0.34), (0.14, 0.22), (0.14, 0.08), (0.3, 0), (0.5, 0), (0.7, 0),
      (0.86, 0.08), (0.86, 0.22), (0.86, 0.34), (0.75, 0.44), (0.5, 0.46), (0.22, 0.49), (0.06, 0.6), (0.06, 0.74),
      (0.06, 0.9), (0.26, 1), (0.5, 1), (0.74, 1), (0.94, 0.9), (0.94, 0.74), (0.94, 0.6), (0.78, 0.49),
      (0.5, 0.46)),),
    (((0.92, 0.3), (0.88, 0.48), (0.68, 0.58), (0.48, 0.58), (0.24, 0.58), (0.08, 0.46), (0.08, 0.3), (0.08, 0.12),
      (0.26, 0), (0.5, 0), (0.74, 0), (0.92, 0.1), (0.92, 0.32), (0.92, 0.65), (0.75, 0.85), (0.6, 1)),),
)  # fmt: skip
"""The ten digits as one should write them; the one with its flag, the seven without a bar."""


def draw_strip(pen: Pen, left: float, top: float, phrases: Phrases, *, digits: bool, bubbles: bool) -> None:
    """The strip from ``left`` and ``top`` (millimetres): its parts only where the exam has such answers."""
    if digits:
        pen.text(TextItem(left, top + 2.2, phrases.write_digits, REGULAR, SIZE, SOFT))
        _draw_digits(pen, left, top + 3.7)
    if bubbles:
        _draw_choices(pen, left + 10 * PITCH + 7 if digits else left, top + 3.7, phrases)


def _draw_digits(pen: Pen, left: float, top: float) -> None:
    for digit, strokes in enumerate(DIGIT_STROKES):
        x = left + digit * PITCH
        pen.outline((x, top, CELL_W, CELL_H))
        _draw_strokes(pen, strokes, (x + 1.1, top + 0.95, CELL_W - 2.2, CELL_H - 1.9))


def _draw_strokes(pen: Pen, strokes: tuple[Stroke, ...], rect: tuple[float, float, float, float]) -> None:
    canvas = pen.canvas
    canvas.saveState()
    canvas.setStrokeGray(0.15)
    canvas.setLineWidth(INK_MM * MM)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for stroke in strokes:
        points = [((rect[0] + x * rect[2]) * MM, (pen.height - rect[1] - y * rect[3]) * MM) for x, y in stroke]
        path = canvas.beginPath()
        path.moveTo(*points[0])
        for i in range(1, len(points), 3):
            path.curveTo(*points[i], *points[i + 1], *points[i + 2])
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def _draw_choices(pen: Pen, left: float, top: float, phrases: Phrases) -> None:
    y = top + (CELL_H - BUBBLE) / 2
    baseline = top + CELL_H / 2 + 0.9
    _draw_crossed(pen, left, y)
    x = left + BUBBLE + 1.6
    pen.text(TextItem(x, baseline, phrases.choose, REGULAR, SIZE, SOFT))
    x += text_width(phrases.choose, REGULAR, SIZE) + 5
    _draw_filled(pen, x, y)
    _draw_crossed(pen, x + BUBBLE + 1.4, y)
    pen.text(TextItem(x + 2 * BUBBLE + 3, baseline, phrases.correct_choice, REGULAR, SIZE, SOFT))


def _draw_crossed(pen: Pen, x: float, y: float) -> None:
    rect = (x, y, BUBBLE, BUBBLE)
    pen.circle(rect)
    inner = (x + 0.5, y + 0.5, BUBBLE - 1, BUBBLE - 1)
    _draw_strokes(pen, (_straight((0, 0), (1, 1)), _straight((1, 0), (0, 1))), inner)


def _draw_filled(pen: Pen, x: float, y: float) -> None:
    pen.circle((x, y, BUBBLE, BUBBLE))
    pen.canvas.setFillGray(0.15)
    centre = x + BUBBLE / 2, pen.height - y - BUBBLE / 2
    pen.canvas.circle(centre[0] * MM, centre[1] * MM, (BUBBLE / 2 - 0.25) * MM, stroke=0, fill=1)
