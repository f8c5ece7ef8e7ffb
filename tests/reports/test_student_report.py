"""What a student's PDF shows, and what it keeps to itself until the results are released."""

from __future__ import annotations

import io
from decimal import Decimal

import pypdfium2 as pdfium
import pytest
from django.utils.translation import override

from grading.accounts.models import School
from grading.exams.models import Exam
from grading.marking.decisions import NOT_HANDED_IN
from grading.marking.models import Answer
from grading.reports.services import class_report, student_report
from tests.classroom import EXAM, page, sheet, small_exam


def _text(pdf: bytes) -> str:
    document = pdfium.PdfDocument(io.BytesIO(pdf))
    return " ".join(document[k].get_textpage().get_text_range() for k in range(len(document)))


def _answered(school: School, language: str = "en") -> Exam:
    exam = small_exam(school, text=f"{EXAM}language: {language}\n")
    scanned = page(sheet(exam, 1))
    Answer.objects.create(
        exam=exam,
        sheet=sheet(exam, 1),
        question="2",
        position=1,
        kind="number",
        page=scanned,
        status=Answer.Status.AUTO,
        verdict=Answer.Verdict.PARTIAL,
        marks=Decimal("1.5"),
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


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Noch nicht zugeordnet", "Maschine las", "nach der Freigabe", "1,5 / 3", "Seite 1")),
        ("fr", ("Étudiant pas encore connu", "Lu par la machine", "1,5 / 3", "page 1")),
    ],
)
def test_it_speaks_the_language_of_the_exam_whatever_the_readers_is(
    school: School, language: str, words: tuple[str, ...]
) -> None:
    exam = _answered(school, language)
    with override("en"):
        text = _text(student_report(sheet(exam, 1)))
    for word in words:
        assert word in text
    assert "Machine read" not in text


def test_no_points_for_a_page_that_was_not_handed_in_say_why(school: School) -> None:
    exam = _answered(school)
    Answer.objects.update(page=None, status=Answer.Status.HUMAN, marks=0)
    assert "page not scanned" in _text(student_report(sheet(exam, 1)))
    Answer.objects.update(reason=NOT_HANDED_IN)
    text = " ".join(_text(student_report(sheet(exam, 1))).split())
    assert "person: page not handed in" in text
    assert "page not scanned" not in text


def test_the_class_report_speaks_the_language_of_who_asks_for_it(school: School) -> None:
    exam = _answered(school)
    for language, words in (("en", "Class report"), ("de", "Klassenbericht"), ("fr", "Rapport de classe")):
        with override(language):
            text = _text(class_report(exam))
        assert words in text
        assert ("1.5" if language == "en" else "1,5") in text
