"""All answers of an exam as tables of numbers, one row a sheet, gathered by the database.

Thousands of sheets say the same few things: the database tells each once, with the sheets that say it, so
that no answer is carried over by itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Aggregate, Count, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from grading.exams.models import Exam
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer
from grading.reports.question_analysis import Texts


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """``marks`` (S, Q) with NaN for what is open; ``texts``: what counts as written, question by question.

    ``by_status``: how many answers have which status, those to questions that are no longer asked included.
    """

    marks: NDArray[np.float64]
    texts: tuple[Texts, ...]
    by_status: Counter[str]


class Listed(Aggregate):
    """A number of every row of a group, in one text with commas between."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = TextField()

    def __init__(self, name: str, **extra: Any) -> None:
        super().__init__(Cast(name, TextField()), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **more)


def answer_table(exam: Exam, spec: ExamSpec) -> AnswerTable:
    """The answers as they stand, by one query."""
    answers = Answer.objects.filter(exam=exam).order_by().values_list("question", "read", "marks", "status")
    groups = list(answers.annotate(n=Count("id"), sheets=Listed("sheet_id")))
    by_status: Counter[str] = Counter()
    for *_rest, status, n, _sheets in groups:
        by_status[status] += n
    place = {question.id: k for k, question in enumerate(spec.questions)}
    asked = [group for group in groups if group[0] in place]
    known: list[dict[str, int]] = [{"": 0} for _question in place]
    columns = [place[question] for question, *_rest in asked]
    codes = [
        known[column].setdefault(group[1], len(known[column]))
        for column, group in zip(columns, asked, strict=True)
    ]
    each = np.repeat(np.arange(len(asked)), [group[4] for group in asked])
    found, row = np.unique(_numbers([group[5] for group in asked]), return_inverse=True)
    column = np.array(columns, np.intp)[each]
    marks = np.full((len(found), len(place)), np.nan)
    marks[row, column] = np.array([group[2] for group in asked], np.float64)[each]  # None becomes NaN
    written = np.zeros((len(place), len(found)), np.intp)
    written[column, row] = np.array(codes, np.intp)[each]
    texts = tuple(Texts(tuple(different), of) for different, of in zip(known, written, strict=True))
    return AnswerTable(marks, texts, by_status)


def _numbers(lists: list[str]) -> NDArray[np.int64]:
    return np.fromstring(",".join(lists), np.int64, sep=",") if lists else np.empty(0, np.int64)
