"""What the blind second look at a random sample of automatic marks found."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.exams.models import Exam
from grading.marking.budget import interval
from grading.marking.decisions import worth
from grading.marking.key_state import holds, keys_of
from grading.marking.models import Answer, Decision

Name = tuple[int, str]
"""Sheet and question."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The blind audit of automatic marks: ``wrong`` of ``looked_at``, with the 95 % interval of the share."""

    sample: int
    looked_at: int
    wrong: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Look:
    """The marks that a person would have given, as the question is today.

    ``was_wrong``: whether the machine's mark of then was another; None where that was by another key, or was
    not kept.
    """

    marks: Decimal
    was_wrong: bool | None


def audit(exam: Exam) -> Audit:
    """What people found when they marked the sampled automatic answers again without seeing the marks.

    A wrong mark that was put right since stays a wrong mark of the machine's.
    """
    looks = looks_of(exam)
    automatic = _marks(exam, audit=True, status=Answer.Status.AUTO)
    put_right = _marks(exam, status=Answer.Status.HUMAN) if looks else {}
    wrong = {name: looks[name].marks != automatic[name] for name in automatic.keys() & looks.keys()}
    for name in put_right.keys() & looks.keys():
        if (was_wrong := looks[name].was_wrong) is not None:
            wrong[name] = was_wrong
    low, high = interval(sum(wrong.values()), len(wrong))
    return Audit(len(automatic.keys() | wrong.keys()), len(wrong), sum(wrong.values()), low, high)


def looks_of(exam: Exam) -> dict[Name, Look]:
    """The looks that hold by the keys of today; a verdict by another key says nothing any more."""
    spec = exam.load_spec()
    questions, keys = {question.id: question for question in spec.questions}, keys_of(spec)
    found: dict[Name, Look] = {}
    for made in Decision.objects.filter(sheet__exam=exam, audit=True).order_by("id"):
        question = questions.get(made.question)
        if question is None or not holds(made.key, keys[question.id]):
            continue
        try:
            marks = worth(question, made).marks
        except ValueError:
            continue
        same = made.data.get("key") == keys[question.id]
        was_wrong = made.marks != Decimal(made.data["machine"]) if same else None
        found[made.sheet_id, made.question] = Look(marks, was_wrong)
    return found


def _marks(exam: Exam, **which: object) -> dict[Name, Decimal | None]:
    rows = Answer.objects.filter(exam=exam, **which).order_by()
    return {
        (sheet, question): marks
        for sheet, question, marks in rows.values_list("sheet_id", "question", "marks")
    }
