"""Questions for the tests of marking, with as little said as possible."""

from __future__ import annotations

from typing import Any

from grading.exams.spec import (
    ChoiceQuestion,
    DigitsQuestion,
    ManualQuestion,
    MultiQuestion,
    NumberQuestion,
    TextQuestion,
)


def digits(answer: str, **more: Any) -> DigitsQuestion:
    return DigitsQuestion.model_validate({"id": "1", "marks": 2, "answer": answer, **more})


def number(answer: str, **more: Any) -> NumberQuestion:
    return NumberQuestion.model_validate({"id": "2", "marks": 3, "answer": answer, **more})


def text(*answers: str, **more: Any) -> TextQuestion:
    return TextQuestion.model_validate({"id": "3", "marks": 2, "answers": answers, **more})


def choice(answer: str = "C", **more: Any) -> ChoiceQuestion:
    return ChoiceQuestion.model_validate(
        {"id": "4", "marks": 1, "options": list("ABCD"), "answer": answer, **more}
    )


def multi(*answer: str, **more: Any) -> MultiQuestion:
    return MultiQuestion.model_validate(
        {"id": "5", "marks": 2, "options": list("ABCD"), "answer": answer, **more}
    )


def manual() -> ManualQuestion:
    return ManualQuestion.model_validate({"id": "6", "marks": 5})
