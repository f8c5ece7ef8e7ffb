"""How people mark the questions of an exam: with which criteria, and how much of it twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from grading.exams.models import Exam, Sheet
from grading.exams.spec import ExamSpec, ManualQuestion, Question
from grading.marking import rubric
from grading.marking.key_state import key_state
from grading.marking.models import MarkingRule, Rubric
from grading.marking.rubric import Criterion, RubricSpec
from grading.marking.rubric_settling import is_drawn


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one question. ``by_people``: the machine gives no marks here."""

    rubric: RubricSpec = field(default_factory=RubricSpec)
    by_people: bool = False
    second_share: float = 0.0
    tolerance: Decimal = Decimal(0)
    seed: str = ""
    key: str = ""
    """Names the key of today (``key_state``)."""

    def twice(self, sheet: Sheet, question: str) -> bool:
        """Whether two people mark this answer."""
        return self.by_people and is_drawn(f"{sheet.number}/{question}", self.second_share, self.seed)


def rules_of(exam: Exam, spec: ExamSpec) -> dict[str, Rules]:
    """The rules of every question, by two queries."""
    stored = {rule.question: rule for rule in MarkingRule.objects.filter(exam=exam)}
    newest = {row.question: row for row in Rubric.objects.filter(exam=exam).order_by("version")}
    return {q.id: _rules(exam, q, stored.get(q.id), newest.get(q.id)) for q in spec.questions}


def positions_by_people(exam: Exam, spec: ExamSpec) -> tuple[int, ...]:
    """The places of the questions that only people mark, by one query."""
    stored = set(MarkingRule.objects.filter(exam=exam, by_people=True).values_list("question", flat=True))
    return tuple(
        place
        for place, question in enumerate(spec.questions)
        if isinstance(question, ManualQuestion) or question.id in stored
    )


def rules_for(exam: Exam, question: Question) -> Rules:
    """The rules of one question."""
    stored = MarkingRule.objects.filter(exam=exam, question=question.id).first()
    newest = Rubric.objects.filter(exam=exam, question=question.id).order_by("-version").first()
    return _rules(exam, question, stored, newest)


def with_rubric(rules: Rules, proposed: RubricSpec) -> Rules:
    """The rules as they would be with another rubric."""
    return replace(rules, rubric=proposed)


def open_questions(spec: ExamSpec, rules: Mapping[str, Rules]) -> list[Question]:
    """The questions that people mark, in the order of the exam."""
    return [question for question in spec.questions if rules[question.id].by_people]


def _rules(exam: Exam, question: Question, stored: MarkingRule | None, newest: Rubric | None) -> Rules:
    manual = isinstance(question, ManualQuestion)
    found = Rules(rubric=_rubric(question, newest), by_people=manual, seed=exam.code, key=key_state(question))
    if stored is None:
        return found
    return replace(
        found,
        by_people=manual or stored.by_people,
        second_share=stored.second_share,
        tolerance=stored.tolerance,
    )


def _rubric(question: Question, newest: Rubric | None) -> RubricSpec:
    """The newest version; before there is one, the criteria that the exam file begins with."""
    if newest is not None:
        return rubric.of_stored(newest.criteria, newest.scoring, newest.version)
    listed = question.rubric if isinstance(question, ManualQuestion) else ()
    return RubricSpec(tuple(Criterion(f"0.{n}", c.criterion, c.points) for n, c in enumerate(listed, 1)))
