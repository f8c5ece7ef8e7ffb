"""How the class report breaks into pages."""

from __future__ import annotations

import io
from decimal import Decimal

import pypdfium2 as pdfium

from grading.exams.models import Student
from grading.marking.audit_sample import Audit
from grading.marking.statistics import ExamStatistics, analyse
from grading.reports.analysis import Promise, Shares
from grading.reports.class_pdf import ClassReport, render
from grading.reports.tables import Grade
from grading.scans.ledger import LedgerTotals, SheetTotals

STUDENTS = 12


def report(questions: int, statistics: ExamStatistics | None = None) -> bytes:
    """The class report of an exam with so many questions."""
    names = [f"{place + 1}" for place in range(questions)]
    grades = [
        Grade(
            Student(name=f"Person {k:02}", student_id=f"{k}"),
            None,
            Decimal(1),
            Decimal(2),
            Decimal(50),
            "passed",
            0,
        )
        for k in range(STUDENTS)
    ]
    return render(
        ClassReport(
            exam_title="Botany",
            paper="A4",
            grades=tuple(grades),
            statistics=statistics or analyse([[1.0] * questions] * STUDENTS, names, [1.0] * questions),
            shares=Shares(),
            promise=Promise(budget=0.001, expected_wrong=0.0, auto=0),
            audit=Audit(sample=0, looked_at=0, wrong=0, low=0.0, high=0.0),
            pages=LedgerTotals(pages_in=0),
            sheets=SheetTotals(printed=0, scanned=0, absent=0, spare=0, open=0),
            questions=tuple((name, "") for name in names),
        )
    )


def test_no_heading_stands_alone_at_the_end_of_a_page() -> None:
    begun_on = set()
    for questions in range(1, 41):
        document = pdfium.PdfDocument(io.BytesIO(report(questions)))
        texts = [document[k].get_textpage().get_text_range() for k in range(len(document))]
        place = next(k for k, text in enumerate(texts) if "\nStudents" in text or text.startswith("Students"))
        assert "Person 00" in texts[place].split("Students", 1)[1], f"{questions} questions"
        begun_on.add(place)
    assert len(begun_on) > 1  # the heading did come to the end of a page in between


def test_reliability_of_few_sheets_is_not_judged() -> None:
    for students, words in ((STUDENTS, "too few sheets"), (40, "very reliable")):
        strong = [[1.0, 1.0, 1.0]] * (students // 2)
        weak = [[0.0, 0.0, 0.0]] * (students // 2)
        found = analyse(strong + weak, ["1", "2", "3"], [1.0] * 3)
        document = pdfium.PdfDocument(io.BytesIO(report(3, found)))
        text = " ".join(document[k].get_textpage().get_text_range() for k in range(len(document)))
        assert words in " ".join(text.split())
