"""Whose sheets they are: the numbers read on an exam's sheets against its roster, kept one to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from grading.exams.models import Exam, Sheet, Student
from grading.marking.gather import Readings, used_pages
from grading.marking.identity import SheetIdentity, SheetNumber, identify
from grading.marking.models import Identity
from grading.scans.models import Page

MIXED = "pages with different writing carry this sheet's number"


@dataclass(frozen=True, slots=True)
class FoundIdentity:
    """Whose sheet the machine takes it for; ``mixed``: pages of two students may carry its number."""

    sheet: Sheet
    identity: SheetIdentity
    mixed: bool

    @property
    def student(self) -> str | None:
        """The number of the student whom it is taken for; None where a person must say."""
        return None if self.mixed else self.identity.student


def find_identities(exam: Exam, readings: Readings) -> list[FoundIdentity]:
    """The student of every scanned sheet, except of those that people decided, which take no part."""
    pages = used_pages(exam.pk)
    people = _said(exam)
    decided = set(people.values_list("sheet_id", flat=True))
    taken = set(people.filter(student__isnull=False).values_list("student__student_id", flat=True))
    scanned = Sheet.objects.filter(pk__in=pages).select_related("printed_for").order_by("pk")
    sheets = [sheet for sheet in scanned if sheet.pk not in decided]
    numbers = [_number(sheet, pages[sheet.pk], readings) for sheet in sheets]
    found = identify(numbers, _roster(exam), taken=taken)
    mixed = _mixed_sheets(exam)
    return [
        FoundIdentity(sheet, identity, sheet.pk in mixed)
        for sheet, identity in zip(sheets, found.sheets, strict=True)
    ]


def store_identities(exam: Exam, found: Iterable[FoundIdentity]) -> None:
    """Write them in place of those that the machine found before; call it in a transaction."""
    Identity.objects.filter(exam=exam).exclude(pk__in=_said(exam).values("pk")).delete()
    students = dict(Student.objects.filter(exam=exam).values_list("student_id", "pk"))
    Identity.objects.bulk_create((_row(exam, item, students) for item in found), batch_size=500)


def _said(exam: Exam) -> QuerySet[Identity]:
    """What people said, but of sheets set aside at once or page by page: their students are free."""
    aside = (Page.State.FOREIGN, Page.State.DUPLICATE, Page.State.BLANK)
    pages = Page.objects.filter(sheet=OuterRef("sheet"))
    dropped = Exists(pages) & ~Exists(pages.exclude(state__in=aside))
    said = Identity.objects.filter(~dropped, exam=exam, state=Identity.State.HUMAN)
    return said.exclude(sheet__set_aside=True)


def _roster(exam: Exam) -> list[str]:
    students = Student.objects.filter(exam=exam, on_roster=True).order_by("student_id")
    return list(students.values_list("student_id", flat=True))


def _number(sheet: Sheet, pages: list[Page], readings: Readings) -> SheetNumber:
    reading = next((readings[page.pk, ""] for page in pages if (page.pk, "") in readings), None)
    cells = (
        np.array(reading.evidence["cells"], np.float64) if reading and reading.evidence.get("cells") else None
    )
    printed = sheet.printed_for.student_id if sheet.printed_for else None
    return SheetNumber(str(sheet.pk), cells, printed)


def _mixed_sheets(exam: Exam) -> set[int]:
    """Sheets of which two different pages came in: two students may have written on one number."""
    rivals = Page.objects.filter(exam=exam, state=Page.State.NEEDS_REVIEW, sheet__isnull=False)
    return {pk for pk in rivals.values_list("sheet_id", flat=True) if pk is not None}


def _row(exam: Exam, found: FoundIdentity, students: dict[str, int]) -> Identity:
    identity = found.identity
    sure = found.student is not None
    return Identity(
        exam=exam,
        sheet=found.sheet,
        student_id=_student(exam, found.student, students) if found.student is not None else None,
        state=Identity.State.AUTO if sure else Identity.State.REVIEW,
        read=identity.read[:64],
        probability=identity.probability,
        reason="" if sure else MIXED if found.mixed else identity.reason,
        candidates=[list(candidate) for candidate in identity.candidates],
    )


def _student(exam: Exam, number: str, students: dict[str, int]) -> int:
    """The student of that number; one that is on no roster is known from now on by the number alone."""
    if number not in students:
        students[number] = Student.objects.create(exam=exam, student_id=number, name="", on_roster=False).pk
    return students[number]
