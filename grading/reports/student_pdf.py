"""A student's report: the result, every answer with what was read and who decided, the marked pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, Paragraph, Spacer, Table

from grading.marking.models import Answer
from grading.marking.rubric_feedback import Feedback
from grading.reports.document import Document
from grading.reports.pages import MarkedPage
from grading.reports.style import GRID, HEADING, MUTED, TEXT, TITLE, VALUE, safe
from grading.reports.tables import plain

CROP_WIDTH, CROP_HEIGHT = 58 * mm, 14 * mm
COLUMNS = (14 * mm, 62 * mm, 28 * mm, 28 * mm, 18 * mm, 32 * mm)
DECIDED_BY = {
    Answer.Status.AUTO: "machine",
    Answer.Status.BLANK: "machine (left empty)",
    Answer.Status.HUMAN: "person",
    Answer.Status.REVIEW: "not decided yet",
}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer as the report shows it; ``key`` is None when keys are not released."""

    answer: Answer
    crop: bytes | None
    key: str | None


@dataclass(frozen=True, slots=True)
class StudentReport:
    """Everything a student's PDF shows."""

    exam_title: str
    paper: str
    student_name: str
    student_id: str
    sheet: str
    marks: str
    max_marks: str
    percent: str
    status: str
    lines: tuple[AnswerLine, ...]
    pages: tuple[MarkedPage, ...]
    feedback: tuple[Feedback, ...] = ()


def render(report: StudentReport) -> bytes:
    """The PDF: one or more pages of results, then the student's own pages with the marks on them."""
    buffer = io.BytesIO()
    document = Document(buffer, report.paper, f"{report.exam_title}: {report.student_name or report.sheet}")
    document.add_scans(report.pages)
    scans = [flow for number in range(len(report.pages)) for flow in document.scan_break(number)]
    document.build([*_head(report), _answers(report.lines), *_feedback(report.feedback), *scans])
    return buffer.getvalue()


def _head(report: StudentReport) -> list[Flowable]:
    who = f"{safe(report.student_name) or 'Student not known yet'} &nbsp; {safe(report.student_id)}"
    cells = [
        [_labelled("Marks", f"{report.marks or 'open'} / {report.max_marks}")],
        [_labelled("Percent", report.percent or "open")],
        [_labelled("Result", report.status)],
        [_labelled("Sheet", report.sheet)],
    ]
    summary = Table([[cell for row in cells for cell in row]], colWidths=[45 * mm] * 4, hAlign="LEFT")
    return [
        Paragraph(safe(report.exam_title), TITLE),
        Paragraph(who, TEXT),
        Spacer(1, 4 * mm),
        summary,
        Spacer(1, 5 * mm),
    ]


def _labelled(label: str, value: str) -> list[Flowable]:
    return [Paragraph(label, MUTED), Paragraph(safe(value), VALUE)]


def _answers(lines: Sequence[AnswerLine]) -> Table:
    header = [
        Paragraph(text, MUTED) for text in ("No.", "Written", "Machine read", "Key", "Marks", "Decided by")
    ]
    rows = [_row(line) for line in lines]
    return Table([header, *rows], colWidths=COLUMNS, repeatRows=1, style=GRID, hAlign="LEFT")


def _feedback(said: Sequence[Feedback]) -> list[Flowable]:
    """What markers wrote and which criteria they found, by question; nothing where they said nothing."""
    shown = [found for found in said if found.criteria or found.comment or found.applied.adjust]
    rows = [[Paragraph(safe(found.question), TEXT), _said(found)] for found in shown]
    if not rows:
        return []
    table = Table(rows, colWidths=(14 * mm, sum(COLUMNS) - 14 * mm), style=GRID, hAlign="LEFT")
    return [Paragraph("What the markers said", HEADING), table]


def _said(found: Feedback) -> list[Flowable]:
    sign = -1 if found.counts_down else 1
    points = [(c.text, sign * c.points) for c in found.criteria]
    if found.applied.adjust:
        points.append((found.applied.reason, found.applied.adjust))
    lines = [f"{safe(text)} ({worth.normalize():+f})" for text, worth in points]
    if found.comment:
        lines.append(safe(found.comment))
    return [Paragraph(line, TEXT) for line in lines]


def _row(line: AnswerLine) -> list[Flowable]:
    answer = line.answer
    decided_by = DECIDED_BY[Answer.Status(answer.status)]
    machine = answer.reading.text if answer.reading else ""
    return [
        Paragraph(safe(answer.question), TEXT),
        _crop(line.crop),
        Paragraph(safe(machine) or "–", TEXT),
        Paragraph("after release" if line.key is None else safe(line.key), TEXT if line.key else MUTED),
        Paragraph(f"{plain(answer.marks) or 'open'} / {plain(answer.max_marks)}", TEXT),
        Paragraph(decided_by, MUTED),
    ]


def _crop(image: bytes | None) -> Flowable:
    if image is None:
        return Paragraph("page not scanned", MUTED)
    width, height = ImageReader(io.BytesIO(image)).getSize()
    scale = min(CROP_WIDTH / width, CROP_HEIGHT / height)
    return Image(io.BytesIO(image), width * scale, height * scale, hAlign="LEFT")
