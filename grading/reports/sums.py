"""The marks of every sheet, added up by the database in one query."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Sum

from grading.exams.models import Exam
from grading.marking.models import Answer


class Sums(NamedTuple):
    """One sheet: ``marks`` is None while nothing is decided; ``waiting``: answers that nobody has decided."""

    marks: Decimal | None
    waiting: int


def sheet_sums(exam: Exam) -> dict[int, Sums]:
    """Sheet -> its sums, for every sheet with answers."""
    rows = Answer.objects.filter(exam=exam).order_by().values_list("sheet_id")
    summed = rows.annotate(total=Sum("marks"), n=Count("id"), decided=Count("marks"))
    return {sheet: Sums(total, n - decided) for sheet, total, n, decided in summed}
