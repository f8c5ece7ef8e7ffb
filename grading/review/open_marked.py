"""The answers to one question that have a mark: found by criterion, by marks and by who gave them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from grading.core.sent import whole_number
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.decisions import standing_by_turn
from grading.marking.models import Answer, Decision
from grading.marking.rubric import Criterion, applied_of
from grading.marking.rubric_rules import Rules
from grading.review.addresses import crop_url
from grading.review.open_queue import seen_answers

MACHINE = 0
"""In the place of a person's id: nobody, the machine."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which of the answers a person wants to see; None and "" are all."""

    criterion: str = ""
    marks: Decimal | None = None
    by: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> Wish:
        """From an address; what makes no sense there is as if it were not said."""
        try:
            marks = Decimal(query.get("marks", ""))
        except InvalidOperation:
            marks = None
        known = marks if marks is not None and marks.is_finite() else None
        return cls(query.get("criterion", ""), known, whole_number(query.get("by", "")))


@dataclass(frozen=True, slots=True)
class Marked:
    """One answer with a mark. ``by``: ids and names of those whose marks count; ``criteria``: theirs."""

    answer: Answer
    by: tuple[tuple[int, str], ...]
    criteria: tuple[Criterion, ...]
    comments: tuple[str, ...]

    @property
    def crop(self) -> str:
        """Its picture."""
        return crop_url(self.answer)

    def fits(self, wish: Wish) -> bool:
        """Whether it is wanted."""
        return (
            (not wish.criterion or wish.criterion in {criterion.id for criterion in self.criteria})
            and (wish.marks is None or wish.marks == self.answer.marks)
            and (wish.by is None or wish.by in dict(self.by))
        )


def marked_answers(exam: Exam, question: Question, rules: Rules) -> list[Marked]:
    """All that have a mark, in the order of their sheets; what is not settled is in none of them."""
    found = Decision.objects.filter(sheet__exam=exam, question=question.id, audit=False)
    histories: dict[int, list[Decision]] = defaultdict(list)
    for decision in found.select_related("by").order_by("id"):
        histories[decision.sheet_id].append(decision)
    answers = seen_answers(exam, question.id).exclude(marks=None)
    return [_marked(answer, histories[answer.sheet_id], rules) for answer in answers]


def given(rules: Rules, marked: Sequence[Marked]) -> list[tuple[Criterion, int]]:
    """Every criterion of the rubric, and to how many answers it was given."""
    counted = Counter(criterion.id for one in marked for criterion in one.criteria)
    return [(criterion, counted[criterion.id]) for criterion in rules.rubric.criteria]


def marks_given(marked: Sequence[Marked]) -> list[tuple[Decimal, int]]:
    """The different marks, the lowest first, and how many answers have each."""
    counted = Counter(one.answer.marks for one in marked if one.answer.marks is not None)
    return sorted(counted.items())


def people(marked: Sequence[Marked]) -> list[tuple[int, str, int]]:
    """Who gave marks, and to how many answers."""
    counted = Counter(person for one in marked for person in one.by)
    return [(who, name, n) for (who, name), n in sorted(counted.items(), key=lambda pair: pair[0][1])]


def _marked(answer: Answer, history: Sequence[Decision], rules: Rules) -> Marked:
    """Of an answer that a third person settled, only what this person gave counts."""
    standing = standing_by_turn(history, rules.key) if answer.status == Answer.Status.HUMAN else {}
    third = standing.get(Decision.Turn.THIRD)
    counting = [third] if third else list(standing.values())
    ids = {name for decision in counting for name in applied_of(decision.data).criteria}
    by = dict.fromkeys((decision.by_id or MACHINE, str(decision.by or "")) for decision in counting)
    comments = tuple(decision.comment for decision in counting if decision.comment)
    return Marked(answer, tuple(by) or ((MACHINE, ""),), rules.rubric.applied(ids), comments)
