"""What markers said about the answers of a sheet, as far as it stands: for the sheet's report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from grading.exams.models import Sheet
from grading.exams.spec import ExamSpec
from grading.marking.decisions import standing_by_turn, worth
from grading.marking.models import Answer, Decision
from grading.marking.rubric import Applied, Criterion, Scoring, applied_of
from grading.marking.rubric_annotations import Annotation, of_stored
from grading.marking.rubric_rules import Rules, rules_of


@dataclass(frozen=True, slots=True)
class Feedback:
    """On one answer. ``criteria`` is empty where the mark is the mean of two people's, so not their sum."""

    question: str
    criteria: tuple[Criterion, ...]
    applied: Applied
    counts_down: bool
    comment: str
    annotations: tuple[Annotation, ...]


def feedback(sheet: Sheet, answers: Iterable[Answer], spec: ExamSpec) -> dict[str, Feedback]:
    """By question, for the answers that are marked by people; nothing of what is still open."""
    settled = {a.question: a for a in answers if a.status == Answer.Status.HUMAN and a.marks is not None}
    if not settled:
        return {}
    rules, history = rules_of(sheet.exam, spec), defaultdict(list)
    for decision in Decision.objects.filter(sheet=sheet, question__in=settled).order_by("id"):
        history[decision.question].append(decision)
    said = {
        name: standing_by_turn(history[name], rules[name].key).get(answer.turn)
        for name, answer in settled.items()
    }
    return {
        name: _feedback(settled[name], decision, rules[name], spec)
        for name, decision in said.items()
        if decision is not None
    }


def _feedback(answer: Answer, decision: Decision, rules: Rules, spec: ExamSpec) -> Feedback:
    applied = applied_of(decision.data)
    own = worth(spec.question(answer.question), decision, rules.rubric).marks == answer.marks
    return Feedback(
        question=answer.question,
        criteria=rules.rubric.applied(applied.criteria) if own else (),
        applied=applied if own else Applied(),
        counts_down=rules.rubric.scoring is Scoring.DOWN,
        comment=decision.comment,
        annotations=of_stored(decision.data.get("annotations", [])),
    )
