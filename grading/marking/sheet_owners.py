"""Sheets and their students as a person needs to see them to put them right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from grading.exams.models import Exam, Student
from grading.marking.models import Identity
from grading.scans.models import Page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A student the sheet may belong to; ``probability`` is the machine's, ``has`` their other sheet."""

    student: Student
    probability: float
    has: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A sheet without a student; ``page`` is its page with the number box, if that was scanned."""

    identity: Identity
    page: Page | None
    candidates: tuple[Candidate, ...]


def without_student(exam: Exam) -> QuerySet[Identity]:
    """The sheets whose student a person must say, in the order of the sheet numbers."""
    waiting = Identity.objects.filter(exam=exam, state=Identity.State.REVIEW).select_related("sheet")
    return waiting.order_by("sheet__number")


def doubtful(exam: Exam, most: int) -> list[Doubtful]:
    """The first of them with everything that helps."""
    return _with_facts(exam, list(without_student(exam)[:most]))


def named_like(exam: Exam, text: str) -> QuerySet[Student]:
    """The students of the roster whom a person may mean: part of a name, or the beginning of a number."""
    number = (text.split(maxsplit=1) or [""])[0]
    meant = Q(name__icontains=text.strip()) | Q(student_id__istartswith=number)
    return Student.objects.filter(meant, exam=exam, on_roster=True).order_by("name")


def doubtful_sheet(identity: Identity) -> Doubtful:
    """The same of one sheet."""
    return _with_facts(identity.exam, [identity])[0]


def _with_facts(exam: Exam, waiting: list[Identity]) -> list[Doubtful]:
    sheets = [identity.sheet_id for identity in waiting]
    pages = Page.objects.filter(sheet__in=sheets, state=Page.State.USED, readings__question="").distinct()
    with_number = {page.sheet_id: page for page in pages.select_related("sheet__print_run")}
    named = {str(entry[0]) for identity in waiting for entry in identity.candidates}
    students = {s.student_id: s for s in Student.objects.filter(exam=exam, student_id__in=named)}
    taken = dict(
        owners(exam).filter(student__student_id__in=named).values_list("student__student_id", "sheet__number")
    )
    return [
        Doubtful(identity, with_number.get(identity.sheet_id), _candidates(identity, students, taken))
        for identity in waiting
    ]


def owners(exam: Exam) -> QuerySet[Identity]:
    """The sheets whose student is known, by the student's name."""
    found = Identity.objects.filter(exam=exam, student__isnull=False).select_related("sheet", "student")
    return found.order_by("student__name", "sheet__number")


def _candidates(
    identity: Identity, students: dict[str, Student], taken: dict[str, str]
) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(students[number], float(probability), taken.get(number, ""))
        for number, probability in identity.candidates
        if number in students
    )
