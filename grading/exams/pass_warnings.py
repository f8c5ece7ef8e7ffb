"""Whether the pass mark fits the marks: a mark that nobody can have exactly is probably not meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import ceil, gcd

from django.utils.translation import gettext as _

from grading.exams.key_warnings import Warn
from grading.exams.spec import ChoiceQuestion, ExamSpec, ManualQuestion, Question, TextQuestion

HALF = Fraction(1, 2)
"""People give halves in open answers."""


def exam_warnings(spec: ExamSpec) -> Iterator[Warn]:
    """What is odd about the pass mark."""
    needed = Fraction(spec.pass_mark.of(spec.max_marks))
    words = {"needed": _shown(needed), "all": _shown(Fraction(spec.max_marks))}
    if needed <= 0:
        yield Warn("pass_mark", _("Everybody passes, also with an empty sheet."))
        return
    if needed == Fraction(spec.max_marks):
        yield Warn("pass_mark", _("Only a sheet without any mistake passes."))
    step = mark_step(spec)
    if step and needed % step:
        reached = ceil(needed / step) * step
        text = _(
            "The pass mark is %(needed)s of %(all)s marks, which nobody can have exactly: "
            "%(reached)s are needed."
        )
        yield Warn("pass_mark", text % {**words, "reached": _shown(reached)})


def mark_step(spec: ExamSpec) -> Fraction:
    """The largest step of which every possible sum of marks is a multiple."""
    worths = [Fraction(worth) for question in spec.questions for worth in _worths(question)]
    return reduce(_common, worths, Fraction(0))


def _worths(question: Question) -> Iterator[Decimal | Fraction]:
    yield question.marks
    for entry in getattr(question, "accept", ()):
        yield question.marks * entry.credit
    if isinstance(question, TextQuestion) and question.max_edits:
        yield question.marks * question.edit_credit
    if isinstance(question, ChoiceQuestion):
        yield -question.wrong
    if isinstance(question, ManualQuestion):
        yield HALF
        yield from (abs(line.points) for line in question.rubric)


def _common(first: Fraction, second: Fraction) -> Fraction:
    bottom = first.denominator * second.denominator
    return Fraction(gcd(int(first * bottom), int(second * bottom)), bottom)


def _shown(value: Fraction) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
