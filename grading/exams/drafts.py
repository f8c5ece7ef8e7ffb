"""An exam while it is being written: what of it can be laid out already, and what is still to be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grading.exams.examfile import ExamFileError, exam_from_data
from grading.exams.faults import Fault
from grading.exams.question_rows import exam_data
from grading.exams.questions import MAX_CELLS, Question
from grading.exams.spec import MAX_STUDENT_ID_DIGITS, ExamSpec, StudentIdSpec
from grading.exams.spec_values import clean_text, identifier

PRINTED_KEYS = ("id", "type", "prompt", "cells", "unit", "options", "lines", "answer", "answers")
_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


@dataclass(frozen=True, slots=True)
class Draft:
    """``spec`` can be laid out but not marked by; None when there is no question yet.

    ``rows`` are the places (from 0) of its questions among the given rows. ``faults`` are those of the whole.
    ``finished`` is the exam itself when nothing is wrong with it.
    """

    spec: ExamSpec | None
    rows: tuple[int, ...]
    faults: tuple[Fault, ...]
    finished: ExamSpec | None


def draft_of(head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Draft:
    """The draft of a half-filled form; rows must not be empty ones."""
    data = exam_data(head, rows)
    finished, faults = _checked(data)
    if finished is not None:
        return Draft(finished, tuple(range(len(rows))), (), finished)
    found = [(place, _question(given, place)) for place, given in enumerate(data["questions"])]
    kept = [(place, question) for place, question in found if question is not None]
    spec = _spec(data, tuple(question for _, question in kept)) if kept else None
    return Draft(spec, tuple(place for place, _ in kept), faults, None)


def _checked(data: dict[str, Any]) -> tuple[ExamSpec | None, tuple[Fault, ...]]:
    try:
        return exam_from_data(data), ()
    except ExamFileError as error:
        return None, error.faults


def _spec(data: Mapping[str, Any], questions: tuple[Question, ...]) -> ExamSpec:
    """Not validated: what is missing must not keep the page from being seen."""
    digits = str((data.get("student_id") or {}).get("digits", ""))
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
    return ExamSpec.model_construct(
        id=_or(identifier, data.get("id"), "exam"),
        title=_or(clean_text, data.get("title"), "…"),
        paper=data.get("paper", "A4"),
        language=data.get("language", "en"),
        student_id=StudentIdSpec(digits=number) if 1 <= number <= MAX_STUDENT_ID_DIGITS else None,
        questions=questions,
    )


def _or(parse: Any, value: object, otherwise: str) -> str:
    try:
        return str(parse(value)) or otherwise
    except ValueError:
        return otherwise


def _question(given: Mapping[str, Any], place: int) -> Question | None:
    """The question as it is, else with stand-ins for what is missing or wrong, else None."""
    printed = {key: value for key, value in given.items() if key in PRINTED_KEYS}
    bare = {key: value for key, value in printed.items() if key not in ("cells", "lines", "unit")}
    standing = {"id": _or(identifier, given.get("id"), str(place + 1)), "marks": _marks(given)}
    for candidate in (
        given,
        {**printed, **standing, **_stand_ins(printed)},
        {**bare, **standing, **_stand_ins(bare)},
    ):
        try:
            return _QUESTION.validate_python(candidate)
        except ValidationError:
            continue
    return None


def _marks(given: Mapping[str, Any]) -> Any:
    marks = str(given.get("marks", ""))
    return marks if marks.replace(".", "", 1).isdecimal() and float(marks) <= 1000 else "0"


def _stand_ins(printed: Mapping[str, Any]) -> dict[str, Any]:
    """Keys that are as wide as what is known of them, so that the boxes are those to come."""
    kind = printed["type"]
    if kind == "digits":
        answer = str(printed.get("answer", ""))[:MAX_CELLS]
        return {"answer": "0" * max(1, len(answer))}
    if kind == "number":
        return {"answer": "0"}
    if kind == "text":
        return {"answers": [(printed.get("answers") or ["…"])[0][:200]]}
    if kind in ("choice", "multi"):
        options = list(dict.fromkeys(printed.get("options", ())))
        options += [name for name in ("…", "……") if name not in options][: max(0, 2 - len(options))]
        return {"options": options[:20], "answer": options[0] if kind == "choice" else options[:1]}
    return {}
