"""The exam as its file describes it (docs/exam-file.md): immutable, checked, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from grading.exams.questions import (
    Accept,
    ChoiceQuestion,
    Criterion,
    DigitsAccept,
    DigitsQuestion,
    Found,
    ManualQuestion,
    MultiAccept,
    MultiQuestion,
    NumberAccept,
    NumberQuestion,
    Question,
    Strict,
    TextQuestion,
    raise_faults,
)
from grading.exams.spec_values import (
    CleanText,
    ErrorBudget,
    Identifier,
    PassMark,
    Points,
    Share,
    Tolerance,
    shown,
)

__all__ = [
    "Accept",
    "ChoiceQuestion",
    "Criterion",
    "DigitsAccept",
    "DigitsQuestion",
    "ExamSpec",
    "ManualQuestion",
    "MultiAccept",
    "MultiQuestion",
    "NumberAccept",
    "NumberQuestion",
    "Points",
    "Question",
    "Share",
    "StudentIdSpec",
    "TextQuestion",
    "Tolerance",
]

MAX_STUDENT_ID_DIGITS = 12
MAX_QUESTIONS = 300


class StudentIdSpec(Strict):
    """A student number in boxed digits on every sheet."""

    digits: int = Field(ge=1, le=MAX_STUDENT_ID_DIGITS)
    """Digits of a student number."""


class ExamSpec(Strict):
    """An exam: what is printed, what is right, what it is worth and how sure the machine must be."""

    id: Identifier
    """The exam's id, part of every page code."""
    title: Annotated[CleanText, Field(min_length=1, max_length=200)]
    """Printed at the top of the first page."""
    paper: Literal["A4", "letter"] = "A4"
    """The size of the sheets."""
    language: Literal["en", "de", "fr"] = "en"
    """The language of the words around the questions."""
    student_id: StudentIdSpec | None = None
    """Boxed digits for the student number; null when every sheet has a name printed on it."""
    pass_mark: PassMark = Share(Decimal("0.5"))
    """What is needed to pass: 50%, or marks."""
    error_budget: ErrorBudget = 0.002
    """The share of automatic marks that may be wrong: above 0%, up to 10%."""
    questions: tuple[Question, ...] = Field(min_length=1, max_length=MAX_QUESTIONS)
    """In the order of the sheet."""

    @property
    def max_marks(self) -> Decimal:
        """The marks of all questions together."""
        return sum((question.worth for question in self.questions), Decimal(0))

    def question(self, question_id: str) -> Question:
        """The question of that id; ``KeyError`` when there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    @model_validator(mode="after")
    def _check(self) -> ExamSpec:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Found]:
        first: dict[str, int] = {}
        for i, question in enumerate(self.questions):
            if first.setdefault(question.id, i) != i:
                yield (
                    ("questions", i, "id"),
                    f"{shown(question.id)} is also the id of question {first[question.id] + 1}",
                )
        if self.max_marks <= 0:
            yield ("questions",), "at least one question must be worth marks"
        elif isinstance(self.pass_mark, Points) and self.pass_mark.points > self.max_marks:
            yield (
                ("pass_mark",),
                f"{self.pass_mark.points} marks are more than the exam has ({self.max_marks})",
            )
