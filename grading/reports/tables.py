"""The rows of the CSV files of a graded exam, straight from the database, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet

from grading.exams.models import Exam, Sheet, Student
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer, Identity
from grading.reports.scale import Scale
from grading.reports.sums import Sums, sheet_sums


class AnswerRow(NamedTuple):
    """One line of answers.csv."""

    sheet: str
    page: str
    student_id: str
    question: str
    kind: str
    read: str
    confidence: str
    status: str
    verdict: str
    marks: str
    max_marks: str


class ReviewRow(NamedTuple):
    """One line of review.csv; ``crop`` names the image in the crops folder beside it."""

    sheet: str
    question: str
    read: str
    confidence: str
    reason: str
    crop: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What one sheet, or one student without a sheet, has: ``marks`` is None while nothing is decided."""

    student: Student | None
    sheet: Sheet | None
    marks: Decimal | None
    max_marks: Decimal
    percent: Decimal | None
    status: str
    open_items: int

    @property
    def final(self) -> bool:
        """Whether nothing is open any more."""
        return self.percent is not None


@lru_cache(maxsize=4096)
def plain(number: Decimal | None) -> str:
    """A number as people write it: no exponent, no trailing zeros, "" for None."""
    if number is None:
        return ""
    return f"{number.normalize():f}" if number else "0"


def answer_rows(exam: Exam) -> Iterator[AnswerRow]:
    """Every answer of every scanned sheet, sheet by sheet in the order of the questions."""
    owners = owner_ids(exam)
    known = ("question", "kind", "read", "confidence", "status", "verdict", "marks", "max_marks")
    found = _answers(exam).values_list("sheet_id", "sheet__number", "page_id", "page__number", *known)
    for sheet, number, page, place, *answer in found.iterator():
        question, kind, read, sure, status, verdict, marks, most = answer
        yield AnswerRow(
            number,
            "" if page is None else str(place),
            owners.get(sheet, ""),
            question,
            kind,
            read,
            f"{sure:.4f}",
            status,
            verdict,
            plain(marks),
            plain(most),
        )


def crop_name(sheet: str, question: str) -> str:
    """Where the crop of an answer lies, relative to the output folder."""
    return f"crops/{sheet}-{question or 'student-number'}.jpg"


def review_rows(exam: Exam) -> Iterator[ReviewRow]:
    """What a person must still decide: student numbers first, then answers."""
    identities = Identity.objects.filter(exam=exam, state=Identity.State.REVIEW)
    for identity in identities.select_related("sheet").order_by("sheet__number"):
        yield ReviewRow(
            sheet=identity.sheet.number,
            question="",
            read=identity.read,
            confidence=f"{identity.probability:.4f}",
            reason=identity.reason,
            crop=crop_name(identity.sheet.number, ""),
        )
    answers = _answers(exam).filter(status=Answer.Status.REVIEW)
    found = answers.values_list("sheet__number", "question", "read", "confidence", "reason", "page_id")
    for sheet, question, read, sure, reason, page in found.iterator():
        crop = "" if page is None else crop_name(sheet, question)
        yield ReviewRow(sheet, question, read, f"{sure:.4f}", reason, crop)


def grades(exam: Exam) -> list[Grade]:
    """A grade for every sheet that was scanned, then for every student on the roster without one."""
    scale, sums = Scale.of(exam.load_spec()), sheet_sums(exam)
    identities = Identity.objects.filter(exam=exam).select_related("student")
    owners = {identity.sheet_id: identity.student for identity in identities}
    found = [
        _grade(scale, sheet, owners.get(sheet.pk), sums[sheet.pk])
        for sheet in Sheet.objects.filter(exam=exam).order_by("number", "pk")
        if sheet.pk in sums
    ]
    seen = {owner.pk for owner in owners.values() if owner}
    missing = Student.objects.filter(exam=exam, on_roster=True).exclude(pk__in=seen).order_by("student_id")
    without_owner = [grade.sheet.printed_for_id for grade in found if grade.sheet and grade.student is None]
    return found + [_without_sheet(scale, student, student.pk in without_owner) for student in missing]


def _without_sheet(scale: Scale, student: Student, is_doubtful: bool) -> Grade:
    """A student who has no sheet: absent, unless one that was printed for them came and may not be theirs.

    What is open is counted at that sheet.
    """
    return Grade(student, None, None, scale.most, None, "open" if is_doubtful else "absent", 0)


def owner_ids(exam: Exam) -> dict[int, str]:
    """Student number by sheet, for sheets whose student is known."""
    known = Identity.objects.filter(exam=exam, student__isnull=False)
    return dict(known.values_list("sheet_id", "student__student_id"))


def grade_of(spec: ExamSpec, sheet: Sheet, student: Student | None, answers: list[Answer]) -> Grade:
    """The grade of one sheet; not final while an answer is open or its student is not known."""
    decided = [answer.marks for answer in answers if answer.marks is not None]
    total = sum(decided, Decimal(0)) if decided else None
    return _grade(Scale.of(spec), sheet, student, Sums(total, len(answers) - len(decided)))


def _grade(scale: Scale, sheet: Sheet, student: Student | None, sums: Sums) -> Grade:
    open_items = sums.waiting + (student is None)
    known = sums.marks or Decimal(0)
    percent = None if open_items else scale.percent(known)
    if student is None:
        status = "unidentified"
    elif open_items:
        status = "open"
    else:
        status = "passed" if scale.passed(known) else "failed"
    return Grade(student, sheet, sums.marks, scale.most, percent, status, open_items)


def _answers(exam: Exam) -> QuerySet[Answer]:
    return Answer.objects.filter(exam=exam).order_by("sheet__number", "sheet_id", "position")
