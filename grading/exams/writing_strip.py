"""The strip at the foot of a page: how to write digits, and how to choose and correct."""

from __future__ import annotations

from grading.exams.digit_shapes import Point, digit_strokes, straight
from grading.exams.drawing import SOFT, TextItem
from grading.exams.page_drawing import Pen
from grading.exams.phrases import Phrases
from grading.exams.typeface import MM, REGULAR, text_width

CELL_W, CELL_H, PITCH = 4.4, 5.4, 5.3
BUBBLE = 3.8
SIZE = 7.5
INK_MM = 0.42


def draw_strip(pen: Pen, left: float, top: float, phrases: Phrases, *, digits: bool, bubbles: bool) -> None:
    """The strip from ``left`` and ``top`` (millimetres): its parts only where the exam has such answers."""
    if digits:
        pen.text(TextItem(left, top + 2.0, phrases.write_digits, REGULAR, SIZE, SOFT))
        _draw_digits(pen, left, top + 3.2)
        pen.text(TextItem(left, top + 12.2, phrases.correct_writing, REGULAR, SIZE, SOFT))
    if bubbles:
        _draw_choices(pen, left + 10 * PITCH + 7 if digits else left, top + 3.2, phrases)


def _draw_digits(pen: Pen, left: float, top: float) -> None:
    for digit in range(10):
        x = left + digit * PITCH
        pen.outline((x, top, CELL_W, CELL_H))
        _draw_strokes(pen, digit_strokes(digit), (x + 1.1, top + 0.95, CELL_W - 2.2, CELL_H - 1.9))


def _draw_strokes(pen: Pen, strokes: list[list[Point]], rect: tuple[float, float, float, float]) -> None:
    canvas = pen.canvas
    canvas.saveState()
    canvas.setStrokeGray(0.15)
    canvas.setLineWidth(INK_MM * MM)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for stroke in strokes:
        points = [
            ((rect[0] + x * rect[2]) * MM, (pen.height - rect[1] - y * rect[3]) * MM) for x, y in stroke
        ]
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
    _draw_strokes(pen, [straight((0, 0), (1, 1)), straight((1, 0), (0, 1))], inner)


def _draw_filled(pen: Pen, x: float, y: float) -> None:
    pen.circle((x, y, BUBBLE, BUBBLE))
    pen.canvas.setFillGray(0.15)
    centre = x + BUBBLE / 2, pen.height - y - BUBBLE / 2
    pen.canvas.circle(centre[0] * MM, centre[1] * MM, (BUBBLE / 2 - 0.25) * MM, stroke=0, fill=1)
