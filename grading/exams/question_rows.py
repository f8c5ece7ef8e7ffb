"""Between the rows of the exam form and the plain data that an exam file holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from grading.exams.faults import Fault
from grading.exams.spec import ExamSpec

WANTED = {
    "digits": ("answer", "cells", "accept"),
    "number": ("answer", "tolerance", "unit", "accept"),
    "text": ("answers", "ignore", "max_edits", "edit_credit", "accept"),
    "choice": ("answer", "options", "wrong", "accept"),
    "multi": ("answer", "options", "accept"),
    "manual": ("lines",),
}
HEAD_FIELDS = ("title", "id", "paper", "language", "pass_mark", "error_budget")
FIELD_OF_KEY = {"answers": "answer", "student_id": "digits"}


def is_empty(row: Mapping[str, Any]) -> bool:
    """Whether nobody wrote anything into this row."""
    return not any(row.get(name) for name in ("prompt", "answer", "options", "marks"))


def exam_data(head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The data of an exam file from the filled form; rows must not be empty ones."""
    data: dict[str, Any] = {name: head[name] for name in HEAD_FIELDS if head.get(name)}
    data["student_id"] = {"digits": head["digits"]} if head.get("digits") else None
    data["questions"] = [_question_data(row, place) for place, row in enumerate(rows, start=1)]
    return data


def _question_data(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    given = {
        "answer": _options(row["answer"]) if row["type"] == "multi" else row["answer"].strip(),
        "answers": _lines(row["answer"]),
        "options": _options(row["options"]),
        "accept": [_accepted(line, row["type"]) for line in _lines(row["accept"])],
        "ignore": list(row["ignore"]),
    }
    data: dict[str, Any] = {"id": row["id"] or str(place), "type": row["type"], "marks": row["marks"]}
    for key in ("prompt", *WANTED[row["type"]]):
        value = given.get(key, row.get(key))
        if value or key in ("answer", "ignore"):
            data[key] = value
    return data


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _options(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]


def _accepted(line: str, kind: str) -> dict[str, Any]:
    answer, _, credit = line.rpartition("=")
    answer = answer.strip() or line
    return {
        "answer": _options(answer) if kind == "multi" else answer,
        "credit": credit.strip() if "=" in line else "",
    }


def head_row(spec: ExamSpec) -> dict[str, Any]:
    """What the form's head shows for an exam."""
    return {
        "title": spec.title,
        "id": spec.id,
        "paper": spec.paper,
        "language": spec.language,
        "digits": str(spec.student_id.digits) if spec.student_id else "",
        "pass_mark": str(spec.pass_mark),
        "error_budget": f"{(Decimal(str(spec.error_budget)) * 100).normalize():f}%",
    }


def question_row(question: Any) -> dict[str, Any]:
    """What the form shows for one question."""
    row: dict[str, Any] = {name: _shown(value) for name, value in question.model_dump().items()}
    row["answer"] = _key_text(question)
    row["options"] = ", ".join(getattr(question, "options", ()))
    row["ignore"] = sorted(getattr(question, "ignore", ()))
    row["accept"] = "\n".join(_accept_line(entry) for entry in getattr(question, "accept", ()))
    return row


def _key_text(question: Any) -> str:
    if question.type == "text":
        return "\n".join(question.answers)
    answer = getattr(question, "answer", "")
    return ", ".join(answer) if isinstance(answer, tuple) else answer


def _accept_line(entry: Any) -> str:
    answer = ", ".join(entry.answer) if isinstance(entry.answer, tuple) else entry.answer
    return f"{answer} = {(entry.credit * 100).normalize():f}%"


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "" if value is None else str(value)


def field_of(fault: Fault) -> tuple[int | None, str | None]:
    """Which row (None: the head) and which of its fields a fault belongs to; no field: the row as a whole."""
    if fault.place[:1] == ("questions",) and len(fault.place) > 1:
        key = str(fault.place[2]) if len(fault.place) > 2 else None
        return int(fault.place[1]), FIELD_OF_KEY.get(key or "", key)
    key = str(fault.place[0]) if fault.place else None
    return None, FIELD_OF_KEY.get(key or "", key)
