"""The rows of the CSV files of a graded exam, straight from the database, in a fixed order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from grading.exams.models import Exam, Sheet, Student
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer, Identity


@dataclass(frozen=True, slots=True)
class AnswerRow:
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


@dataclass(frozen=True, slots=True)
class ReviewRow:
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


def plain(number: Decimal | None) -> str:
    """A number as people write it: no exponent, no trailing zeros, "" for None."""
    if number is None:
        return ""
    return f"{number.normalize():f}" if number else "0"


def answer_rows(exam: Exam) -> Iterator[AnswerRow]:
    """Every answer of every scanned sheet, sheet by sheet in the order of the questions."""
    owners = owner_ids(exam)
    for answer in _answers(exam):
        yield AnswerRow(
            sheet=answer.sheet.number,
            page=str(answer.page.number) if answer.page else "",
            student_id=owners.get(answer.sheet_id, ""),
            question=answer.question,
            kind=answer.kind,
            read=answer.read,
            confidence=f"{answer.confidence:.4f}",
            status=answer.status,
            verdict=answer.verdict,
            marks=plain(answer.marks),
            max_marks=plain(answer.max_marks),
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
    for answer in _answers(exam).filter(status=Answer.Status.REVIEW):
        yield ReviewRow(
            sheet=answer.sheet.number,
            question=answer.question,
            read=answer.read,
            confidence=f"{answer.confidence:.4f}",
            reason=answer.reason,
            crop=crop_name(answer.sheet.number, answer.question) if answer.page else "",
        )


def grades(exam: Exam) -> list[Grade]:
    """A grade for every sheet that was scanned, then for every student on the roster without one."""
    spec = exam.load_spec()
    by_sheet: dict[int, list[Answer]] = defaultdict(list)
    sheets: dict[int, Sheet] = {}
    for answer in _answers(exam):
        by_sheet[answer.sheet_id].append(answer)
        sheets[answer.sheet_id] = answer.sheet
    identities = Identity.objects.filter(exam=exam).select_related("student")
    owners = {identity.sheet_id: identity.student for identity in identities}
    found = [grade_of(spec, sheets[key], owners.get(key), answers) for key, answers in by_sheet.items()]
    seen = {owner.pk for owner in owners.values() if owner}
    missing = Student.objects.filter(exam=exam, on_roster=True).exclude(pk__in=seen).order_by("student_id")
    absent = [Grade(student, None, None, spec.max_marks, None, "absent", 0) for student in missing]
    return found + absent


def owner_ids(exam: Exam) -> dict[int, str]:
    """Student number by sheet, for sheets whose student is known."""
    known = Identity.objects.filter(exam=exam, student__isnull=False)
    return dict(known.values_list("sheet_id", "student__student_id"))


def passes(spec: ExamSpec, marks: Decimal) -> bool:
    """Whether ``marks`` reach the pass mark, a share of all marks or a number of points."""
    return marks >= spec.pass_mark.of(spec.max_marks)


def grade_of(spec: ExamSpec, sheet: Sheet, student: Student | None, answers: list[Answer]) -> Grade:
    """The grade of one sheet; not final while an answer is open or its student is not known."""
    decided = [answer.marks for answer in answers if answer.marks is not None]
    open_items = len(answers) - len(decided) + (student is None)
    total = sum(decided, Decimal(0))
    marks = total if decided else None
    percent = None if open_items else (100 * total / spec.max_marks).quantize(Decimal("0.1"))
    return Grade(
        student, sheet, marks, spec.max_marks, percent, _status(spec, student, open_items, total), open_items
    )


def _status(spec: ExamSpec, student: Student | None, open_items: int, total: Decimal) -> str:
    if student is None:
        return "unidentified"
    if open_items:
        return "open"
    return "passed" if passes(spec, total) else "failed"


def _answers(exam: Exam) -> QuerySet[Answer]:
    answers = Answer.objects.filter(exam=exam).select_related("sheet", "page")
    return answers.order_by("sheet__number", "sheet_id", "position")
