"""What deciding an open answer can change: the order of review in which the first hour counts most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from grading.exams.models import Exam
from grading.exams.spec import ChoiceQuestion, ExamSpec, Question
from grading.marking.models import Answer

Stake = Answer.Stake


@dataclass(frozen=True, slots=True)
class Worth:
    """The marks that one answer has, or may still get."""

    least: Decimal
    most: Decimal

    @property
    def is_open(self) -> bool:
        """Whether anything depends on deciding it."""
        return self.least < self.most


@dataclass(slots=True)
class _Stored:
    """As much of an answer as its stake depends on: a group of sixty has more than a thousand beside it."""

    pk: int
    sheet_id: int
    question: str
    marks: Decimal | None
    max_marks: Decimal
    stake: int


A = TypeVar("A", Answer, _Stored)


def stakes(answers: Sequence[Worth], pass_mark: Decimal) -> list[Stake]:
    """The stake of each answer of one sheet, in their order.

    ``TURNS``: with all else at its least the sheet fails, and full marks here alone would make it pass, or
    the other way round; ``PASS``: the sheet may pass or fail, but only by several answers together.
    """
    least = sum((answer.least for answer in answers), Decimal(0))
    most = sum((answer.most for answer in answers), Decimal(0))
    passing_is_open = least < pass_mark <= most
    return [_stake(answer, least, most, pass_mark, passing_is_open) for answer in answers]


def worth(answer: Answer | _Stored, question: Question) -> Worth:
    """What ``answer`` is worth now."""
    if answer.marks is not None:
        return Worth(answer.marks, answer.marks)
    least = question.wrong if isinstance(question, ChoiceQuestion) else Decimal(0)
    return Worth(min(least, Decimal(0)), answer.max_marks)


def set_stakes(spec: ExamSpec, answers: Iterable[A]) -> list[A]:
    """Set the stake of every answer (not saved); those whose stake is another now."""
    questions = {question.id: question for question in spec.questions}
    pass_mark = spec.pass_mark.of(spec.max_marks)
    changed = []
    for of_sheet in _by_sheet(answers).values():
        known = [answer for answer in of_sheet if answer.question in questions]
        worths = [worth(answer, questions[answer.question]) for answer in known]
        for answer, stake in zip(known, stakes(worths, pass_mark), strict=True):
            if answer.stake != stake:
                answer.stake = stake
                changed.append(answer)
    return changed


def refresh(exam: Exam, spec: ExamSpec, sheets: Iterable[int]) -> None:
    """Store the stakes of some sheets anew, after marks on them have changed."""
    stored = Answer.objects.filter(exam=exam, sheet_id__in=set(sheets)).order_by()
    rows = stored.values_list("pk", "sheet_id", "question", "marks", "max_marks", "stake")
    by_stake: defaultdict[int, list[int]] = defaultdict(list)
    for answer in set_stakes(spec, (_Stored(*row) for row in rows)):
        by_stake[answer.stake].append(answer.pk)
    for stake, changed in by_stake.items():
        Answer.objects.filter(pk__in=changed).update(stake=stake)


def _by_sheet(answers: Iterable[A]) -> Mapping[int, list[A]]:
    found: defaultdict[int, list[A]] = defaultdict(list)
    for answer in answers:
        found[answer.sheet_id].append(answer)
    return found


def _stake(answer: Worth, least: Decimal, most: Decimal, pass_mark: Decimal, passing_is_open: bool) -> Stake:
    if not answer.is_open:
        return Stake.NOTHING
    if not passing_is_open:
        return Stake.MARKS
    span = answer.most - answer.least
    saves, fails = least + span >= pass_mark, most - span < pass_mark
    return Stake.TURNS if saves or fails else Stake.PASS
