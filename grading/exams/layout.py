"""The layout engine: an exam becomes pages with boxes. The same for every sheet of a print, and pure.

The geometry depends on the exam alone (see ``fingerprint``); what differs between sheets, the page
codes and names, has its fixed place. Change LAYOUT_VERSION whenever the same exam would be laid out
differently, so that sheets printed before are recognised as printed by another version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grading.core.errors import UserError
from grading.exams.answer_areas import CELL_H, cells_area, cells_width
from grading.exams.drawing import Block
from grading.exams.layout_json import BoxEntry, PageLayoutEntry
from grading.exams.paper import PAGE_SIZES_MM, Frame, frame
from grading.exams.phrases import PHRASES
from grading.exams.question_blocks import question_block
from grading.exams.questions import Question
from grading.exams.spec import ExamSpec

LAYOUT_VERSION = 1
QUESTION_GAP = 7.0
COMPACT_GAP = 4.5
LABEL_ROOM = 4.2
NAME_ROOM = 15.5
IDENTITY_GAP = 8.0
NAME_WIDTH_LEAST = 76.0


class LayoutError(UserError):
    """An exam that does not fit on its paper."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The part of the first page that says who writes: a place for the name, and boxed digits."""

    top: float
    name_width: float
    number: BoxEntry | None
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One page of an exam: its blocks stand where they are printed."""

    page: int
    blocks: tuple[Block, ...]
    identity: Identity | None = None

    @property
    def boxes(self) -> tuple[BoxEntry, ...]:
        """Every box of the page, the student number first."""
        number = (self.identity.number,) if self.identity and self.identity.number else ()
        return (*number, *(box for block in self.blocks for box in block.boxes))


@dataclass(frozen=True, slots=True)
class ExamLayout:
    """All pages of an exam on its paper."""

    page_size_mm: tuple[float, float]
    frame: Frame
    pages: tuple[PagePlan, ...]

    def entries(self, first_pdf_page: int) -> tuple[PageLayoutEntry, ...]:
        """The pages as layout.json lists them for a sheet that starts at ``first_pdf_page``."""
        return tuple(PageLayoutEntry(p.page, first_pdf_page + i, p.boxes) for i, p in enumerate(self.pages))


def lay_out(spec: ExamSpec) -> ExamLayout:
    """Lays an exam out. Raises LayoutError for a question that is taller than a page."""
    size = PAGE_SIZES_MM[spec.paper]
    area = frame(size)
    identity = _identity(spec, area)
    placed = list(_flow(spec, area, identity.bottom + IDENTITY_GAP))
    pages = [
        PagePlan(i + 1, tuple(blocks), identity if i == 0 else None)
        for i, blocks in enumerate(_by_page(placed))
    ]
    return ExamLayout(size, area, tuple(pages))


def _identity(spec: ExamSpec, area: Frame) -> Identity:
    top = area.body_top
    if spec.student_id is None:
        return Identity(top, area.width, None, top + NAME_ROOM)
    width = cells_width(spec.student_id.digits)
    beside = area.width - width - 6 >= NAME_WIDTH_LEAST
    number_top = top if beside else top + NAME_ROOM + 3
    cells = cells_area("", "student_id", spec.student_id.digits, area.right - width if beside else area.left)
    number = cells.lowered(number_top + LABEL_ROOM).boxes[0]
    name_width = area.width - width - 6 if beside else area.width
    return Identity(top, name_width, number, number_top + LABEL_ROOM + CELL_H)


def _flow(spec: ExamSpec, area: Frame, first_top: float) -> Iterator[tuple[int, Block]]:
    """Each question's block with the page it stands on, from the top down."""
    page, y, tallest = 0, first_top, area.body_bottom - area.body_top
    above: Block | None = None
    for question in spec.questions:
        block = question_block(question, area, PHRASES[spec.language])
        if block.height > tallest:
            raise _too_tall(question, block.height, tallest)
        y += _gap(above, block)
        if y + block.height > area.body_bottom:
            page, y = page + 1, area.body_top
        yield page, block.lowered(y)
        y, above = y + block.height, block


def _gap(above: Block | None, below: Block) -> float:
    if above is None:
        return 0.0
    return COMPACT_GAP if above.compact and below.compact else QUESTION_GAP


def _by_page(placed: list[tuple[int, Block]]) -> list[list[Block]]:
    pages: list[list[Block]] = [[] for _ in range(placed[-1][0] + 1)]
    for page, block in placed:
        pages[page].append(block)
    return pages


def _too_tall(question: Question, height: float, tallest: float) -> LayoutError:
    return LayoutError(
        f'question "{question.id}" needs {height:.0f} mm, but a page has {tallest:.0f} mm',
        hint="Shorten its prompt, use fewer lines, or split it into several questions.",
    )
