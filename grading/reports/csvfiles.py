"""The CSV files of a graded exam (UTF-8 with a header; cells that a spreadsheet would run are defused)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import astuple, fields

from defusedcsv import csv as defused

from grading.exams.models import Exam
from grading.reports.tables import AnswerRow, Grade, ReviewRow, answer_rows, grades, plain, review_rows
from grading.scans import ledger

GRADE_COLUMNS = (
    "student_id",
    "name",
    "sheet",
    "marks",
    "max_marks",
    "percent",
    "grade_status",
    "open_items",
)


def answers_csv(exam: Exam) -> str:
    """The text of answers.csv."""
    return _written(_names(AnswerRow), (astuple(row) for row in answer_rows(exam)))


def grades_csv(exam: Exam) -> str:
    """The text of grades.csv."""
    return _written(GRADE_COLUMNS, (_grade_cells(grade) for grade in grades(exam)))


def ledger_csv(exam: Exam) -> str:
    """The text of ledger.csv: one row for every page that came in."""
    return _written(_names(ledger.LedgerRow), (astuple(row) for row in ledger.rows(exam)))


def review_csv(exam: Exam) -> str:
    """The text of review.csv."""
    return _written(_names(ReviewRow), (astuple(row) for row in review_rows(exam)))


FILES: dict[str, Callable[[Exam], str]] = {
    "answers.csv": answers_csv,
    "grades.csv": grades_csv,
    "ledger.csv": ledger_csv,
    "review.csv": review_csv,
}


def _grade_cells(grade: Grade) -> tuple[str, ...]:
    student, sheet = grade.student, grade.sheet
    return (
        student.student_id if student else "",
        student.name if student else "",
        sheet.number if sheet else "",
        plain(grade.marks),
        plain(grade.max_marks),
        plain(grade.percent),
        grade.status,
        str(grade.open_items),
    )


def _names(row_type: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row_type))


def _written(header: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    buffer = io.StringIO(newline="")
    writer = defused.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()
