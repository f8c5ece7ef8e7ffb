"""A question's key as people say it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.exams.spec import (
    ChoiceQuestion,
    DigitsQuestion,
    MultiQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
)


def key_text(question: Question) -> str:
    """The right answer in words; empty for an open answer, which has none."""
    if isinstance(question, NumberQuestion):
        return _number(question)
    if isinstance(question, TextQuestion):
        return " / ".join(question.answers)
    if isinstance(question, MultiQuestion):
        return ", ".join(question.answer)
    if isinstance(question, DigitsQuestion | ChoiceQuestion):
        return question.answer
    return ""


def leniency(question: Question) -> list[str]:
    """What else counts, and how much: accepted answers, allowed wrong letters, marks lost."""
    found = [_accepted(entry.answer, _percent(entry.credit)) for entry in getattr(question, "accept", ())]
    if isinstance(question, TextQuestion) and question.max_edits:
        found.append(_spelling(question))
    if isinstance(question, ChoiceQuestion) and question.wrong:
        found.append(_("wrong: %(marks)s marks") % {"marks": question.wrong.normalize()})
    return found


def _spelling(question: TextQuestion) -> str:
    count = question.max_edits
    letters = ngettext("%(n)d wrong letter", "%(n)d wrong letters", count) % {"n": count}
    return _("up to %(letters)s: %(credit)s") % {"letters": letters, "credit": _percent(question.edit_credit)}


def _number(question: NumberQuestion) -> str:
    text = question.answer
    if question.tolerance.allowance(question.value):
        text += f" ± {question.tolerance}"
    return f"{text} {question.unit}" if question.unit else text


def _accepted(answer: str | tuple[str, ...], credit: str) -> str:
    return f"{', '.join(answer) if isinstance(answer, tuple) else answer}: {credit}"


_percent: Callable[[object], str] = "{:.0%}".format
