"""A student's report: the result, every answer with what was read and who decided, the marked pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, Paragraph, Spacer, Table

from grading.core.numerals import NOTHING, localized
from grading.marking.decisions import NOT_HANDED_IN
from grading.marking.models import Answer, Claim
from grading.marking.rubric_feedback import Feedback
from grading.reports.document import Document
from grading.reports.pages import MarkedPage
from grading.reports.status_words import status_words
from grading.reports.style import GRID, HEADING, MUTED, TEXT, TITLE, VALUE, safe
from grading.reports.tables import Grade

CROP_WIDTH, CROP_HEIGHT, OPEN_HEIGHT = 58 * mm, 14 * mm, 40 * mm
"""The most that a crop takes, that of an open answer higher."""
COLUMNS = (14 * mm, 62 * mm, 28 * mm, 28 * mm, 18 * mm, 32 * mm)


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
    grade: Grade
    sheet: str
    lines: tuple[AnswerLine, ...]
    pages: tuple[MarkedPage, ...]
    feedback: tuple[Feedback, ...] = ()
    may_claim: bool = False
    """Whether the results are told, so that a student may say that something is wrong."""
    claims: tuple[Claim, ...] = ()
    """Those that were answered."""


def render(report: StudentReport) -> bytes:
    """The PDF: one or more pages of results, then the student's own pages with the marks on them."""
    buffer = io.BytesIO()
    document = Document(buffer, report.paper, f"{report.exam_title}: {_named(report)}")
    document.add_scans(report.pages)
    scans = [flow for number in range(len(report.pages)) for flow in document.scan_break(number)]
    told = [*_feedback(report.feedback), *_claims(report)]
    document.build([*_head(report), _answers(report.lines), *told, *scans])
    return buffer.getvalue()


def _named(report: StudentReport) -> str:
    return (report.grade.student and report.grade.student.name) or report.sheet


def _head(report: StudentReport) -> list[Flowable]:
    grade, student = report.grade, report.grade.student
    name = student.name if student else _("Student not known yet")
    values = (
        (_("Marks"), _of(grade.marks, grade.max_marks)),
        (_("Per cent"), _("open") if grade.percent is None else f"{localized(grade.percent)} %"),
        (_("Result"), status_words(grade.status)),
        (_("Sheet"), report.sheet),
    )
    cells = [[Paragraph(label, MUTED), Paragraph(safe(value), VALUE)] for label, value in values]
    return [
        Paragraph(safe(report.exam_title), TITLE),
        Paragraph(f"{safe(name)} &nbsp; {safe(student.student_id if student else '')}", TEXT),
        Spacer(1, 4 * mm),
        Table([cells], colWidths=[45 * mm] * 4, hAlign="LEFT"),
        Spacer(1, 5 * mm),
    ]


def _of(marks: Decimal | None, most: Decimal) -> str:
    earned = _("open") if marks is None else localized(marks)
    return f"{earned} / {localized(most)}"


def _answers(lines: Sequence[AnswerLine]) -> Table:
    titles = (_("No."), _("Written"), _("Machine read"), _("Key"), _("Marks"), _("Decided by"))
    header = [Paragraph(title, MUTED) for title in titles]
    rows = [_row(line) for line in lines]
    return Table([header, *rows], colWidths=COLUMNS, repeatRows=1, style=GRID, hAlign="LEFT")


def _feedback(said: Sequence[Feedback]) -> list[Flowable]:
    """What markers wrote and which criteria they found, by question; nothing where they said nothing."""
    shown = [found for found in said if found.criteria or found.comment or found.applied.adjust]
    rows = [[Paragraph(safe(found.question), TEXT), _said(found)] for found in shown]
    if not rows:
        return []
    table = Table(rows, colWidths=(14 * mm, sum(COLUMNS) - 14 * mm), style=GRID, hAlign="LEFT")
    return [Paragraph(_("What the markers said"), HEADING), table]


def _said(found: Feedback) -> list[Flowable]:
    sign = -1 if found.counts_down else 1
    points = [(c.text, sign * c.points) for c in found.criteria]
    if found.applied.adjust:
        points.append((found.applied.reason, found.applied.adjust))
    lines = [f"{safe(text)} ({localized(worth, signed=True)})" for text, worth in points]
    if found.comment:
        lines.append(safe(found.comment))
    return [Paragraph(line, TEXT) for line in lines]


def _claims(report: StudentReport) -> list[Flowable]:
    """What became of the student's claims, and how to make one."""
    found: list[Flowable] = []
    if report.claims:
        rows = [
            [Paragraph(safe(claim.question), TEXT), Paragraph(_became(claim), TEXT)]
            for claim in report.claims
        ]
        table = Table(rows, colWidths=(14 * mm, sum(COLUMNS) - 14 * mm), style=GRID, hAlign="LEFT")
        found += [Paragraph(_("Looked at again"), HEADING), table]
    if report.may_claim:
        words = _(
            "Was something read or marked wrongly? Tell your teacher the number of the sheet and of the "
            "answer: a person looks at that answer again."
        )
        found += [Spacer(1, 4 * mm), Paragraph(safe(words), MUTED)]
    return found


def _became(claim: Claim) -> str:
    marks = {"before": localized(claim.earned), "after": localized(claim.left_at)}
    outcome = _("changed: %(before)s → %(after)s") % marks if claim.is_changed else _("the mark stays")
    said = f"“{safe(claim.words)}”: " if claim.words else ""
    return f"{said}{safe(outcome)}{'. ' if claim.reply else ''}{safe(claim.reply)}"


def _row(line: AnswerLine) -> list[Flowable]:
    answer = line.answer
    machine = answer.reading.text if answer.reading else ""
    return [
        Paragraph(safe(answer.question), TEXT),
        _crop(line),
        Paragraph(safe(machine) or NOTHING, TEXT),
        Paragraph(_("after release") if line.key is None else safe(line.key), TEXT if line.key else MUTED),
        Paragraph(_of(answer.marks, answer.max_marks), TEXT),
        Paragraph(_decided_by(answer), MUTED),
    ]


def _decided_by(answer: Answer) -> str:
    if answer.reason == NOT_HANDED_IN:
        return _("person: page not handed in")
    return {
        Answer.Status.AUTO: _("machine"),
        Answer.Status.BLANK: _("machine (left empty)"),
        Answer.Status.HUMAN: _("person"),
        Answer.Status.REVIEW: _("not decided yet"),
    }[Answer.Status(answer.status)]


def _crop(line: AnswerLine) -> Flowable:
    if line.crop is None:
        lost = line.answer.reason == NOT_HANDED_IN
        return Paragraph(_("page not handed in") if lost else _("page not scanned"), MUTED)
    width, height = ImageReader(io.BytesIO(line.crop)).getSize()
    most = OPEN_HEIGHT if line.answer.kind == "manual" else CROP_HEIGHT
    scale = min(CROP_WIDTH / width, most / height)
    return Image(io.BytesIO(line.crop), width * scale, height * scale, hAlign="LEFT")
