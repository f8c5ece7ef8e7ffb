"""Questions taken out of the marking after the fact: worth nothing to anybody, or full marks for all."""

from __future__ import annotations

from decimal import Decimal

from grading.exams.spec import Question
from grading.marking.models import Answer

DROPPED = "the question does not count"
FULL = "full marks for everybody"


def settle_for_all(answer: Answer, question: Question) -> None:
    """Give what everybody has where the question is not marked one by one (not saved).

    A teacher decided it for all, over what the machine or a person found in one answer; those findings stay
    recorded and count again when the question does.
    """
    answer.max_marks = question.worth
    if question.counts == "marked":
        return
    full = question.counts == "full"
    answer.status, answer.verdict = Answer.Status.HUMAN, Answer.Verdict.CORRECT
    answer.marks = question.marks if full else Decimal(0)
    answer.risk, answer.reason = 0.0, FULL if full else DROPPED
