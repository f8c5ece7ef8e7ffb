"""How well the people who marked a question twice agree, and how far each is from what was settled."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from grading.accounts.models import User
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.decisions import standing_by_turn, worth
from grading.marking.models import Answer, Decision
from grading.marking.rubric_agreement import Agreement, agreement
from grading.marking.rubric_rules import Rules

FIRST, SECOND = Decision.Turn.FIRST, Decision.Turn.SECOND


@dataclass(frozen=True, slots=True)
class Marker:
    """One person. ``off``: mean of their ``n`` marks less the settled ones; ``apart``: without the sign."""

    person: User | None
    n: int
    off: float
    apart: float


@dataclass(frozen=True, slots=True)
class TwiceMarked:
    """The figures of one question, and of each marker (most marks first)."""

    agreement: Agreement
    markers: tuple[Marker, ...]


def twice_marked(exam: Exam, question: Question, rules: Rules) -> TwiceMarked:
    """The figures as they are now, by two queries."""
    settled = dict(Answer.objects.filter(exam=exam, question=question.id).values_list("sheet_id", "marks"))
    pairs: list[tuple[Decimal, Decimal]] = []
    off: dict[User | None, list[float]] = defaultdict(list)
    for sheet, given in _by_sheet(exam, question).items():
        standing = standing_by_turn(given, rules.key)
        marks = {turn: worth(question, found, rules.rubric).marks for turn, found in standing.items()}
        if not marks.keys() >= {FIRST, SECOND}:
            continue
        pairs.append((marks[FIRST], marks[SECOND]))
        final = settled.get(sheet)
        if final is not None:
            for turn in (FIRST, SECOND):
                off[standing[turn].by].append(float(marks[turn] - final))
    markers = [Marker(who, len(v), sum(v) / len(v), sum(map(abs, v)) / len(v)) for who, v in off.items()]
    return TwiceMarked(agreement(pairs, rules.tolerance), tuple(sorted(markers, key=lambda m: -m.n)))


def _by_sheet(exam: Exam, question: Question) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = defaultdict(list)
    given = Decision.objects.filter(sheet__exam=exam, question=question.id, audit=False)
    for decision in given.select_related("by").order_by("id"):
        found[decision.sheet_id].append(decision)
    return found
