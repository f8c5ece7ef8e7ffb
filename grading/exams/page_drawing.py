"""Draws what every sheet of a print shares: corner markers, questions, boxes and the writing strip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from grading.exams.drawing import Rule, TextItem
from grading.exams.fiducials import MODULES, white_modules
from grading.exams.layout import ExamLayout, PagePlan
from grading.exams.layout_json import BoxEntry
from grading.exams.paper import RectMm, markers_mm
from grading.exams.typeface import MM, draw_text, text_width

BOX_GREY = 0.55
"""Light enough to be told from ink, dark enough to survive a bilevel scan."""
BOX_LINE_MM = 0.3
RULE_GREY = 0.72
RULE_LINE_MM = 0.2


class Surface(Protocol):
    """What a pen draws on: ReportLab's canvas, or ``SvgCanvas``; points from the bottom-left."""

    def setFillGray(self, gray: float, /) -> object: ...  # noqa: N802
    def setStrokeGray(self, gray: float, /) -> object: ...  # noqa: N802
    def setLineWidth(self, width: float, /) -> object: ...  # noqa: N802
    def setLineCap(self, mode: Any, /) -> object: ...  # noqa: N802
    def setLineJoin(self, mode: Any, /) -> object: ...  # noqa: N802
    def saveState(self) -> object: ...  # noqa: N802
    def restoreState(self) -> object: ...  # noqa: N802
    def setFont(self, name: str, size: float, /) -> object: ...  # noqa: N802
    def drawString(self, x: float, y: float, text: str, /) -> object: ...  # noqa: N802
    def line(self, x1: float, y1: float, x2: float, y2: float, /) -> object: ...
    def rect(self, x: float, y: float, width: float, height: float, /) -> object: ...
    def circle(self, x: float, y: float, r: float, /, *, stroke: int = 1, fill: int = 0) -> object: ...
    def beginPath(self) -> Any: ...  # noqa: N802
    def drawPath(self, path: Any, /, *, stroke: int = 1, fill: int = 0) -> object: ...  # noqa: N802


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws in millimetres from the top-left corner of a page of ``height`` millimetres."""

    canvas: Surface
    height: float

    def text(self, item: TextItem) -> None:
        """One line of text at its baseline."""
        x = item.x - text_width(item.text, item.font, item.size) if item.right else item.x
        self.canvas.setFillGray(item.grey)
        draw_text(self.canvas, x * MM, (self.height - item.y) * MM, item.text, item.font, item.size)

    def rule(self, rule: Rule, grey: float = RULE_GREY, line: float = RULE_LINE_MM) -> None:
        """A thin horizontal line."""
        self.canvas.setStrokeGray(grey)
        self.canvas.setLineWidth(line * MM)
        y = (self.height - rule.y) * MM
        self.canvas.line(rule.x * MM, y, (rule.x + rule.width) * MM, y)

    def outline(self, rect: RectMm) -> None:
        """The line of an answer box, centred on the edge of ``rect``."""
        self._box_line()
        self.canvas.rect(rect[0] * MM, (self.height - rect[1] - rect[3]) * MM, rect[2] * MM, rect[3] * MM)

    def circle(self, rect: RectMm) -> None:
        """The line of a bubble."""
        self._box_line()
        x, y = rect[0] + rect[2] / 2, self.height - rect[1] - rect[3] / 2
        self.canvas.circle(x * MM, y * MM, rect[2] / 2 * MM)

    def modules(self, rect: RectMm, dark: list[tuple[int, int, int]], count: int) -> None:
        """Black runs (row, column, length) of a square of ``count`` modules a side, as one shape."""
        side = rect[2] / count
        path = self.canvas.beginPath()
        for row, column, length in dark:
            x, y = rect[0] + column * side, self.height - rect[1] - (row + 1) * side
            path.rect(round(x * MM, 3), round(y * MM, 3), round(length * side * MM, 3), round(side * MM, 3))
        self.canvas.setFillGray(0)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def _box_line(self) -> None:
        self.canvas.setStrokeGray(BOX_GREY)
        self.canvas.setLineWidth(BOX_LINE_MM * MM)


def draw_shared(pen: Pen, layout: ExamLayout, page: PagePlan) -> None:
    """Markers, questions and boxes of a page; the same on every sheet."""
    for marker, rect in markers_mm(layout.page_size_mm).items():
        _draw_marker(pen, marker, rect)
    for block in page.blocks:
        for rule in block.rules:
            pen.rule(rule)
        for text in block.texts:
            pen.text(text)
    for box in page.boxes:
        _draw_box(pen, box)


def _draw_marker(pen: Pen, marker: int, rect: RectMm) -> None:
    white = set(white_modules(marker))
    dark = [(r, c, 1) for r in range(MODULES) for c in range(MODULES) if (r, c) not in white]
    pen.modules(rect, dark, MODULES)


def _draw_box(pen: Pen, box: BoxEntry) -> None:
    for cell in box.cells_mm:
        pen.outline(cell)
    for _, bubble in box.bubbles_mm:
        pen.circle(bubble)
    if not box.cells_mm and not box.bubbles_mm and box.kind != "manual":
        pen.outline(box.rect_mm)
