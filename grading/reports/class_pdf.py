"""The class report: who passed, how the questions did, what the machine decided and what is open."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Spacer, Table

from grading.core.numerals import NOTHING, fixed, localized, percent
from grading.marking.audit_sample import Audit
from grading.marking.statistics import ExamStatistics
from grading.reports.analysis import Promise, Shares
from grading.reports.document import Document
from grading.reports.question_words import reliability
from grading.reports.status_words import status_words
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
from grading.reports.tables import Grade
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
    buffer, name = io.BytesIO(), _("Class report")
    document = Document(buffer, report.paper, f"{report.exam_title}: {name}")
    document.build(
        [
            Paragraph(safe(report.exam_title), TITLE),
            Paragraph(name, MUTED),
            Spacer(1, 4 * mm),
            _summary(report),
            *_section(_("Distribution"), *_distribution(report.statistics)),
            *_section(_("Questions"), _questions(report)),
            *_section(_("Who decided, and how surely"), *_machine(report)),
            *_section(_("Ledger"), *_ledger(report)),
            *_section(_("Students"), _students(report.grades)),
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
        (_("Sheets"), str(sum(1 for grade in report.grades if grade.sheet))),
        (_("Final grades"), str(len(graded))),
        (_("Passed"), _("%(n)d of %(total)d") % {"n": passed, "total": len(graded)} if graded else NOTHING),
        (_("Mean"), fixed(mean, 1)),
        (_("Open items"), str(open_items)),
    )
    cells = [[Paragraph(label, MUTED), Paragraph(value, VALUE)] for label, value in values]
    return Table([cells], colWidths=[36 * mm] * len(cells), hAlign="LEFT")


def _distribution(found: ExamStatistics) -> list[Flowable]:
    """Bars of the students in per cent of what is decided, and the totals of those with nothing open."""
    if not found.percent.n:
        return [Paragraph(_("No answer is decided yet."), MUTED)]
    words = _("In per cent of the marks decided so far.")
    if found.totals.n:
        low, lower, middle, upper, high = found.totals.quantiles
        words += " " + _(
            "%(n)d complete: %(low)s to %(high)s of %(whole)s marks, "
            "median %(middle)s, middle half %(lower)s to %(upper)s."
        ) % {
            "n": found.totals.n,
            "low": _short(low),
            "high": _short(high),
            "whole": _short(found.totals.whole),
            "middle": _short(middle),
            "lower": _short(lower),
            "upper": _short(upper),
        }
    return [_bars(found.percent.counts), Paragraph(words, MUTED)]


def _short(value: float) -> str:
    return localized(float(f"{value:g}"))


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
            percent(item.difficulty),
            fixed(item.discrimination, 2),
        ]
        for item in report.statistics.items
    ]
    header = [_("No."), "", _("Decided"), _("Open"), _("Mean credit"), _("Discrimination")]
    widths = [14 * mm, 84 * mm, 18 * mm, 16 * mm, 22 * mm, 26 * mm]
    return _table(header, rows, widths)


def _machine(report: ClassReport) -> list[Flowable]:
    shares, promise, audit = report.shares, report.promise, report.audit
    decided = _(
        "Answers: %(total)d. Marked by the machine: %(auto)d. Found empty by it: %(blank)d. "
        "Decided by people: %(human)d. Waiting for a person: %(review)d."
    ) % {**asdict(shares), "total": shares.total}
    expected = _(
        "Error budget %(budget)s %%: of the machine's decisions (%(auto)d) "
        "%(wrong)s are expected to be wrong."
    ) % {
        "budget": _short(100 * promise.budget),
        "auto": promise.auto,
        "wrong": fixed(promise.expected_wrong, 2),
    }
    lines = [decided, expected]
    if audit.looked_at:
        found = _(
            "Blind spot check: %(wrong)d wrong of %(seen)d looked at again "
            "(95 %% interval %(low)s to %(high)s %%)."
        )
        low, high = fixed(100 * audit.low, 1), fixed(100 * audit.high, 1)
        lines.append(found % {"wrong": audit.wrong, "seen": audit.looked_at, "low": low, "high": high})
    elif audit.sample:
        lines.append(
            _("Blind spot check: nobody has looked at it yet. Marks drawn: %(n)d.") % {"n": audit.sample}
        )
    return [Paragraph(safe(line), TEXT) for line in [*lines, *_reliability(report.statistics)]]


def _reliability(found: ExamStatistics) -> list[str]:
    if found.alpha is None:
        return []
    judged = reliability(found.alpha, found.totals.n)
    words = _("Reliability (Cronbach's alpha): %(alpha)s, %(judged)s.")
    return [words % {"alpha": fixed(found.alpha, 2), "judged": judged}]


def _ledger(report: ClassReport) -> list[Flowable]:
    pages, sheets = report.pages, report.sheets
    came_in = _(
        "Pages in %(pages_in)d = used %(used)d + duplicate %(duplicate)d + blank %(blank)d "
        "+ foreign %(foreign)d + unreadable %(unreadable)d + for a person %(needs_review)d"
    ) % asdict(pages)
    printed = _(
        "Sheets printed %(printed)d = scanned %(scanned)d + absent %(absent)d "
        "+ spare %(spare)d + not seen yet %(open)d."
    ) % asdict(sheets)
    verdict = "." if pages.adds_up else ": " + _("DOES NOT ADD UP.")
    return [Paragraph(safe(came_in + verdict), TEXT), Paragraph(safe(printed), TEXT)]


def _students(grades: Sequence[Grade]) -> Table:
    rows = [
        [
            Paragraph(safe(grade.student.name if grade.student else _("student not known")), TEXT),
            grade.student.student_id if grade.student else "",
            grade.sheet.number if grade.sheet else "",
            localized(grade.marks),
            NOTHING if grade.percent is None else f"{localized(grade.percent)} %",
            status_words(grade.status),
            str(grade.open_items or ""),
        ]
        for grade in sorted(grades, key=_by_name)
    ]
    header = [_("Student"), _("Number"), _("Sheet"), _("Marks"), _("Per cent"), _("Result"), _("Open")]
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
