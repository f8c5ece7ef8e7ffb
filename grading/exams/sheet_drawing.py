"""Draws what differs between sheets: the page codes, the sheet's number, and who it is for."""

from __future__ import annotations

from dataclasses import dataclass

from grading.exams.drawing import INK, SOFT, Rule, TextItem
from grading.exams.layout import ExamLayout, Identity, PagePlan
from grading.exams.page_drawing import Pen
from grading.exams.paper import Frame
from grading.exams.phrases import PHRASES, Phrases
from grading.exams.roster import Student
from grading.exams.spec import ExamSpec
from grading.exams.typeface import BOLD, REGULAR, fit, text_width, wrap
from grading.exams.writing_strip import draw_strip

TITLE_SIZES = ((17.0, 6.6, 1), (13.0, 5.6, 2), (10.5, 4.5, 3), (8.0, 3.4, 4), (5.0, 2.2, 99))
"""Points, leading in millimetres, and the lines that may stand in that size."""
NEXT_TITLE_SIZE = 11.5
LABEL_SIZE = 8.0
NAME_SIZE = 15.0
SMALL = 8.5


@dataclass(frozen=True, slots=True)
class SheetFace:
    """One page of one sheet, ready to be drawn."""

    sheet: str
    run: str
    student: Student | None
    page: PagePlan
    page_count: int

    def line(self, spec: ExamSpec, phrases: Phrases) -> str:
        """The page code in words, for people."""
        sheet, page = phrases.sheet.format(self.sheet), phrases.page.format(self.page.page, self.page_count)
        return f"{sheet}  ·  {page}  ·  {spec.id}  ·  {self.run}"


def draw_shared_words(pen: Pen, spec: ExamSpec, layout: ExamLayout, page: PagePlan) -> None:
    """The title, the writing strip and the labels: the same on every sheet of a print."""
    phrases, area = PHRASES[spec.language], layout.frame
    if page.identity is not None:
        _draw_title(pen, spec, area, phrases)
    kinds = {box.kind for plan in layout.pages for box in plan.boxes}
    top = area.foot_top
    digits, bubbles = bool(kinds & {"digits", "number", "student_id"}), bool(kinds & {"choice", "multi"})
    draw_strip(pen, area.foot_left, top, phrases, digits=digits, bubbles=bubbles)


def draw_face(pen: Pen, spec: ExamSpec, layout: ExamLayout, face: SheetFace) -> None:
    """The words of one sheet on one page."""
    phrases, area = PHRASES[spec.language], layout.frame
    line = face.line(spec, phrases)
    pen.text(TextItem(area.foot_left, area.foot_bottom - 0.4, line, REGULAR, SMALL, SOFT))
    if face.page.identity is not None:
        _draw_identity(pen, face.page.identity, area, phrases, face.student)
    else:
        _draw_running_head(pen, spec, area, phrases, face.student)


def _draw_title(pen: Pen, spec: ExamSpec, area: Frame, phrases: Phrases) -> None:
    """The title in the largest type that holds it in its lines, and what the exam is worth."""
    width, title = area.head_right - area.left, " ".join(spec.title.split())
    size, leading, lines = next(
        (size, leading, lines)
        for size, leading, most in TITLE_SIZES
        if len(lines := wrap(title, BOLD, size, width)) <= most
    )
    y = area.head_top + size * 0.31
    for i, line in enumerate(lines):
        pen.text(TextItem(area.left, y + i * leading, line, BOLD, size))
    y += (len(lines) - 1) * leading + 5.4
    summary = f"{phrases.of_questions(len(spec.questions))}  ·  {phrases.of_marks(spec.max_marks)}"
    pen.text(TextItem(area.left, y, summary, REGULAR, 9.5, SOFT))


def _draw_identity(
    pen: Pen, identity: Identity, area: Frame, phrases: Phrases, student: Student | None
) -> None:
    pen.text(TextItem(area.left, identity.top + 2.6, phrases.name, REGULAR, LABEL_SIZE, SOFT))
    base = identity.top + 15.2
    if student is None:
        pen.rule(Rule(area.left, base, identity.name_width), grey=0.35, line=0.25)
    else:
        name = fit(student.name, BOLD, NAME_SIZE, identity.name_width)
        number = fit(student.student_id, REGULAR, 12, identity.name_width)
        pen.text(TextItem(area.left, identity.top + 8.8, name, BOLD, NAME_SIZE))
        pen.text(TextItem(area.left, base - 0.6, number, REGULAR, 12, INK))
    if identity.number is None:
        return
    x, y, width, _ = identity.number.rect_mm
    label = phrases.student_number if student is None else phrases.not_your_name
    right = text_width(label, REGULAR, LABEL_SIZE) > width and x > area.left
    pen.text(TextItem(x + width if right else x, y - 1.6, label, REGULAR, LABEL_SIZE, SOFT, right=right))


def _draw_running_head(
    pen: Pen, spec: ExamSpec, area: Frame, phrases: Phrases, student: Student | None
) -> None:
    width = area.head_right - area.left
    title = fit(spec.title, BOLD, NEXT_TITLE_SIZE, width)
    pen.text(TextItem(area.left, area.head_top + 4, title, BOLD, NEXT_TITLE_SIZE))
    if student is not None:
        who = fit(f"{student.name}  ·  {student.student_id}", REGULAR, 11, width)
        pen.text(TextItem(area.left, area.head_top + 11, who, REGULAR, 11))
        return
    base = area.head_top + 14.5
    pen.text(TextItem(area.left, base - 0.8, phrases.name, REGULAR, LABEL_SIZE, SOFT))
    indent = text_width(phrases.name, REGULAR, LABEL_SIZE) + 3
    pen.rule(Rule(area.left + indent, base, min(width - indent, 90.0)), grey=0.35, line=0.25)
