"""The class report: who passed, how the questions did, what the machine decided and what is open."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Spacer, Table

from grading.marking.audit_sample import Audit
from grading.marking.statistics import ExamStatistics
from grading.reports.analysis import Promise, Shares
from grading.reports.document import Document
from grading.reports.style import (
    ACCENT,
    GREY,
    GRID,
    HEADING,
    LINE,
    MUTED,
    REGULAR,
    TEXT,
    TITLE,
    VALUE,
    safe,
)
from grading.reports.tables import Grade, plain
from grading.scans.ledger import LedgerTotals, SheetTotals

CHART_WIDTH, CHART_HEIGHT = 170 * mm, 38 * mm
FIRST_ROWS = 40 * mm
"""Room that a heading needs below it on its page: itself, the head of a table and a few rows."""


@dataclass(frozen=True, slots=True)
class ClassReport:
    """Everything the class PDF shows."""

    exam_title: str
    paper: str
    grades: tuple[Grade, ...]
    statistics: ExamStatistics
    shares: Shares
    promise: Promise
    audit: Audit
    pages: LedgerTotals
    sheets: SheetTotals
    questions: tuple[tuple[str, str], ...]
    """Id and the beginning of the prompt, in the order of the exam."""


def render(report: ClassReport) -> bytes:
    """The PDF."""
    buffer = io.BytesIO()
    document = Document(buffer, report.paper, f"{report.exam_title}: class report")
    document.build(
        [
            Paragraph(safe(report.exam_title), TITLE),
            Paragraph("Class report", MUTED),
            Spacer(1, 4 * mm),
            _summary(report),
            *_section("Distribution", *_distribution(report.statistics)),
            *_section("Questions", _questions(report)),
            *_section("Who decided, and how surely", *_machine(report)),
            *_section("Ledger", *_ledger(report)),
            *_section("Students", _students(report.grades)),
        ]
    )
    return buffer.getvalue()


def _section(title: str, *parts: Flowable) -> list[Flowable]:
    """A heading and what belongs to it, begun on the next page where it would end this one."""
    return [CondPageBreak(FIRST_ROWS), Paragraph(title, HEADING), *parts]


def _summary(report: ClassReport) -> Table:
    graded = [grade for grade in report.grades if grade.final]
    passed = sum(1 for grade in graded if grade.status == "passed")
    mean = report.statistics.totals.mean
    open_items = sum(grade.open_items for grade in report.grades)
    values = (
        ("Sheets", str(sum(1 for grade in report.grades if grade.sheet))),
        ("Final grades", str(len(graded))),
        ("Passed", f"{passed} of {len(graded)}" if graded else "–"),
        ("Mean", f"{mean:.1f}" if mean is not None else "–"),
        ("Open items", str(open_items)),
    )
    cells = [[Paragraph(label, MUTED), Paragraph(value, VALUE)] for label, value in values]
    return Table([cells], colWidths=[36 * mm] * len(cells), hAlign="LEFT")


def _distribution(found: ExamStatistics) -> list[Flowable]:
    """Bars of the students in per cent of what is decided, and the totals of those with nothing open."""
    if not found.percent.n:
        return [Paragraph("No answer is decided yet.", MUTED)]
    words = "In per cent of the marks decided so far."
    if found.totals.n:
        low, lower, middle, upper, high = found.totals.quantiles
        words += (
            f" {found.totals.n} complete: {low:g} to {high:g} of {found.totals.whole:g} marks, "
            f"median {middle:g}, middle half {lower:g} to {upper:g}."
        )
    return [_bars(found.percent.counts), Paragraph(words, MUTED)]


def _bars(counts: Sequence[int]) -> Drawing:
    """Ten bands of the marks in per cent, students as height."""
    drawing = Drawing(CHART_WIDTH, CHART_HEIGHT + 14)
    most, step = max(*counts, 1), CHART_WIDTH / len(counts)
    for band, count in enumerate(counts):
        height = CHART_HEIGHT * 0.85 * count / most
        x = band * step
        bar = Rect(x + 3, 12, step - 6, height)
        bar.fillColor, bar.strokeColor = ACCENT, None
        drawing.add(bar)
        if count:
            drawing.add(_label(x + step / 2, 15 + height, str(count)))
        drawing.add(_label(x + step / 2, 1, f"{band * 10}–{band * 10 + 10} %"))
    drawing.add(Line(0, 12, CHART_WIDTH, 12, strokeColor=LINE, strokeWidth=0.8))
    return drawing


def _label(x: float, y: float, text: str) -> String:
    return String(x, y, text, fontName=REGULAR, fontSize=7.5, fillColor=GREY, textAnchor="middle")


def _questions(report: ClassReport) -> Table:
    prompts = dict(report.questions)
    rows = [
        [
            Paragraph(safe(item.question), TEXT),
            Paragraph(safe(prompts.get(item.question, "")), MUTED),
            str(item.n),
            str(item.open),
            "–" if item.difficulty is None else f"{100 * item.difficulty:.0f} %",
            "–" if item.discrimination is None else f"{item.discrimination:.2f}",
        ]
        for item in report.statistics.items
    ]
    header = ["No.", "", "Decided", "Open", "Mean credit", "Discrimination"]
    widths = [14 * mm, 84 * mm, 18 * mm, 16 * mm, 22 * mm, 26 * mm]
    return _table(header, rows, widths)


def _machine(report: ClassReport) -> list[Flowable]:
    shares, promise, audit = report.shares, report.promise, report.audit
    decided = (
        f"Of {shares.total} answers the machine marked {shares.auto} and found {shares.blank} empty; "
        f"people decided {shares.human}; {shares.review} wait for a person."
    )
    expected = (
        f"Error budget {100 * promise.budget:g} %: of the {promise.auto} automatic decisions "
        f"{promise.expected_wrong:.2f} are expected to be wrong."
    )
    lines = [decided, expected]
    if audit.looked_at:
        lines.append(
            f"Blind audit: {audit.wrong} wrong of {audit.looked_at} looked at again "
            f"(95 % interval {100 * audit.low:.1f} to {100 * audit.high:.1f} %)."
        )
    elif audit.sample:
        lines.append(f"Blind audit: {audit.sample} automatic marks are drawn; nobody has looked at them yet.")
    if report.statistics.alpha is not None:
        lines.append(f"Reliability (Cronbach's alpha): {report.statistics.alpha:.2f}.")
    return [Paragraph(line, TEXT) for line in lines]


def _ledger(report: ClassReport) -> list[Flowable]:
    pages, sheets = report.pages, report.sheets
    came_in = (
        f"Pages in {pages.pages_in} = used {pages.used} + duplicate {pages.duplicate} + blank {pages.blank} "
        f"+ foreign {pages.foreign} + unreadable {pages.unreadable} + for a person {pages.needs_review}"
    )
    printed = (
        f"Sheets printed {sheets.printed} = scanned {sheets.scanned} + absent {sheets.absent} "
        f"+ spare {sheets.spare} + not seen yet {sheets.open}."
    )
    verdict = "." if pages.adds_up else ": DOES NOT ADD UP."
    return [Paragraph(came_in + verdict, TEXT), Paragraph(printed, TEXT)]


def _students(grades: Sequence[Grade]) -> Table:
    rows = [
        [
            Paragraph(safe(grade.student.name if grade.student else "student not known"), TEXT),
            grade.student.student_id if grade.student else "",
            grade.sheet.number if grade.sheet else "",
            plain(grade.marks) or "–",
            f"{plain(grade.percent)} %" if grade.percent is not None else "–",
            grade.status,
            str(grade.open_items or ""),
        ]
        for grade in sorted(grades, key=_by_name)
    ]
    header = ["Student", "Number", "Sheet", "Marks", "Percent", "Result", "Open"]
    widths = [58 * mm, 26 * mm, 18 * mm, 18 * mm, 20 * mm, 26 * mm, 14 * mm]
    return _table(header, rows, widths)


def _by_name(grade: Grade) -> tuple[str, str]:
    return (grade.student.sort_name if grade.student else "\uffff", grade.sheet.number if grade.sheet else "")


def _table(header: Sequence[str], rows: Sequence[Sequence[object]], widths: Sequence[float]) -> Table:
    def cell(value: object) -> object:
        return Paragraph(safe(value), TEXT) if isinstance(value, str) else value

    head = [Paragraph(text, MUTED) for text in header]
    body = [[cell(value) for value in row] for row in rows]
    return Table([head, *body], colWidths=widths, repeatRows=1, style=GRID, hAlign="LEFT")
