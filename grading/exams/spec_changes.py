"""What differs between two states of an exam file, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from grading.exams.forms import IGNORABLE, TYPE_NAMES, ExamHeadForm, QuestionForm
from grading.exams.question_rows import head_row, question_row
from grading.exams.spec import ExamSpec

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``where`` is the question or the exam, ``text`` what became of it."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


def spec_changes(before: ExamSpec, after: ExamSpec) -> Iterator[Change]:
    """Every difference between two exam files, the exam's own first, then question by question."""
    for text in _fields(head_row(before), head_row(after), ExamHeadForm.base_fields):
        yield Change("", text)
    yield from _questions(before, after)
    yield from _order(before, after)


def _questions(before: ExamSpec, after: ExamSpec) -> Iterator[Change]:
    old = {question.id: question_row(question) for question in before.questions}
    new = {question.id: question_row(question) for question in after.questions}
    for name in old.keys() - new.keys():
        yield Change(_named(name), _("removed"))
    for name, row in new.items():
        if name not in old:
            yield Change(_named(name), _("added (%(type)s)") % {"type": TYPE_NAMES[row["type"]]})
            continue
        for text in _fields(old[name], row, QuestionForm.base_fields):
            yield Change(_named(name), text)


def _order(before: ExamSpec, after: ExamSpec) -> Iterator[Change]:
    old, new = [q.id for q in before.questions], [q.id for q in after.questions]
    kept = set(old) & set(new)
    if [name for name in old if name in kept] != [name for name in new if name in kept]:
        yield Change("", _("the questions are in another order: %(order)s") % {"order": _cut(", ".join(new))})


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[str]:
    for name, field in fields.items():
        was, now = _value(name, old.get(name)), _value(name, new.get(name))
        if was == now:
            continue
        words = {"field": field.label, "was": _cut(was), "now": _cut(now)}
        if not was:
            yield _("%(field)s is now %(now)s") % words
        elif not now:
            yield _("%(field)s %(was)s taken away") % words
        else:
            yield _("%(field)s %(was)s → %(now)s") % words


def _value(name: str, value: object) -> str:
    if name == "type":
        return str(TYPE_NAMES[str(value)])
    if name == "ignore":
        words = dict(IGNORABLE)
        return ", ".join(str(words[item]) for item in (value if isinstance(value, list) else ()))
    text = "" if value is None else str(value)
    return "" if name in ("wrong", "max_edits", "tolerance") and text == "0" else text


def _named(name: str) -> str:
    return _("Question %(name)s") % {"name": name}


def _cut(text: str) -> str:
    line = " / ".join(text.splitlines())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
