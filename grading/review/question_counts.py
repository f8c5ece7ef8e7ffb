"""The answers to each question of an exam, every one in exactly one column.

Marked by the machine, decided by people, waiting, or not scanned: so that all of it adds up to what the other
pages say of the exam.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from django.db.models import Count, Q

from grading.exams.models import Exam
from grading.marking.models import Answer
from grading.marking.rubric_rules import Rules

TURNS = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of answers; ``first``, ``second``, ``third``: open ones by the turn that they wait for."""

    machine: int = 0
    people: int = 0
    doubtful: int = 0
    first: int = 0
    second: int = 0
    third: int = 0
    unseen: int = 0

    @property
    def open_answers(self) -> int:
        """What waits at the desk of open answers."""
        return self.first + self.second + self.third

    @property
    def waiting(self) -> int:
        """What somebody can decide now."""
        return self.doubtful + self.open_answers

    @property
    def answers(self) -> int:
        """All of them."""
        return self.machine + self.people + self.waiting + self.unseen


def together(found: Iterable[Counts]) -> Counts:
    """Some questions as one."""
    listed = list(found)
    return Counts(**{name.name: sum(getattr(one, name.name) for one in listed) for name in fields(Counts)})


def question_counts(exam: Exam, rules: Mapping[str, Rules]) -> dict[str, Counts]:
    """Question -> its answers; by two queries: one in an index, one over what is open."""
    answers = Answer.objects.filter(exam=exam).order_by()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for question, status, n in answers.values_list("question", "status").annotate(n=Count("*")):
        if status != Answer.Status.REVIEW:
            found[question]["people" if status == Answer.Status.HUMAN else "machine"] += n
    waiting = answers.filter(status=Answer.Status.REVIEW).values_list("question", "turn")
    unseen = Count("pk", filter=Q(page__isnull=True))
    for question, turn, n, hidden in waiting.annotate(n=Count("*"), hidden=unseen):
        by_people = question in rules and rules[question].by_people
        name = TURNS[turn - 1] if by_people else "doubtful"
        found[question][name] += n - hidden
        found[question]["unseen"] += hidden
    return {question: Counts(**found[question]) for question in rules}
