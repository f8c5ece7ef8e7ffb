"""Results held against what was really written: how often the machine was wrong, by kind of question.

The truth comes from the paper simulator (`truth.json`); the marks it should have led to are those of `score`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from grading.core.errors import UserError
from grading.exams.spec import ExamSpec, ManualQuestion, Question
from grading.marking.score import NOTHING, Written, score

DECIDED = ("auto", "blank")
"""Statuses of answers that the machine decided alone."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mark of the machine that what was written does not deserve."""

    sheet: str
    question: str
    written: str
    read: str
    given: str
    deserved: str


@dataclass(slots=True)
class Tally:
    """Answers of one kind of question: all of them, and those that the machine decided."""

    answers: int = 0
    decided: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        """Share of the answers that the machine decided."""
        return self.decided / max(1, self.answers)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`kinds` in the order of the exam; `strangers`: sheets that were given to the wrong student."""

    kinds: Mapping[str, Tally]
    strangers: tuple[str, ...]
    lost_pages: int

    @property
    def decided(self) -> int:
        """Answers that the machine decided."""
        return sum(tally.decided for tally in self.kinds.values())

    @property
    def mistakes(self) -> list[Mistake]:
        """Wrong ones among them."""
        return [mistake for tally in self.kinds.values() for mistake in tally.mistakes]


def compare(spec: ExamSpec, results: Path, truth: Path) -> Comparison:
    """The folder that `grade` wrote against a truth.json. Raises UserError for files that cannot be read."""
    try:
        known = json.loads(truth.read_text(encoding="utf-8"))
        answers = _rows(results / "answers.csv")
        grades, ledger = _rows(results / "grades.csv"), _rows(results / "ledger.csv")
        sheets = {sheet["sheet"]: sheet for sheet in known["sheets"]}
        pages = known["pages"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UserError(
            f"{results} and {truth} cannot be compared ({problem}):",
            "give a folder of `grade` and the truth.json of its scans.",
        ) from problem
    return Comparison(_tallies(spec, answers, sheets), _strangers(grades, sheets), len(pages) - len(ledger))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _tallies(
    spec: ExamSpec, answers: Iterable[Mapping[str, str]], sheets: Mapping[str, Any]
) -> dict[str, Tally]:
    questions = {question.id: question for question in spec.questions}
    kinds: dict[str, Tally] = {
        question.type: Tally() for question in spec.questions if question.type != "manual"
    }
    for row in answers:
        question = questions[row["question"]]
        if isinstance(question, ManualQuestion) or row["sheet"] not in sheets:
            continue
        tally = kinds[question.type]
        tally.answers += 1
        if row["status"] in DECIDED:
            tally.decided += 1
            found = _mistake(question, row, sheets[row["sheet"]]["answers"][question.id]["written"])
            tally.mistakes += [found] if found else []
    return kinds


def _mistake(question: Question, row: Mapping[str, str], written: str | list[str]) -> Mistake | None:
    put: Written = written if isinstance(written, str) else frozenset(written)
    deserved = score(question, put).marks
    given = Decimal(row["marks"] or 0)
    if given == deserved:
        return None
    shown = written if isinstance(written, str) else "+".join(written)
    return Mistake(row["sheet"], question.id, shown, row["read"], f"{given:f}", f"{deserved or NOTHING:f}")


def _strangers(grades: Iterable[Mapping[str, str]], sheets: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        row["sheet"]
        for row in grades
        if row["sheet"] in sheets and row["student_id"] not in ("", sheets[row["sheet"]]["student_id"])
    )
