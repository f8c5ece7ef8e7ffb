"""Between the rows of the exam form and the plain data that an exam file holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from grading.exams.faults import Fault
from grading.exams.spec import ExamSpec
from grading.exams.typed_numbers import with_comma, with_point

WANTED = {
    "digits": ("answer", "cells", "accept"),
    "number": ("answer", "tolerance", "unit", "accept"),
    "text": ("answers", "ignore", "max_edits", "edit_credit", "accept"),
    "choice": ("answer", "options", "wrong", "accept"),
    "multi": ("answer", "options", "accept"),
    "manual": ("lines", "rubric"),
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
    data["questions"] = [question_data(row, place) for place, row in enumerate(rows, start=1)]
    return data


def question_data(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    options = _options(row["options"])
    given = {
        "answer": _chosen(row["answer"], options) if row["type"] == "multi" else row["answer"].strip(),
        "answers": _lines(row["answer"]),
        "prompt": "\n".join(str(row.get("prompt") or "").splitlines()),  # browsers send lines with CR LF
        "options": options,
        "accept": [_accepted(line, row["type"], options) for line in _lines(row["accept"])],
        "ignore": list(row["ignore"]),
        "rubric": [_criterion(line) for line in _lines(row.get("rubric", ""))],
    }
    data: dict[str, Any] = {"id": row["id"] or str(place), "type": row["type"], "marks": row["marks"]}
    for key in ("prompt", "counts", *WANTED[row["type"]]):
        value = given.get(key, row.get(key))
        if value or key in ("answer", "ignore"):
            data[key] = value
    return data


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _options(text: str) -> list[str]:
    """One a line; in a single line, separated by commas."""
    parts = text.strip().splitlines() if "\n" in text.strip() else re.split(r"[,;]", text)
    return [part.strip() for part in parts if part.strip()]


def _chosen(text: str, options: list[str]) -> list[str]:
    """The options that a text names; one that has a comma itself is taken whole."""
    if text.strip() in options:
        return [text.strip()]
    longest_first = sorted((re.escape(option) for option in options), key=len, reverse=True)
    whole = re.compile(rf"\s*({'|'.join(longest_first)})\s*(?:[,;\n]|$)") if options else None
    found: list[str] = []
    rest = text.strip()
    while rest:
        match = whole.match(rest) if whole else None
        if match is None:
            return [*found, *_options(rest)]
        found.append(match[1])
        rest = rest[match.end() :]
    return found


def _joined(options: Iterable[str]) -> str:
    """Options as the form shows them, so that ``_options`` takes them apart again."""
    listed = list(options)
    return ("\n" if any(re.search("[,;]", option) for option in listed) else ", ").join(listed)


def _accepted(line: str, kind: str, options: list[str]) -> dict[str, Any]:
    answer, _, credit = line.rpartition("=")
    answer = answer.strip() or line
    answer = with_point(answer) if kind == "number" else answer
    return {
        "answer": _chosen(answer, options) if kind == "multi" else answer,
        "credit": with_point(credit.strip()) if "=" in line else "",
    }


def _criterion(line: str) -> dict[str, str]:
    """``names the organelle = 2``; a line without points has none, which the exam file then asks for."""
    text, sign, points = line.rpartition("=")
    return (
        {"criterion": text.strip(), "points": with_point(points.strip())}
        if sign
        else {"criterion": line, "points": ""}
    )


def head_row(spec: ExamSpec) -> dict[str, Any]:
    """What the form's head shows for an exam, with the reader's decimal sign."""
    return {
        "title": spec.title,
        "id": spec.id,
        "paper": spec.paper,
        "language": spec.language,
        "digits": str(spec.student_id.digits) if spec.student_id else "",
        "pass_mark": with_comma(str(spec.pass_mark)),
        "error_budget": with_comma(f"{(Decimal(str(spec.error_budget)) * 100).normalize():f}%"),
    }


def question_row(question: Any) -> dict[str, Any]:
    """What the form shows for one question, with the reader's decimal sign."""
    row: dict[str, Any] = {name: _shown(value) for name, value in question.model_dump().items()}
    row["tolerance"] = with_comma(row.get("tolerance", ""))
    row["answer"] = _key_text(question)
    row["options"] = _joined(getattr(question, "options", ()))
    row["ignore"] = sorted(getattr(question, "ignore", ()))
    row["rubric"] = "\n".join(f"{c.criterion} = {_shown(c.points)}" for c in getattr(question, "rubric", ()))
    row["accept"] = "\n".join(_accept_line(question, entry) for entry in getattr(question, "accept", ()))
    return row


def _key_text(question: Any) -> str:
    if question.type == "text":
        return "\n".join(question.answers)
    return _answer_text(question, getattr(question, "answer", ""))


def _answer_text(question: Any, answer: str | tuple[str, ...]) -> str:
    if isinstance(answer, tuple):
        return ", ".join(answer)
    return with_comma(answer) if question.type == "number" else answer


def _accept_line(question: Any, entry: Any) -> str:
    credit = with_comma(f"{(entry.credit * 100).normalize():f}%")
    return f"{_answer_text(question, entry.answer)} = {credit}"


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return with_comma(f"{value.normalize():f}") if value else "0"
    return "" if value is None else str(value)


def field_of(fault: Fault) -> tuple[int | None, str | None]:
    """Which row (None: the head) and which of its fields a fault belongs to; no field: the row as a whole."""
    if fault.place[:1] == ("questions",) and len(fault.place) > 1:
        key = str(fault.place[2]) if len(fault.place) > 2 else None
        return int(fault.place[1]), FIELD_OF_KEY.get(key or "", key)
    key = str(fault.place[0]) if fault.place else None
    return None, FIELD_OF_KEY.get(key or "", key)
