"""Prints a planned print with ReportLab: one PDF, the shared part of each page drawn only once.

The page code comes from ``recognition.pagecode``, the one other place that knows its format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from grading.exams.page_drawing import Pen, draw_shared
from grading.exams.paper import codes_mm
from grading.exams.roster import Student
from grading.exams.sheet_drawing import SheetFace, draw_face, draw_shared_words
from grading.exams.sheet_print import SheetPrint
from grading.exams.typeface import MM, register_fonts
from recognition.pagecode import encode, qr_modules
from recognition.types import PageCode


def write_pdf(
    sheets: SheetPrint, target: Path | BinaryIO, on_sheet: Callable[[], None] | None = None
) -> None:
    """Writes the PDF of a print; the same print gives the same bytes. ``on_sheet`` is called after each."""
    register_fonts()
    width, height = sheets.plan.page_size_mm
    canvas = Canvas(
        str(target) if isinstance(target, Path) else target,
        pagesize=(width * MM, height * MM),
        invariant=1,
        pageCompression=1,
    )
    canvas.setTitle(sheets.spec.title)
    canvas.setCreator("Inkgrade")
    canvas.setSubject(f"{sheets.spec.id} {sheets.layout.run}")
    pen = Pen(canvas, height)
    _define_shared(canvas, pen, sheets)
    for index in range(len(sheets.layout.sheets)):
        for face in _faces(sheets, index):
            canvas.doForm(_form(face.page.page))
            draw_face(pen, sheets.spec, sheets.plan, face)
            _draw_codes(pen, sheets, face)
            canvas.showPage()
        if on_sheet is not None:
            on_sheet()
    canvas.save()


def draw_page(pen: Pen, sheets: SheetPrint, index: int, page: int) -> None:
    """One whole page of sheet ``index``; what ``write_pdf`` draws in two goes, drawn in one."""
    face = list(_faces(sheets, index))[page - 1]
    draw_shared(pen, sheets.plan, face.page)
    draw_shared_words(pen, sheets.spec, sheets.plan, face.page)
    draw_face(pen, sheets.spec, sheets.plan, face)
    _draw_codes(pen, sheets, face)


def _form(page: int) -> str:
    return f"page{page}"


def _define_shared(canvas: Canvas, pen: Pen, sheets: SheetPrint) -> None:
    for page in sheets.plan.pages:
        canvas.beginForm(_form(page.page))
        draw_shared(pen, sheets.plan, page)
        draw_shared_words(pen, sheets.spec, sheets.plan, page)
        canvas.endForm()


def _faces(sheets: SheetPrint, index: int) -> Iterator[SheetFace]:
    student: Student | None = sheets.students[index] if index < len(sheets.students) else None
    count = len(sheets.plan.pages)
    for page in sheets.plan.pages:
        yield SheetFace(sheets.layout.sheets[index].sheet, sheets.layout.run or "", student, page, count)


def _draw_codes(pen: Pen, sheets: SheetPrint, face: SheetFace) -> None:
    code = PageCode(sheets.spec.id, face.run, face.sheet, face.page.page)
    text = encode(code, sheets.layout.exam_key or "")
    dark, count = dark_runs(text)
    for rect in codes_mm(sheets.plan.page_size_mm):
        pen.modules(rect, dark, count)


def dark_runs(text: str) -> tuple[list[tuple[int, int, int]], int]:
    """The dark runs (row, column, length) of a text's QR code, and its modules a side.

    Error correction M decides the size; Q is taken when it costs no larger symbol.
    """
    modules, stronger = qr_modules(text, "M"), qr_modules(text, "Q")
    if stronger.shape == modules.shape:
        modules = stronger
    runs: list[tuple[int, int, int]] = []
    for row, line in enumerate(modules.tolist()):
        start = None
        for column, dark in enumerate([*line, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                runs.append((row, start, column - start))
                start = None
    return runs, len(modules)
