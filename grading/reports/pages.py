"""A student's pages with the marks drawn at their boxes, for the PDF report."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from grading.marking.models import Answer
from grading.reports.style import BOLD, colour_of, sign_of
from grading.reports.tables import plain

Rect = tuple[float, float, float, float]
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """One page to draw: the upright scan and, by question, the box and its answer."""

    scan: bytes
    size_mm: Size
    boxes: tuple[tuple[Rect, Answer], ...]


def marked_page(
    scan: bytes, layout: Mapping[str, Any], answers: Iterable[Answer], size_mm: Size
) -> MarkedPage:
    """Pair the answers of a page with their boxes in its layout.json entry."""
    by_question = {answer.question: answer for answer in answers}
    boxes = tuple(
        ((float(x), float(y), float(w), float(h)), by_question[box["question"]])
        for box in layout["boxes"]
        for x, y, w, h in [box["rect_mm"]]
        if box["question"] in by_question
    )
    return MarkedPage(scan, size_mm, boxes)


def draw_page(canvas: Canvas, page: MarkedPage) -> None:
    """Fill the current PDF page, as large as the paper: the scan below, verdicts and marks above."""
    width, height = page.size_mm[0] * mm, page.size_mm[1] * mm
    canvas.drawImage(ImageReader(io.BytesIO(page.scan)), 0, 0, width, height)
    for rect, answer in page.boxes:
        _draw_mark(canvas, rect, answer, page.size_mm)


def _draw_mark(canvas: Canvas, rect: Rect, answer: Answer, size_mm: Size) -> None:
    page_width, height = size_mm[0] * mm, size_mm[1] * mm
    x, y, w, h = (value * mm for value in rect)
    colour = colour_of(answer)
    canvas.saveState()
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(1.1)
    canvas.roundRect(x - 1.5, height - y - h - 1.5, w + 3, h + 3, 2.5, stroke=1, fill=0)
    label = f"{sign_of(answer)} {plain(answer.marks) or '?'}/{plain(answer.max_marks)}"
    canvas.setFont(BOLD, 9)
    label_width = canvas.stringWidth(label, BOLD, 9) + 6
    left = min(x + w + 4, page_width - label_width - 6)
    canvas.setFillColor(colour)
    canvas.roundRect(left, height - y - 12, label_width, 12, 2.5, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.drawString(left + 3, height - y - 9.2, label)
    canvas.restoreState()
