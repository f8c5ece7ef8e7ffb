"""A student's pages with the marks drawn at their boxes, for the PDF report."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from grading.core.numerals import localized
from grading.exams.typeface import runs
from grading.marking.models import Answer
from grading.marking.rubric_annotations import Annotation
from grading.reports.annotations import draw_annotations
from grading.reports.style import BOLD, colour_of, sign_of

Rect = tuple[float, float, float, float]
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """One page to draw: the upright scan, by question the box and its answer, and what markers drew."""

    scan: bytes
    size_mm: Size
    boxes: tuple[tuple[Rect, Answer], ...]
    annotations: tuple[Annotation, ...] = ()


def marked_page(
    scan: bytes,
    layout: Mapping[str, Any],
    answers: Iterable[Answer],
    size_mm: Size,
    drawn: Mapping[str, Iterable[Annotation]] | None = None,
) -> MarkedPage:
    """Pair the answers of a page with their boxes in its layout.json entry; ``drawn``: by question."""
    by_question = {answer.question: answer for answer in answers}
    boxes = tuple(
        ((float(x), float(y), float(w), float(h)), by_question[box["question"]])
        for box in layout["boxes"]
        for x, y, w, h in [box["rect_mm"]]
        if box["question"] in by_question
    )
    annotations = (drawing for _rect, answer in boxes for drawing in (drawn or {}).get(answer.question, ()))
    return MarkedPage(scan, size_mm, boxes, tuple(annotations))


def draw_page(canvas: Canvas, page: MarkedPage) -> None:
    """Fill the current PDF page, as large as the paper: the scan below, verdicts and marks above."""
    width, height = page.size_mm[0] * mm, page.size_mm[1] * mm
    canvas.drawImage(ImageReader(io.BytesIO(page.scan)), 0, 0, width, height)
    for rect, answer in page.boxes:
        _draw_mark(canvas, rect, answer, page.size_mm)
    draw_annotations(canvas, page.annotations, page.size_mm[1])


def _of(answer: Answer) -> str:
    return f"{'?' if answer.marks is None else localized(answer.marks)}/{localized(answer.max_marks)}"


def _draw_mark(canvas: Canvas, rect: Rect, answer: Answer, size_mm: Size) -> None:
    page_width, height = size_mm[0] * mm, size_mm[1] * mm
    x, y, w, h = (value * mm for value in rect)
    colour = colour_of(answer)
    canvas.saveState()
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(1.1)
    canvas.roundRect(x - 1.5, height - y - h - 1.5, w + 3, h + 3, 2.5, stroke=1, fill=0)
    label = f"{sign_of(answer)} {_of(answer)}"
    parts = [(font, part, canvas.stringWidth(part, font, 9)) for font, part in runs(label, BOLD)]
    label_width = sum(width for _font, _part, width in parts) + 6
    left = min(x + w + 4, page_width - label_width - 6)
    canvas.setFillColor(colour)
    canvas.roundRect(left, height - y - 12, label_width, 12, 2.5, stroke=0, fill=1)
    canvas.setFillGray(1)
    left += 3
    for font, part, width in parts:
        canvas.setFont(font, 9)
        canvas.drawString(left, height - y - 9.2, part)
        left += width
    canvas.restoreState()
