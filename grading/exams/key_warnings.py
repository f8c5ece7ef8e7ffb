"""What is allowed in an exam but probably not meant: said in words, beside the field it concerns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from django.utils.translation import gettext as _

from grading.exams.answer_areas import text_box_mm
from grading.exams.reader_alphabet import unreadable
from grading.exams.spec import (
    ChoiceQuestion,
    DigitsQuestion,
    ManualQuestion,
    MultiQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
)

ALIKE = {frozenset(pair) for pair in ("17", "06", "49", "35", "38", "08")}
"""Digits that people write so alike that readers, machines and people, take one for the other."""
NUMBER_BOX_HOLDS = 12
MM_A_LETTER = 4.0
LINE_HEIGHT_MM = 12.0
BODY_MM = 147.0


@dataclass(frozen=True, slots=True)
class Warn:
    """Something to look at; ``field`` is the form's field, ``text`` says what and why."""

    field: str
    text: str


def question_warnings(question: Question) -> Iterator[Warn]:
    """Everything about one question that is probably not meant."""
    if question.marks == 0:
        yield Warn("marks", _("This question is worth nothing."))
    match question:
        case DigitsQuestion():
            yield from _alike([(question.answer, Decimal(1)), *_credits(question)])
        case NumberQuestion():
            yield from _number(question)
        case TextQuestion():
            yield from _text(question)
        case ChoiceQuestion():
            yield from _options_alike(question.options)
            yield from _guessing(question)
        case MultiQuestion():
            yield from _options_alike(question.options)
            yield from _multi(question)
        case ManualQuestion():
            yield from _rubric(question)


def _credits(question: DigitsQuestion | NumberQuestion) -> list[tuple[str, Decimal]]:
    return [(entry.answer, entry.credit) for entry in question.accept]


def _alike(answers: list[tuple[str, Decimal]]) -> Iterator[Warn]:
    """Answers of unequal worth that differ in one digit which is easily taken for the other."""
    for (first, worth), (second, other) in combinations(answers, 2):
        if worth == other or len(first) != len(second):
            continue
        apart = [{a, b} for a, b in zip(first, second, strict=True) if a != b]
        if len(apart) == 1 and frozenset(apart[0]) in ALIKE:
            a, b = sorted(apart[0])
            words = {"first": first, "second": second, "a": a, "b": b}
            yield Warn(
                "accept",
                _(
                    "%(first)s and %(second)s differ only in %(a)s and %(b)s, which are hard to tell apart "
                    "in handwriting, and earn different marks: more of these answers will come to you."
                )
                % words,
            )
        elif not apart:
            yield Warn("accept", _("%(first)s is listed twice with different credit.") % {"first": first})


def _number(question: NumberQuestion) -> Iterator[Warn]:
    allowance = question.tolerance.allowance(question.value)
    outside = [(question.answer, Decimal(1))]
    for entry in question.accept:
        if abs(entry.value - question.value) > allowance:
            outside.append((entry.answer, entry.credit))
        elif entry.credit < 1:
            yield Warn(
                "tolerance",
                _(
                    "%(answer)s lies within the tolerance of the key, so that both cannot "
                    "hold: make the tolerance smaller or leave %(answer)s out."
                )
                % {"answer": entry.answer},
            )
    yield from _alike(outside)
    if question.value and allowance >= abs(question.value):
        yield Warn("tolerance", _("The tolerance is as large as the key: even 0 would be right."))
    longest = max((question.answer, *(entry.answer for entry in question.accept)), key=len)
    if len(longest) > NUMBER_BOX_HOLDS:
        yield Warn(
            "answer",
            _("%(answer)s is long for the box, which holds about %(n)d characters.")
            % {"answer": longest, "n": NUMBER_BOX_HOLDS},
        )


def _text(question: TextQuestion) -> Iterator[Warn]:
    width, height = text_box_mm(question, BODY_MM)
    room = int(width / MM_A_LETTER) * max(1, int(height // LINE_HEIGHT_MM))
    accepted = [entry.answer for entry in question.accept]
    longest = max((*question.answers, *accepted), key=len)
    if len(longest) > room:
        yield Warn(
            "answer",
            _(
                "“%(answer)s” is long for the box, which holds about %(n)d letters: "
                "put the longest spelling first."
            )
            % {"answer": longest, "n": room},
        )
    for field, texts in (("answer", question.answers), ("accept", accepted)):
        signs = unreadable("".join(texts))
        if signs:
            yield Warn(
                field,
                _("The machine cannot read %(signs)s: people will have to mark such answers.")
                % {"signs": " ".join(signs)},
            )
    if all(text.replace(",", "").replace(".", "").isdigit() for text in question.answers):
        yield Warn(
            "type",
            _("The key is a number. As a Number, 3.50 and 3,5 are the same and a tolerance is possible."),
        )
    for text in accepted:
        if text in question.answers:
            yield Warn("accept", _("“%(answer)s” is also a key, which earns full marks.") % {"answer": text})


def _options_alike(options: tuple[str, ...]) -> Iterator[Warn]:
    for first, second in combinations(options, 2):
        if _bare(first) == _bare(second):
            yield Warn(
                "options",
                _("The options “%(first)s” and “%(second)s” look alike.")
                % {"first": first, "second": second},
            )


def _bare(option: str) -> str:
    folded = unicodedata.normalize("NFKC", option).casefold()
    return "".join(sign for sign in folded if sign.isalnum()) or folded


def _guessing(question: ChoiceQuestion) -> Iterator[Warn]:
    wrong = len(question.options) - 1
    if question.wrong and question.marks + wrong * question.wrong < 0:
        fair = (question.marks / wrong).quantize(Decimal("0.01"))
        yield Warn(
            "wrong",
            _("Who guesses loses marks on average; %(fair)s would be even.")
            % {"fair": f"-{fair.normalize():f}"},
        )


def _multi(question: MultiQuestion) -> Iterator[Warn]:
    if set(question.answer) == set(question.options):
        yield Warn("answer", _("Every option is right: whoever crosses all of them has full marks."))
    for entry in question.accept:
        if set(entry.answer) == set(question.answer):
            yield Warn(
                "accept",
                _("%(answer)s is also the key, which earns full marks.")
                % {"answer": ", ".join(entry.answer)},
            )


def _rubric(question: ManualQuestion) -> Iterator[Warn]:
    best = sum((line.points for line in question.rubric if line.points > 0), Decimal(0))
    if best and best != question.marks:
        yield Warn(
            "rubric",
            _("The points of the rubric add up to %(points)s, but the question is worth %(marks)s.")
            % {"points": f"{best.normalize():f}", "marks": f"{question.marks.normalize():f}"},
        )
