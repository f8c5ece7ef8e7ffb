"""A page as it would be printed, as SVG: laid out and drawn by the code that prints."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _

from grading.exams.page_drawing import Pen
from grading.exams.printing import draw_page
from grading.exams.sheet_print import SheetPrint
from grading.exams.svg_canvas import SvgCanvas
from grading.exams.typeface import MM


def page_svg(sheets: SheetPrint, page: int, chosen: str | None = None) -> str:
    """Page ``page`` (from 1) of the first sheet; the boxes of the question ``chosen`` stand out."""
    width, height = sheets.plan.page_size_mm
    canvas = SvgCanvas(width * MM, height * MM)
    draw_page(Pen(canvas, height), sheets, 0, page)
    label = _("Page %(page)d of %(pages)d as it is printed") % {
        "page": page,
        "pages": len(sheets.plan.pages),
    }
    size = f'viewBox="0 0 {canvas.width:.3f} {canvas.height:.3f}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="leaf" role="img" '
    return f"{opening}aria-label={quoteattr(label)}>{canvas.text}{_spots(sheets, page, chosen)}</svg>"


def page_of(sheets: SheetPrint, question: str) -> int:
    """The page on which a question stands; 1 when it stands nowhere."""
    for plan in sheets.plan.pages:
        if any(box.question == question for box in plan.boxes):
            return plan.page
    return 1


def _spots(sheets: SheetPrint, page: int, chosen: str | None) -> str:
    """Unseen rectangles over the boxes, which lead from the page to a question's fields."""
    found = []
    for box in sheets.plan.pages[page - 1].boxes:
        if not box.question:
            continue
        x, y, width, height = ((value * MM) for value in box.rect_mm)
        look = "spot now" if box.question == chosen else "spot"
        rect = f'x="{x - 4:.2f}" y="{y - 4:.2f}" width="{width + 8:.2f}" height="{height + 8:.2f}" rx="4"'
        found.append(f'<rect class="{look}" data-spot={quoteattr(box.question)} {rect} fill="none"/>')
    return "".join(found)
