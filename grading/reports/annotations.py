"""Markers' signs, strokes and notes on a page of a student's report."""

from __future__ import annotations

from collections.abc import Iterable

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from grading.exams.typeface import runs
from grading.marking.rubric_annotations import Annotation, Kind
from grading.reports.style import CORRECT, WRONG

SIGNS = {
    Kind.TICK: ((-3, 0.2), (-1, 2.6), (3.4, -3)),
    Kind.CROSS: ((-2.4, -2.4), (2.4, 2.4), (0, 0), (2.4, -2.4), (-2.4, 2.4)),
}
"""The strokes of a sign around its place, in millimetres, as the marking page draws them."""
NOTE_SIZE = 4 * mm
PEN_WIDTH = 0.8 * mm


def draw_annotations(canvas: Canvas, annotations: Iterable[Annotation], page_height_mm: float) -> None:
    """Draw on the present page, whose upper left corner is the origin of the annotations."""
    canvas.saveState()
    canvas.setLineWidth(PEN_WIDTH)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for annotation in annotations:
        colour = CORRECT if annotation.kind is Kind.TICK else WRONG
        canvas.setStrokeColor(colour)
        canvas.setFillColor(colour)
        _draw(canvas, annotation, page_height_mm)
    canvas.restoreState()


def _draw(canvas: Canvas, annotation: Annotation, height: float) -> None:
    x, y = annotation.points[0]
    if annotation.kind is Kind.NOTE:
        _note(canvas, annotation.text, x * mm, (height - y) * mm)
        return
    sign = SIGNS.get(annotation.kind)
    points = [(x + dx, y + dy) for dx, dy in sign] if sign else annotation.points
    path = canvas.beginPath()
    path.moveTo(points[0][0] * mm, (height - points[0][1]) * mm)
    for across, down in points[1:]:
        path.lineTo(across * mm, (height - down) * mm)
    canvas.drawPath(path, stroke=1, fill=0)


def _note(canvas: Canvas, text: str, left: float, base: float) -> None:
    """Each part of the text in a font that has its characters, on a white ground that keeps it readable."""
    parts = list(runs(text))
    widths = [canvas.stringWidth(part, font, NOTE_SIZE) for font, part in parts]
    canvas.saveState()
    canvas.setFillGray(1, 0.8)
    canvas.rect(left - 1, base - 0.25 * NOTE_SIZE, sum(widths) + 2, 1.2 * NOTE_SIZE, stroke=0, fill=1)
    canvas.restoreState()
    for (font, part), width in zip(parts, widths, strict=True):
        canvas.setFont(font, NOTE_SIZE)
        canvas.drawString(left, base, part)
        left += width
