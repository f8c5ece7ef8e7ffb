"""Turns what pydantic found wrong into faults in words: where in the exam file, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from grading.exams.questions import ENTRY_MODELS, QUESTION_TYPES
from grading.exams.spec import ExamSpec, StudentIdSpec
from grading.exams.spec_values import shown
from grading.exams.yaml_source import Place

SILENT = {"default_factory_not_called"}
"""Follows from another fault of the same question, which is reported itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an exam file; ``line`` is None when there is no file (a form, a test)."""

    place: Place
    message: str
    line: int | None = None

    @property
    def key(self) -> str:
        """The place as people write it: ``questions[2].tolerance``; empty for the whole file."""
        text = ""
        for step in self.place:
            text += f"[{step}]" if isinstance(step, int) else f".{step}"
        return text.removeprefix(".")

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.place else self.message


def faults_of(problem: ValidationError) -> list[Fault]:
    """All faults of one validation, each once, in the order in which pydantic found them."""
    errors = [error for error in problem.errors() if error["type"] not in SILENT]
    found: dict[Fault, None] = {}
    for error in errors:
        if error["type"] == "too_short" and _holds_deeper(error["loc"], errors):
            continue
        found.update(dict.fromkeys(_translated(dict(error))))
    return list(found)


def _holds_deeper(place: tuple[Any, ...], errors: list[Any]) -> bool:
    return any(len(e["loc"]) > len(place) and e["loc"][: len(place)] == place for e in errors)


def _translated(error: Mapping[str, Any]) -> Iterator[Fault]:
    place = _without_tags(error["loc"])
    context = error.get("ctx", {})
    if error["type"] == "faults":
        for below, message in context["faults"]:
            yield Fault((*place, *below), message)
        return
    if error["type"].startswith("union_tag"):
        place = (*place, "type") if error["type"] == "union_tag_invalid" else place
    yield Fault(place, _in_words(error, context, place))


def _without_tags(loc: tuple[int | str, ...]) -> Place:
    """pydantic names the question type in the middle of a place: questions, 2, *number*, tolerance."""
    if len(loc) > 2 and loc[0] == "questions" and loc[2] in QUESTION_TYPES:
        return (*loc[:2], *loc[3:])
    return loc


def _in_words(error: Mapping[str, Any], context: Mapping[str, Any], place: Place) -> str:
    kind = error["type"]
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown_key(error["loc"], str(place[-1]))
    if kind == "union_tag_not_found":
        return f"has no type; expected type: {_types()}"
    if kind == "union_tag_invalid":
        return _with_guess(f"expected one of {_types()}, not {shown(str(context['tag']))}", context["tag"])
    template = _TEMPLATES.get("no_questions" if kind == "too_short" and place == ("questions",) else kind)
    if template is None:
        return str(error["msg"])
    given = error["input"]
    return template.format(
        given=shown(str(given)) if isinstance(given, str | int | float) else "this", **context
    )


_TEMPLATES = {
    "missing": "is required",
    "int_parsing": "expected a whole number, not {given}",
    "int_from_float": "expected a whole number, not {given}",
    "int_type": "expected a whole number",
    "literal_error": "expected one of {expected}, not {given}",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long; at most {max_length} characters",
    "too_short": "expected at least {min_length} entries, not {actual_length}",
    "no_questions": "write at least one question",
    "too_long": "expected at most {max_length} entries",
    "greater_than_equal": "expected {ge} or more, not {given}",
    "less_than_equal": "expected {le} or less, not {given}",
    "tuple_type": "expected a list",
    "frozen_set_type": "expected a list",
    "model_type": "expected keys with values, such as {{digits: 7}}",
    "model_attributes_type": "expected keys with values",
    "dict_type": "expected keys with values",
}


def _types() -> str:
    return ", ".join(QUESTION_TYPES)


def _unknown_key(loc: tuple[int | str, ...], key: str) -> str:
    known = list(_model_at(loc).model_fields)
    guess = get_close_matches(key.lower(), known, n=1, cutoff=0.6)
    hint = f'; did you mean "{guess[0]}"?' if guess else f"; expected {', '.join(known)}"
    return f"unknown key{hint}"


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    if loc[0] == "student_id" and len(loc) == 2:
        return StudentIdSpec
    if loc[0] != "questions" or len(loc) < 4:
        return ExamSpec
    question = QUESTION_TYPES[str(loc[2])]
    return question if len(loc) == 4 else ENTRY_MODELS[str(loc[2])]


def _with_guess(message: str, given: object) -> str:
    guess = get_close_matches(str(given).lower(), list(QUESTION_TYPES), n=1, cutoff=0.6)
    return f'{message}; did you mean "{guess[0]}"?' if guess else message
