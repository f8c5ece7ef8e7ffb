"""What people decided about one answer, applied to it: the last decision that was not undone counts.

Where two people mark, that holds for each turn by itself, and the turns are settled with one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from grading.exams.spec import ChoiceQuestion, ManualQuestion, MultiQuestion, Question
from grading.marking.key_state import holds
from grading.marking.models import Answer, Decision
from grading.marking.rekey_for_all import settle_for_all
from grading.marking.rubric import RubricSpec, applied_of, marks_of
from grading.marking.rubric_rules import Rules
from grading.marking.rubric_settling import settle
from grading.marking.score import Score, Verdict, Written, score

WAITS_FOR = {1: "", 2: "waits for a second marker", 3: "two markers differ: a third decides"}
"""Why an answer that people have begun to mark is still open."""
NOT_HANDED_IN = "its page was not handed in: no points"
OF_PAGES = (Decision.Kind.LOST, Decision.Kind.SOUGHT)
"""What people say of a page that was never scanned, not of what is written on it."""


def standing(decisions: Iterable[Decision], key: str, turn: int = Decision.Turn.FIRST) -> Decision | None:
    """The decision that counts at a turn, of one answer's decisions in order; an undo takes back the last.

    ``key``: that of the question today (``key_state``); verdicts given by another do not count.
    """
    stack: list[Decision] = []
    for decision in decisions:
        if decision.audit or decision.turn != turn or decision.kind in OF_PAGES:
            continue
        if decision.kind != Decision.Kind.UNDO:
            stack.append(decision)
        elif stack:
            stack.pop()
    return next((decision for decision in reversed(stack) if holds(decision.key, key)), None)


def standing_by_turn(decisions: Sequence[Decision], key: str) -> dict[int, Decision]:
    """The decision that counts at each turn that has one."""
    found = {turn: standing(decisions, key, turn) for turn in Decision.Turn.values}
    return {turn: decision for turn, decision in found.items() if decision is not None}


def not_handed_in(decided: Iterable[Decision]) -> Decision | None:
    """The decision that an answer's page was not handed in, if nobody said anything after it.

    It holds only while no page is there: whoever applies it looks at that too.
    """
    said = [decision for decision in decided if not decision.audit]
    return said[-1] if said and said[-1].kind == Decision.Kind.LOST else None


def worth(question: Question, decision: Decision, rubric: RubricSpec | None = None) -> Score:
    """The mark that a decision gives, by the criteria of today where it named criteria.

    ``ValueError`` when it does not fit the question.
    """
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
        case Decision.Kind.RUBRIC:
            applied = applied_of(decision.data)
            return _of_marks(question, marks_of(rubric or RubricSpec(), applied, question.marks))
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


def apply(answer: Answer, question: Question, decided: Sequence[Decision], rules: Rules) -> None:
    """Set the answer's mark from all that people decided (not saved); left alone where nothing stands.

    ``ValueError`` when a decision does not fit the question.
    """
    _apply_standing(answer, question, decided, rules)
    settle_for_all(answer, question)


def _apply_standing(answer: Answer, question: Question, decided: Sequence[Decision], rules: Rules) -> None:
    if answer.page_id is None and not_handed_in(decided):
        answer.status, answer.verdict, answer.marks = Answer.Status.HUMAN, Answer.Verdict.WRONG, Decimal(0)
        answer.risk, answer.reason = 0.0, NOT_HANDED_IN
        return
    standing_now = standing_by_turn(decided, rules.key)
    if not standing_now:
        return
    scores = {turn: worth(question, decision, rules.rubric) for turn, decision in standing_now.items()}
    settled = settle(
        {turn: score.marks for turn, score in scores.items()},
        twice=rules.twice(answer.sheet, answer.question),
        tolerance=rules.tolerance,
    )
    answer.turn = settled.turn
    if settled.marks is None:
        _keep_open(answer, settled.turn)
        return
    earned = _of_marks(question, settled.marks) if settled.mean else scores[settled.turn]
    _set(answer, earned, standing_now[settled.turn])


def _keep_open(answer: Answer, turn: int) -> None:
    answer.status, answer.verdict, answer.marks = Answer.Status.REVIEW, "", None
    answer.risk, answer.reason = 1.0, WAITS_FOR[turn] or answer.reason


def _set(answer: Answer, earned: Score, decision: Decision) -> None:
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
