"""The frame of every report: margins, a footer that says what it is, scanned pages at full size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)

from grading.reports.pages import MarkedPage, draw_page
from grading.reports.style import PAPERS, REGULAR

MARGIN = 14 * mm
FOOT = 16 * mm


class Document(BaseDocTemplate):
    """A report on ``paper`` (A4 or letter) titled ``title``, written to ``target``."""

    def __init__(self, target: IO[bytes], paper: str, title: str) -> None:
        super().__init__(target, pagesize=PAPERS[paper], title=title, author="Inkgrade")
        self.title_line = title
        width, height = PAPERS[paper]
        frame = Frame(MARGIN, FOOT, width - 2 * MARGIN, height - FOOT - MARGIN, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("results", [frame], onPage=self._foot)])

    def add_scans(self, pages: Sequence[MarkedPage]) -> None:
        """Make a page template of each scanned page; ``scan_break`` leads to it."""
        for number, page in enumerate(pages):
            size = (page.size_mm[0] * mm, page.size_mm[1] * mm)
            template = PageTemplate(f"scan{number}", [Frame(0, 0, *size)], onPage=_scan(page), pagesize=size)
            self.addPageTemplates([template])

    @staticmethod
    def scan_break(number: int) -> list[Flowable]:
        """The flowables that start scanned page ``number``."""
        return [NextPageTemplate(f"scan{number}"), PageBreak(), Spacer(1, 1)]

    def _foot(self, canvas: Canvas, _document: Any) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, 8)
        canvas.setFillGray(0.45)
        canvas.drawString(MARGIN, FOOT / 2, self.title_line[:110])
        made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        number = _("page %(n)d") % {"n": canvas.getPageNumber()}
        canvas.drawRightString(self.pagesize[0] - MARGIN, FOOT / 2, f"{made} · {number}")
        canvas.restoreState()


def _scan(page: MarkedPage) -> Any:
    def draw(canvas: Canvas, _document: Any) -> None:
        draw_page(canvas, page)

    return draw
