"""What a student's PDF shows, and what it keeps to itself until the results are released."""

from __future__ import annotations

import io
from decimal import Decimal

import pypdfium2 as pdfium

from grading.accounts.models import School
from grading.exams.models import Exam
from grading.marking.models import Answer
from grading.reports.services import student_report
from tests.classroom import page, sheet, small_exam


def _text(pdf: bytes) -> str:
    document = pdfium.PdfDocument(io.BytesIO(pdf))
    return " ".join(document[k].get_textpage().get_text_range() for k in range(len(document)))


def _answered(school: School) -> Exam:
    exam = small_exam(school)
    scanned = page(sheet(exam, 1))
    Answer.objects.create(
        exam=exam,
        sheet=sheet(exam, 1),
        question="2",
        position=1,
        kind="number",
        page=scanned,
        status=Answer.Status.AUTO,
        verdict=Answer.Verdict.WRONG,
        marks=Decimal(0),
        max_marks=Decimal(3),
        read="4.5",
    )
    return exam


def test_the_key_is_shown_only_after_release(school: School) -> None:
    exam = _answered(school)
    before = _text(student_report(sheet(exam, 1)))
    assert "9.81" not in before
    assert "after release" in before
    exam.state = Exam.State.RELEASED
    exam.save()
    assert "9.81" in _text(student_report(sheet(exam, 1)))


def test_a_student_of_whom_nothing_is_known_yet_still_gets_a_report(school: School) -> None:
    exam = _answered(school)
    text = _text(student_report(sheet(exam, 1)))
    assert "Student not known yet" in text
    assert "0001" in text
