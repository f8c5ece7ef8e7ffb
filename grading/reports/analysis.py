"""The numbers of the class report, from the answers as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from grading.exams.models import Exam
from grading.marking.models import Answer, Cutoffs
from grading.marking.statistics import ExamStatistics, analyse
from grading.reports.answer_table import answer_table


@dataclass(frozen=True, slots=True)
class Shares:
    """Who decided the answers of an exam, and what is open."""

    auto: int = 0
    blank: int = 0
    human: int = 0
    review: int = 0

    @property
    def total(self) -> int:
        """All answers."""
        return self.auto + self.blank + self.human + self.review


@dataclass(frozen=True, slots=True)
class Promise:
    """The error budget and what the machine expects of its own marks."""

    budget: float
    expected_wrong: float
    auto: int


def statistics(exam: Exam) -> ExamStatistics:
    """Item analysis over the scanned sheets."""
    spec = exam.load_spec()
    questions = [question.id for question in spec.questions]
    worth = [float(question.worth) for question in spec.questions]
    return analyse(answer_table(exam, spec).marks, questions, worth)


def shares(exam: Exam) -> Shares:
    """Answers by who decided them."""
    counts = Answer.objects.filter(exam=exam).values_list("status").annotate(n=Count("*")).order_by()
    return Shares(**dict(counts))


def promise(exam: Exam) -> Promise:
    """What the error budget allows and what the calibrated risks of the given marks add up to."""
    machine = (Answer.Status.AUTO, Answer.Status.BLANK)
    risks = Answer.objects.filter(exam=exam, status__in=machine).values_list("risk", flat=True)
    stored = Cutoffs.objects.filter(exam=exam).first()
    budget = stored.budget if stored else exam.load_spec().error_budget
    return Promise(budget, sum(risks), len(risks))
