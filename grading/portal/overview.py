"""Where an exam stands: the counts behind its steps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from grading.core.progress import progress
from grading.exams.models import Exam, Student
from grading.exams.spec import ExamSpec
from grading.marking.left_for_people import LeftForPeople, left_for_people
from grading.marking.models import Answer
from grading.reports.since_release import changed_students
from grading.scans.ledger import LedgerTotals, sheet_totals, totals
from grading.scans.models import ScanFile


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the steps of an exam say about it.

    ``sheets_missing``: printed for a student, neither scanned nor said to be absent.
    ``changed_since``: students who are told something else now than by the newest release.
    """

    spec: ExamSpec
    students: int
    sheets: int
    sheets_missing: int
    files_waiting: int
    files_refused: int
    jobs_open: int
    pages: LedgerTotals
    auto: int
    blank: int
    human: int
    left: LeftForPeople
    released: bool
    changed_since: int

    @property
    def questions(self) -> int:
        """Number of questions."""
        return len(self.spec.questions)

    @property
    def max_marks(self) -> Decimal:
        """Marks of the whole exam."""
        return self.spec.max_marks

    @property
    def problem_pages(self) -> int:
        """Pages that only a person can settle."""
        return self.pages.unreadable + self.pages.needs_review

    @property
    def answers(self) -> int:
        """Answers of all scanned sheets."""
        return self.auto + self.blank + self.human + self.left.answers + self.left.unseen

    @property
    def busy(self) -> bool:
        """Whether the machine still works on this exam."""
        return bool(self.jobs_open or self.pages.waiting or self.files_waiting)


def overview(exam: Exam) -> Overview:
    """Count what there is of an exam: nine queries, whatever its size.

    One more while sheets are missing, three once it was released.
    """
    files = ScanFile.objects.filter(exam=exam).aggregate(
        waiting=Count("id", filter=Q(state=ScanFile.State.WAITING)),
        refused=Count("id", filter=Q(state=ScanFile.State.REFUSED)),
    )
    status = dict(Answer.objects.filter(exam=exam).order_by().values_list("status").annotate(n=Count("*")))
    sheets = sheet_totals(exam)
    return Overview(
        spec=exam.load_spec(),
        students=Student.objects.filter(exam=exam, on_roster=True).count(),
        sheets=sheets.printed,
        sheets_missing=sheets.open,
        files_waiting=files["waiting"],
        files_refused=files["refused"],
        jobs_open=progress(exam_id=exam.pk).open,
        pages=totals(exam),
        auto=status.get("auto", 0),
        blank=status.get("blank", 0),
        human=status.get("human", 0),
        left=left_for_people(exam),
        released=exam.state == Exam.State.RELEASED,
        changed_since=changed_students(exam),
    )
