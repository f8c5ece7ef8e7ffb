"""What marks are derived from, as a stamp: marks computed without a lock are kept if it still holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from grading.exams.models import Exam, Student
from grading.marking.models import Identity, MarkingRule, Rubric
from grading.scans.models import Page, Reading

COUNTED = (Page.State.USED, Page.State.NEEDS_REVIEW)
Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The exam file, pages, students, owners and rules, and the newest of the readings, which are only added.

    Decisions are no part of it: those that come in meanwhile are applied to what was computed.
    """

    spec: dict[str, Any]
    pages: Rows
    students: Rows
    owners: Rows
    rules: Rows
    reading: int

    @property
    def digest(self) -> str:
        """A name for them that can be kept."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


def stamp(exam: Exam) -> Inputs:
    """The inputs of today. Take it before reading them: what changes after that shows as a difference.

    Readings are written under the exam's lock only, so that those of an exam are committed in the order of
    their keys: none with a smaller key comes in later.
    """
    newest = Reading.objects.filter(page__exam=exam).aggregate(pk=Max("pk"))["pk"]
    return Inputs(exam.spec, _pages(exam), _students(exam), _owners(exam), _rules(exam), newest or 0)


def holds(inputs: Inputs, exam: Exam) -> bool:
    """Whether nothing changed since; call it with ``exam`` freshly read and locked."""
    added = Reading.objects.filter(pk__gt=inputs.reading, page__exam=exam)
    return (
        inputs.spec == exam.spec
        and not added.exists()
        and inputs.pages == _pages(exam)
        and inputs.students == _students(exam)
        and inputs.owners == _owners(exam)
        and inputs.rules == _rules(exam)
    )


def _pages(exam: Exam) -> Rows:
    pages = Page.objects.filter(exam=exam, state__in=COUNTED).order_by("pk")
    return tuple(pages.values_list("pk", "state", "sheet_id", "number"))


def _students(exam: Exam) -> Rows:
    students = Student.objects.filter(exam=exam).order_by("pk")
    return tuple(students.values_list("pk", "student_id", "on_roster"))


def _owners(exam: Exam) -> Rows:
    said = Identity.objects.filter(exam=exam, state=Identity.State.HUMAN).order_by("sheet_id")
    return tuple(said.values_list("sheet_id", "student_id"))


def _rules(exam: Exam) -> Rows:
    rules = MarkingRule.objects.filter(exam=exam).order_by("pk")
    rubrics = Rubric.objects.filter(exam=exam).order_by("pk")
    said = rules.values_list("question", "by_people", "second_share", "tolerance")
    return (*said, *rubrics.values_list("question", "version"))
