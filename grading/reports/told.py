"""What every student of an exam is told: by the answers as they stand, and by a release of before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from grading.exams.models import Exam
from grading.marking.models import Answer, Identity
from grading.reports.answer_table import Listed
from grading.reports.models import Release, ReleasedResult
from grading.reports.scale import Scale
from grading.reports.tables import plain

NOTHING = Decimal(0)


class Told(NamedTuple):
    """The result of one sheet: ``earned`` holds the marks by question as text, those of open ones not.

    ``student`` and ``sheet`` are keys of the database; None: not known yet, or no longer there. ``percent``
    and ``passed`` are None while anything is open.
    """

    student: int | None
    sheet: int | None
    marks: Decimal
    percent: Decimal | None
    passed: bool | None
    earned: Mapping[str, str]


def told_now(exam: Exam, sheets: Collection[int] | None = None) -> list[Told]:
    """By the answers as they stand, of all scanned sheets or of some, by two queries."""
    answers, known = Answer.objects.filter(exam=exam), Identity.objects.filter(exam=exam)
    if sheets is not None:
        answers, known = answers.filter(sheet__in=sheets), known.filter(sheet__in=sheets)
    owners = dict(known.values_list("sheet_id", "student_id"))
    # Thousands of sheets earn the same few marks: the database tells each once, with the sheets that do.
    groups = answers.order_by().values_list("question", "marks").annotate(sheets=Listed("sheet_id"))
    earned: defaultdict[str, dict[str, str]] = defaultdict(dict)
    waiting: set[str] = set()
    for question, marks, listed in groups:
        numbers = listed.split(",")
        if marks is None:
            waiting.update(numbers)
            continue
        text = plain(marks)
        for sheet in numbers:
            earned[sheet][question] = text
    scale = Scale.of(exam.load_spec())
    return [
        _told(scale, owners.get(int(sheet)), int(sheet), earned[sheet], is_open=sheet in waiting)
        for sheet in {**earned, **dict.fromkeys(waiting)}
    ]


def _told(scale: Scale, student: int | None, sheet: int, earned: dict[str, str], *, is_open: bool) -> Told:
    marks = sum(map(_number, earned.values()), NOTHING)
    if is_open or student is None:
        return Told(student, sheet, marks, None, None, earned)
    return Told(student, sheet, marks, *_outcome(scale, marks), earned)


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    return Decimal(text)


@lru_cache(maxsize=4096)
def _outcome(scale: Scale, marks: Decimal) -> tuple[Decimal, bool]:
    return scale.percent(marks), scale.passed(marks)


def told_by(release: Release, now: Collection[Told] | None = None) -> Iterator[Told]:
    """By a release; with ``now``, only what it said of these students, and of sheets that have none now."""
    rows = ReleasedResult.objects.filter(release=release).order_by()
    if now is not None:
        students = {told.student for told in now if told.student}
        nameless = {told.sheet for told in now if not told.student}
        has_another = Exists(Identity.objects.filter(exam=release.exam_id, student=OuterRef("student")))
        rows = rows.filter(Q(student__in=students) | Q(~has_another, sheet__in=nameless))
    found = rows.values_list("student_id", "sheet_id", "marks", "percent", "passed", "earned")
    return (Told(*row) for row in found)
