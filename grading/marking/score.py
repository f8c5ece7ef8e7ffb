"""The mark that a written answer earns: a pure function of the question and of what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from grading.exams.spec import (
    ChoiceQuestion,
    DigitsQuestion,
    ManualQuestion,
    MultiQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
)
from grading.marking.numbers import WrittenNumber, parse_number
from grading.marking.texts import match_text

Written = str | frozenset[str]
"""What was written: a text, or the set of marked options."""

HUNDREDTH = Decimal("0.01")
NOTHING = Decimal(0)
MORE = "the answer, and more: struck out?"


class Verdict(StrEnum):
    """What an answer is worth in a word; the values are those of answers.csv."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Score:
    """The mark of a written answer.

    ``credit``: share of the question's marks in 0..1. ``marks``: at most the question's marks; negative only
    for a wrong option where the exam says so. ``note``: what a person should know, in a few words.
    ``look``: however well it was read, a person has to judge this answer.
    """

    verdict: Verdict
    marks: Decimal
    credit: Decimal
    note: str = ""
    look: bool = False


def score(question: Question, written: Written) -> Score:
    """The mark of ``written``; an empty answer is wrong with 0 marks, never negative.

    ``ValueError`` for open questions, and for a text where options are marked or the reverse.
    """
    return _score(question, written)


@lru_cache(maxsize=16384)  # a class writes the same few answers again and again
def _score(question: Question, written: Written) -> Score:
    match question, written:
        case ManualQuestion(), _:
            raise ValueError(f"question {question.id} is open: people mark it")
        case _ if _is_blank(written):
            return Score(Verdict.WRONG, NOTHING, NOTHING, "blank")
        case DigitsQuestion(), str():
            return _score_digits(question, written)
        case NumberQuestion(), str():
            return _score_number(question, written)
        case TextQuestion(), str():
            return _score_text(question, written)
        case ChoiceQuestion(), frozenset():
            return _score_choice(question, written)
        case MultiQuestion(), frozenset():
            return _score_multi(question, written)
    raise ValueError(f"question {question.id} is {question.type}: {written!r} is no answer to it")


def _is_blank(written: Written) -> bool:
    return not (written.strip() if isinstance(written, str) else written)


def _score_digits(question: DigitsQuestion, written: str) -> Score:
    """Digits are compared one by one; zeros that only fill the cells do not count, zeros of the key do."""
    digits = "".join(written.split())
    if same_digits(digits, question.answer):
        return _earned(question.marks, Decimal(1))
    earned = [entry.credit for entry in question.accept if same_digits(digits, entry.answer)]
    return _earned(question.marks, max(earned, default=NOTHING))


def same_digits(written: str, key: str) -> bool:
    """``042`` is 42, but ``7`` is not 007: a key that begins with 0 means its zeros."""
    if written == key:
        return True
    padded = key == "0" or not key.startswith("0")
    return padded and written.isdigit() and (written.lstrip("0") or "0") == key


def _score_number(question: NumberQuestion, written: str) -> Score:
    """By value within the tolerance, bounds included; the best credit of the key and the accepted answers."""
    number = parse_number(written, question.unit)
    if number.fault is not None:
        return Score(Verdict.WRONG, NOTHING, NOTHING, number.fault, look=True)
    credit = _credit_of_number(question, number)
    if not credit and number.percent and _is_percent_of_key(question, number.values):
        return Score(Verdict.WRONG, NOTHING, NOTHING, "percent sign", look=True)
    if not credit and any(_is_right_number(question, part) for part in _parts(written)):
        return Score(Verdict.WRONG, NOTHING, NOTHING, MORE, look=True)
    return _earned(question.marks, credit)


def _credit_of_number(question: NumberQuestion, number: WrittenNumber) -> Decimal:
    keys = [(question.value, Decimal(1)), *((entry.value, entry.credit) for entry in question.accept)]
    hits = [credit for key, credit in keys if number.is_within(key, question.tolerance.allowance(key))]
    return max(hits, default=NOTHING)


def _is_right_number(question: NumberQuestion, written: str) -> bool:
    number = parse_number(written, question.unit)
    return number.fault is None and _credit_of_number(question, number) >= 1


def _is_percent_of_key(question: NumberQuestion, values: tuple[Fraction, ...]) -> bool:
    allowance = question.tolerance.allowance(question.value)
    return any(abs(value * 100 - question.value) <= allowance for value in values)


def _score_text(question: TextQuestion, written: str) -> Score:
    found = match_text(question, written)
    if found.tie:
        return Score(Verdict.WRONG, NOTHING, NOTHING, "between two answers", look=True)
    if not found.credit and any(match_text(question, part).credit >= 1 for part in _parts(written)):
        return Score(Verdict.WRONG, NOTHING, NOTHING, MORE, look=True)
    note = f"{found.edits} wrong in {found.nearest}" if found.edits else ""
    return _earned(question.marks, found.credit, note)


def _parts(written: str) -> Iterator[str]:
    """Some of its words in a row: where a part is right by itself, the others may have been struck out."""
    words = written.split()
    for start, stop in combinations(range(len(words) + 1), 2):
        if stop - start < len(words):
            yield " ".join(words[start:stop])


def _score_choice(question: ChoiceQuestion, marked: frozenset[str]) -> Score:
    """One option: the key, an accepted one, or ``wrong`` marks; several options are for a person."""
    if len(marked) > 1:
        return Score(Verdict.WRONG, NOTHING, NOTHING, "double mark", look=True)
    if marked == {question.answer}:
        return _earned(question.marks, Decimal(1))
    for entry in question.accept:
        if marked == {entry.answer}:
            return _earned(question.marks, entry.credit)
    return Score(Verdict.WRONG, question.wrong, NOTHING)


def _score_multi(question: MultiQuestion, marked: frozenset[str]) -> Score:
    """Accepted sets earn their credit; else (right marked - wrong marked) / number right, never below 0."""
    right = frozenset(question.answer)
    if marked == right:
        return _earned(question.marks, Decimal(1))
    for entry in question.accept:
        if marked == frozenset(entry.answer):
            return _earned(question.marks, entry.credit)
    balance = len(marked & right) - len(marked - right)
    return _earned(question.marks, max(NOTHING, Decimal(balance) / len(right)))


def _earned(marks: Decimal, credit: Decimal, note: str = "") -> Score:
    if credit >= 1:
        return Score(Verdict.CORRECT, marks, Decimal(1), note)
    if credit <= 0:
        return Score(Verdict.WRONG, NOTHING, NOTHING, note)
    share = (marks * credit).quantize(HUNDREDTH, ROUND_HALF_UP)
    return Score(Verdict.PARTIAL, min(share, marks), credit, note)
