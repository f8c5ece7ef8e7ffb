"""The CSV files of a graded exam (UTF-8 with a header; cells that a spreadsheet would run are defused).

They come in pieces, so that a large exam is neither held in memory nor waited for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

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
ROWS_A_PIECE = 2000
Row = tuple[object, ...]


def answers_csv(exam: Exam) -> Iterator[str]:
    """The text of answers.csv."""
    return _written(AnswerRow._fields, answer_rows(exam))


def grades_csv(exam: Exam) -> Iterator[str]:
    """The text of grades.csv."""
    return _written(GRADE_COLUMNS, (_grade_cells(grade) for grade in grades(exam)))


def ledger_csv(exam: Exam) -> Iterator[str]:
    """The text of ledger.csv: one row for every page that came in."""
    return _written(ledger.LedgerRow._fields, ledger.rows(exam))


def review_csv(exam: Exam) -> Iterator[str]:
    """The text of review.csv."""
    return _written(ReviewRow._fields, review_rows(exam))


FILES: dict[str, Callable[[Exam], Iterator[str]]] = {
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


def _written(header: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """The header and the rows, piece by piece."""
    left = chain([tuple(header)], rows)
    while piece := list(islice(left, ROWS_A_PIECE)):
        yield written(piece)


def written(rows: Iterable[Row]) -> str:
    """Rows as CSV. Where every cell begins with a letter or a digit there is nothing to defuse."""
    buffer = io.StringIO(newline="")
    quick = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    careful = defused.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    for row in rows:
        begin = "".join([str(cell)[:1] for cell in row])
        (quick if begin.isalnum() else careful).writerow(row)
    return buffer.getvalue()
