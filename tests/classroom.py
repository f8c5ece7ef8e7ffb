"""A small exam in the database, with scanned pages and readings made by hand."""

from __future__ import annotations

from typing import Any

from grading.accounts.models import School
from grading.core.actor import MACHINE
from grading.exams import services
from grading.exams.examfile import parse_exam
from grading.exams.models import Exam, Sheet
from grading.exams.prints import add_run
from grading.exams.roster import parse_roster
from grading.exams.sheet_print import plan_print
from grading.scans.models import Page, Reading, ScanFile

EXAM = """
id: small
title: A small exam
student_id: {digits: 4}
error_budget: 1%
questions:
  - {id: "1", type: digits, answer: 42, marks: 2}
  - {id: "2", type: number, answer: 9.81, tolerance: 0.02, marks: 3}
  - {id: "3", type: choice, options: [A, B, C], answer: C, marks: 1, wrong: -0.25}
  - {id: "4", type: manual, lines: 4, marks: 5}
"""
ROSTER = "student_id,name\n1001,Ada\n1002,Ben\n1003,Cleo\n"


def small_exam(school: School, *, copies: int = 3, text: str = EXAM) -> Exam:
    """The exam with its roster and a print of numbered sheets."""
    spec = parse_exam(text)
    exam = services.create_exam(actor=MACHINE, school=school, spec=spec)
    services.set_roster(actor=MACHINE, exam=exam, roster=parse_roster(ROSTER.encode()))
    add_run(exam, plan_print(spec, copies=copies).layout)
    return exam


def sheet(exam: Exam, number: int) -> Sheet:
    """One printed sheet."""
    return Sheet.objects.get(exam=exam, number=f"{number:04}")


def scan_file(exam: Exam, name: str = "scan.pdf") -> ScanFile:
    """A file that came in and was taken apart."""
    return ScanFile.objects.create(
        exam=exam, name=name, sha256=f"{name:0<64}"[:64], size=1, state=ScanFile.State.SPLIT
    )


def page(of: Sheet, number: int = 1, *, file: ScanFile | None = None, **values: Any) -> Page:
    """A scanned page of a sheet, used unless told otherwise."""
    file = file or scan_file(of.exam, f"{of.number}-{number}-{Page.objects.count()}.pdf")
    defaults = {"state": Page.State.USED, "quality": 0.1, "scan_page": 1 + file.pages.count()}
    return Page.objects.create(exam=of.exam, file=file, sheet=of, number=number, **{**defaults, **values})


def read_number(of: Page, student_id: str, sure: float = 0.9999) -> Reading:
    """The boxed student number, every cell read as surely."""
    cells = [
        [sure if int(digit) == d else (1 - sure) / 10 for d in range(10)] + [0.0] for digit in student_id
    ]
    return _reading(of, "", "student_id", student_id, sure, cells=cells)


def read_text(of: Page, question: str, kind: str, text: str, sure: float, expected: list[str]) -> Reading:
    """A reading of digits or a number; as sure of the key as the reading allows."""
    p_expected = sure if text in expected else 1 - sure
    found = _reading(of, question, kind, text, sure, p_expected=p_expected)
    found.expected = expected
    found.save()
    return found


def read_choice(of: Page, question: str, marked: list[str], sure: float, doubt: str | None = None) -> Reading:
    """Marked bubbles."""
    options = {option: sure if option in marked else 1 - sure for option in "ABC"}
    return _reading(
        of, question, "choice", " ".join(marked), sure, marked=marked, options=options, doubt=doubt
    )


def _reading(of: Page, question: str, kind: str, text: str, sure: float, **evidence: Any) -> Reading:
    return Reading.objects.create(
        page=of, question=question, kind=kind, text=text, confidence=sure, evidence=evidence, model="test"
    )
