"""What people decided about one answer, applied to it: the last decision that was not undone counts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from grading.exams.spec import ChoiceQuestion, ManualQuestion, MultiQuestion, Question
from grading.marking.models import Answer, Decision
from grading.marking.score import Score, Verdict, Written, score


def standing(decisions: Iterable[Decision]) -> Decision | None:
    """The decision that counts, of one answer's decisions in order; an undo takes back the one before it."""
    stack: list[Decision] = []
    for decision in decisions:
        if decision.audit:
            continue
        if decision.kind != Decision.Kind.UNDO:
            stack.append(decision)
        elif stack:
            stack.pop()
    return stack[-1] if stack else None


def worth(question: Question, decision: Decision) -> Score:
    """The mark that a decision gives. ``ValueError`` when it does not fit the question."""
    match Decision.Kind(decision.kind):
        case Decision.Kind.RIGHT:
            return Score(Verdict.CORRECT, question.marks, Decimal(1))
        case Decision.Kind.WRONG:
            lost = question.wrong if isinstance(question, ChoiceQuestion) else Decimal(0)
            return Score(Verdict.WRONG, lost, Decimal(0))
        case Decision.Kind.READING:
            return score(question, written(question, decision.text))
        case Decision.Kind.MARKS if decision.marks is not None:
            return _of_marks(question, decision.marks)
    raise ValueError(f"a decision of kind {decision.kind} gives no mark")


def written(question: Question, text: str) -> Written:
    """What a person typed as the answer: a text, or option labels separated by commas.

    ``ValueError`` for a label that the question does not have.
    """
    if isinstance(question, ManualQuestion):
        raise ValueError("an open answer is marked by marks, not by its text")  # noqa: TRY004
    if not isinstance(question, ChoiceQuestion | MultiQuestion):
        return text
    by_name = {label.casefold(): label for label in question.options}
    named = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [name for name in named if name.casefold() not in by_name]
    if unknown:
        raise ValueError(f"{unknown[0]} is no option: use {', '.join(question.options)}")
    return frozenset(by_name[name.casefold()] for name in named)


def apply(answer: Answer, question: Question, decision: Decision) -> None:
    """Set the answer's mark from a person's decision (not saved)."""
    earned = worth(question, decision)
    answer.status = Answer.Status.HUMAN
    answer.verdict, answer.marks = Answer.Verdict(earned.verdict), earned.marks
    answer.risk, answer.reason = 0.0, decision.comment[:200]
    if decision.kind == Decision.Kind.READING:
        answer.read = decision.text


def _of_marks(question: Question, marks: Decimal) -> Score:
    least = question.wrong if isinstance(question, ChoiceQuestion) else Decimal(0)
    if not min(least, Decimal(0)) <= marks <= question.marks:
        raise ValueError(f"{marks} marks: this question is worth {least} to {question.marks}")
    credit = max(Decimal(0), marks / question.marks) if question.marks else Decimal(0)
    verdict = Verdict.CORRECT if marks == question.marks else Verdict.PARTIAL if marks > 0 else Verdict.WRONG
    return Score(verdict, marks, credit)
