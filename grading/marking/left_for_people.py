"""What an exam still wants of people: one count for every page that names it."""

from __future__ import annotations

from dataclasses import dataclass

from grading.core.counting import counted
from grading.exams.models import Exam
from grading.marking.claims import open_ones as open_claims
from grading.marking.models import Answer, Identity


@dataclass(frozen=True, slots=True)
class LeftForPeople:
    """``answers`` can be looked at, ``unseen`` wait for a page that never came, ``sheets`` for a student.

    ``claims`` of students wait for a reply.
    """

    answers: int
    unseen: int
    sheets: int
    claims: int

    @property
    def review(self) -> int:
        """What waits at the review."""
        return self.answers + self.sheets + self.claims

    @property
    def total(self) -> int:
        """All of it."""
        return self.review + self.unseen


def left_for_people(exam: Exam) -> LeftForPeople:
    """Counted in one query."""
    undecided = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW)
    counts = Exam.objects.filter(pk=exam.pk).values_list(
        counted(undecided, "exam"),
        counted(undecided.filter(page__isnull=True), "exam"),
        counted(Identity.objects.filter(exam=exam, student__isnull=True), "exam"),
        counted(open_claims(exam), "exam"),
    )
    answers, unseen, sheets, claims = counts.get()
    return LeftForPeople(answers - unseen, unseen, sheets, claims)
