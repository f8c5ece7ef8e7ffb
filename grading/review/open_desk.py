"""What lies on the desk: one open answer with its criteria, and as much of others' marks as one may see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid4

from grading.accounts.models import User
from grading.core.actor import Actor
from grading.exams.key_text import key_text
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.decisions import standing_by_turn, worth
from grading.marking.models import Answer, Decision
from grading.marking.rubric import Applied, Criterion, Scoring, applied_of
from grading.marking.rubric_annotations import Annotation, of_stored, to_store
from grading.marking.rubric_rules import Rules, rules_for
from grading.marking.rubric_turns import turn_of
from grading.review import leases
from grading.review.open_page import Drawn, PageView, drawn, page_view
from grading.review.open_queue import before, behind, seen_answers, used_comments

CRITERION_KEYS = "1234567890"
COMMENT_KEYS = "qwert"


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion; ``key`` is "" behind the tenth. ``effect``: on the marks, where it is ``on``."""

    key: str
    criterion: Criterion
    effect: Decimal
    on: bool


@dataclass(frozen=True, slots=True)
class Marking:
    """What one person gave at one turn."""

    turn: int
    by: User | None
    marks: Decimal
    applied: Applied
    criteria: tuple[Criterion, ...]
    comment: str
    annotations: tuple[Annotation, ...]

    @property
    def drawn(self) -> list[Drawn]:
        """What they drew, for the page."""
        return drawn(self.annotations)


@dataclass(frozen=True, slots=True)
class Desk:
    """One open answer. ``turn`` is None for a person who may only look; ``others`` is empty for the blind.

    ``act``: the name of the mark that is given here, so that sending it twice counts once.
    """

    exam: Exam
    answer: Answer
    question: Question
    key: str
    rules: Rules
    turn: int | None
    rows: Sequence[CriterionRow]
    typed: Mapping[str, Any]
    mine: Marking | None
    others: Sequence[Marking]
    comments: Sequence[tuple[str, str]]
    view: PageView | None
    earlier: Answer | None
    later: Answer | None
    seen: int | None
    taken_by: User | None
    refusal: str
    act: UUID = field(default_factory=uuid4)

    @property
    def is_counted(self) -> bool:
        """Whether a mark is sure to settle it: a second one may differ."""
        twice = self.rules.twice(self.answer.sheet, self.question.id)
        waits = self.answer.status == Answer.Status.REVIEW
        return waits and (self.turn == Decision.Turn.THIRD or not twice)

    @property
    def may_mark(self) -> bool:
        """Whether the form is shown."""
        return self.turn is not None and self.taken_by is None

    @property
    def counts_down(self) -> bool:
        """Whether points come off the full marks."""
        return self.rules.rubric.scoring is Scoring.DOWN and bool(self.rules.rubric.criteria)


def lay_out(
    exam: Exam, answer: Answer, actor: Actor, *, sent: Mapping[str, Any] | None = None, refusal: str = ""
) -> Desk:
    """Gather what is shown. ``sent``: what the person had entered when saving was refused."""
    question = exam.load_spec().question(answer.question)
    rules = rules_for(exam, question)
    found = Decision.objects.filter(sheet=answer.sheet, question=answer.question).select_related("by")
    history = list(found.order_by("id"))
    turn = turn_of(actor, answer, history, rules)
    markings = _markings(history, question, rules)
    mine = markings.get(turn or 0)
    typed = sent if sent is not None else _typed(mine)
    free = turn is None or leases.take(actor=actor, item=answer)
    answers = seen_answers(exam, answer.question)
    return Desk(
        exam=exam,
        answer=answer,
        question=question,
        key=key_text(question),
        rules=rules,
        turn=turn,
        rows=_rows(rules, typed["criteria"]),
        typed=typed,
        mine=mine,
        others=_seen_by(actor, answer, turn, markings),
        comments=_comments(exam, answer, actor if turn == Decision.Turn.SECOND else None),
        view=page_view(answer),
        earlier=before(answers, answer),
        later=behind(answers, answer).first(),
        seen=history[-1].pk if history else None,
        taken_by=None if free else leases.holder(answer),
        refusal=refusal,
    )


def _rows(rules: Rules, on: Sequence[str]) -> list[CriterionRow]:
    keys = CRITERION_KEYS.ljust(len(rules.rubric.criteria))
    sign = -1 if rules.rubric.scoring is Scoring.DOWN else 1
    return [
        CriterionRow(key.strip(), criterion, sign * criterion.points, criterion.id in on)
        for key, criterion in zip(keys, rules.rubric.criteria, strict=False)
    ]


def _comments(exam: Exam, answer: Answer, only_of: Actor | None) -> list[tuple[str, str]]:
    """Key and comment; keys without one wait for what is written next."""
    used = used_comments(exam, answer.question, only_of, most=len(COMMENT_KEYS))
    return list(zip_longest(COMMENT_KEYS, used, fillvalue=""))


def _markings(history: Sequence[Decision], question: Question, rules: Rules) -> dict[int, Marking]:
    counting = standing_by_turn(history, rules.key)
    return {turn: _marking(decision, question, rules) for turn, decision in counting.items()}


def _marking(decision: Decision, question: Question, rules: Rules) -> Marking:
    applied = applied_of(decision.data)
    return Marking(
        turn=decision.turn,
        by=decision.by,
        marks=worth(question, decision, rules.rubric).marks,
        applied=applied,
        criteria=rules.rubric.applied(applied.criteria),
        comment=decision.comment,
        annotations=of_stored(decision.data.get("annotations", [])),
    )


def _typed(mine: Marking | None) -> dict[str, Any]:
    if mine is None:
        return {"criteria": (), "adjust": "", "reason": "", "comment": "", "annotations": "[]"}
    return {
        "criteria": mine.applied.criteria,
        "adjust": f"{mine.applied.adjust.normalize():f}" if mine.applied.adjust else "",
        "reason": mine.applied.reason,
        "comment": mine.comment,
        "annotations": json.dumps(to_store(mine.annotations)),
    }


def _seen_by(
    actor: Actor, answer: Answer, turn: int | None, markings: Mapping[int, Marking]
) -> list[Marking]:
    """Others' marks: for whoever settles, and for everybody once the answer is settled."""
    if turn == Decision.Turn.THIRD or answer.marks is not None:
        return [marking for place, marking in sorted(markings.items()) if place != turn]
    by_me = [marking for marking in markings.values() if marking.by and marking.by.pk == actor.user_id]
    return by_me if turn is None else []
