"""Sheets and their students as a person needs to see them to put them right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from grading.exams.models import Exam, Student
from grading.marking.models import Identity
from grading.marking.sheetnumber import IdentityReason
from grading.scans.models import Page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A student the sheet may belong to; ``probability`` is the machine's, ``has`` their other sheet.

    ``also``: numbers of other sheets without a student that look most like theirs.
    """

    student: Student
    probability: float
    has: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A sheet without a student; ``page`` is its page with the number box, if that was scanned."""

    identity: Identity
    page: Page | None
    candidates: tuple[Candidate, ...]

    @property
    def printed(self) -> bool:
        """Whether the number was printed on the sheet, so that nobody had to write it."""
        owner = self.identity.sheet.printed_for
        return owner is not None and owner.student_id == self.identity.read


def without_student(exam: Exam) -> QuerySet[Identity]:
    """The sheets whose student a person must say, in the order of the sheet numbers."""
    waiting = Identity.objects.filter(exam=exam, state=Identity.State.REVIEW)
    waiting = waiting.select_related("sheet__printed_for")
    return waiting.order_by("sheet__number")


def doubtful(exam: Exam, most: int) -> list[Doubtful]:
    """The first of them with everything that helps."""
    return _with_facts(exam, list(without_student(exam)[:most]))


def named_like(exam: Exam, text: str) -> QuerySet[Student]:
    """The students of the roster whom a person may mean: part of a name, or the beginning of a number."""
    number = (text.split(maxsplit=1) or [""])[0]
    meant = Q(name__icontains=text.strip()) | Q(student_id__istartswith=number)
    return Student.objects.filter(meant, exam=exam, on_roster=True).order_by("sort_name")


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
    rivals = _rivals(exam) if any(i.reason == IdentityReason.TWO_SHEETS for i in waiting) else {}
    return [
        Doubtful(identity, with_number.get(identity.sheet_id), _candidates(identity, students, taken, rivals))
        for identity in waiting
    ]


def _rivals(exam: Exam) -> dict[str, list[str]]:
    """Student number -> the sheets without a student that look most like theirs."""
    found: dict[str, list[str]] = {}
    unclear = without_student(exam).filter(reason=IdentityReason.TWO_SHEETS)
    for sheet, candidates in unclear.values_list("sheet__number", "candidates"):
        if candidates:
            found.setdefault(str(candidates[0][0]), []).append(sheet)
    return found


def owners(exam: Exam) -> QuerySet[Identity]:
    """The sheets whose student is known, by the student's name."""
    found = Identity.objects.filter(exam=exam, student__isnull=False).select_related("sheet", "student")
    return found.order_by("student__sort_name", "sheet__number")


def _candidates(
    identity: Identity, students: dict[str, Student], taken: dict[str, str], rivals: dict[str, list[str]]
) -> tuple[Candidate, ...]:
    def others(number: str) -> tuple[str, ...]:
        return tuple(sheet for sheet in rivals.get(number, ()) if sheet != identity.sheet.number)

    return tuple(
        Candidate(students[number], float(probability), taken.get(number, ""), others(number))
        for number, probability in identity.candidates
        if number in students
    )
