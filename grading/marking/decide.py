"""From evidence to outcome: marked by the machine, blank, or for a person with the reason in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grading.exams.spec import ManualQuestion, Question
from grading.marking.evidence import Evidence
from grading.marking.risk import Assessment, assess
from grading.marking.score import Verdict, score

LEAST_ALIGNED = 0.5
"""Below this share of agreement with the printed lines a box may show another answer."""
UNSURE = 0.05
"""Risks above are for the reader to answer for, risks below are left to people by the budget alone."""


class Status(StrEnum):
    """Who has the answer; the values are those of answers.csv."""

    AUTO = "auto"
    BLANK = "blank"
    REVIEW = "review"


class Reason(StrEnum):
    """Why a person must look, in words for people."""

    OPEN = "open answer: marked by people"
    UNREADABLE = "could not be read"
    PAGE = "page not well found"
    PLACE = "box not where expected"
    FAINT = "empty, or faint ink?"
    NOTHING_READ = "ink, but nothing to read"
    UNSURE = "not sure of the reading"
    BUDGET = "error budget"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an answer. ``verdict`` and ``marks`` are None while undecided, never 0.

    ``risk``: probability that the machine's mark is (or would have been) wrong; 1 where it has none.
    ``reason``: for review why; else a note on the mark, often empty.
    """

    status: Status
    verdict: Verdict | None
    marks: Decimal | None
    risk: float
    reason: str = ""


def decide(question: Question, evidence: Evidence | None, cutoff: float, language: str = "en") -> Outcome:
    """The outcome of one answer; automatic when nothing speaks against it and its risk <= ``cutoff``.

    ``evidence`` is None where no reading is made (open questions). ``language``: that of the exam.
    """
    if isinstance(question, ManualQuestion):
        return for_people()
    obstacle = _obstacle(question, evidence)
    if obstacle or evidence is None:
        return _review(obstacle or Reason.UNREADABLE)
    found = assess(question, evidence, language)
    if found.risk >= 1.0 or found.risk > cutoff:
        return _review(_why_risky(evidence, found), found.risk)
    status = Status.BLANK if evidence.is_blank else Status.AUTO
    note = "" if evidence.is_blank else found.score.note
    return Outcome(status, found.score.verdict, found.score.marks, found.risk, note)


def for_people() -> Outcome:
    """The outcome of an answer that a teacher wants marked by people, whatever was read."""
    return _review(Reason.OPEN)


def risk_of(question: Question, evidence: Evidence | None, language: str = "en") -> float:
    """The risk that ``decide`` compares with the cut-off; 1 for what can never be automatic."""
    if isinstance(question, ManualQuestion) or evidence is None or _obstacle(question, evidence):
        return 1.0
    return assess(question, evidence, language).risk


def _obstacle(question: Question, evidence: Evidence | None) -> str:
    """What keeps an answer from being marked by the machine whatever the budget; empty when nothing does."""
    if evidence is None:
        return Reason.UNREADABLE
    if evidence.kind != question.type:
        raise ValueError(f"question {question.id} is {question.type}, its evidence is of {evidence.kind}")
    if evidence.error is not None:
        return f"{Reason.UNREADABLE}: {evidence.error}"
    if not evidence.page_sound:
        return Reason.PAGE
    if evidence.aligned < LEAST_ALIGNED:
        return Reason.PLACE
    return evidence.doubt or _look(question, evidence)


def _look(question: Question, evidence: Evidence) -> str:
    if evidence.is_blank:
        return ""
    if evidence.marked is None and not evidence.text.strip():
        return Reason.NOTHING_READ
    found = score(question, evidence.text if evidence.marked is None else evidence.marked)
    return found.note if found.look else ""


def _why_risky(evidence: Evidence, found: Assessment) -> Reason:
    if evidence.is_blank:
        return Reason.FAINT
    return Reason.UNSURE if found.risk > UNSURE else Reason.BUDGET


def _review(reason: str, risk: float = 1.0) -> Outcome:
    return Outcome(Status.REVIEW, None, None, risk, reason)
