"""What stands in the system now against what students were told by the newest release.

Comparing the whole class takes a fraction of a second in large exams: it is done when answers have changed,
and kept until they change again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import TypeAdapter

from grading.exams.models import Exam, Sheet, Student
from grading.reports.differences import Difference, Found, differences, found_in
from grading.reports.kept import Kept, recent, stamp, will_do
from grading.reports.models import Comparison, Release
from grading.reports.told import told_by, told_now

PLAIN: TypeAdapter[Found] = TypeAdapter(Found)


@dataclass(frozen=True, slots=True)
class Changed:
    """A difference as pages show it; the sheet is the one of now, else the one of before."""

    difference: Difference
    student: Student | None
    sheet: Sheet | None


def newest_release(exam: Exam) -> Release | None:
    """The last one, also of an exam that was opened again."""
    return Release.objects.filter(exam=exam).select_related("by").order_by("-number").first()


def changed_students(exam: Exam) -> int:
    """How many students are told something else now than by the newest release; 0 before the first.

    For pages that are about other things: where comparing takes long, the number may be a minute old.
    """
    release = newest_release(exam)
    if release is None:
        return 0
    kept = Comparison.objects.filter(exam=exam).defer("data").first()
    if kept and (will_do(kept) or kept.stamp == stamp(exam)):
        return kept.students
    return _compared(exam, release, patient=False).found.students


def since_release(exam: Exam, release: Release) -> Found:
    """Everything that differs from the newest release."""
    return _compared(exam, release, patient=False).found


def recent_since_release(exam: Exam, release: Release) -> Kept[Found]:
    """The same as it was at most a minute ago, where comparing takes long."""
    return _compared(exam, release, patient=True)


def _compared(exam: Exam, release: Release, *, patient: bool) -> Kept[Found]:
    def make() -> Found:
        return found_in(differences(told_by(release), told_now(exam)))

    return recent(Comparison, exam, PLAIN, make, lambda found: {"students": found.students}, patient=patient)


def changed_by_sheet(exam: Exam, release: Release, sheets: Collection[int]) -> dict[int, Difference]:
    """Sheet -> what its student is told otherwise, for those of ``sheets`` where anything is."""
    if not sheets:
        return {}
    now = told_now(exam, sheets)
    found = differences(told_by(release, now), now)
    return {each.after.sheet: each for each in found if each.after and each.after.sheet is not None}


def with_names(found: Collection[Difference]) -> list[Changed]:
    """The differences with their students and sheets, by two queries."""
    students = Student.objects.in_bulk([each.student for each in found if each.student])
    sheets = Sheet.objects.in_bulk([each.sheet for each in found if each.sheet])
    return [Changed(each, students.get(each.student or 0), sheets.get(each.sheet or 0)) for each in found]
