"""Who marks an answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.budget import NONE
from grading.marking.decide import Outcome, Reason, Status, decide, risk_of
from grading.marking.evidence import Evidence
from grading.marking.expected import expected_spellings
from grading.marking.score import Verdict
from tests.marking.questions import choice, digits, manual, number

KEY = number("42", unit="kg")


def reading(text: str, confidence: float, **more: Any) -> Evidence:
    return Evidence(kind="number", text=text, confidence=confidence, **more)


def test_a_risk_within_the_cutoff_is_marked_automatically() -> None:
    found = decide(KEY, reading("42", 0.998), 0.0021)
    assert (found.status, found.verdict, found.marks) == (Status.AUTO, Verdict.CORRECT, Decimal(3))


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (reading("42", 0.98), Reason.BUDGET),
        (reading("42", 0.7), Reason.UNSURE),
        (reading("", 0.9), Reason.NOTHING_READ),
        (reading("42 g", 0.999), "other unit"),
        (reading("4.2.1", 0.999), "not a number"),
        (reading("42", 0.999, doubt="crossed out?"), "crossed out?"),
        (reading("42", 0.999, aligned=0.2), Reason.PLACE),
        (reading("42", 0.999, page_sound=False), Reason.PAGE),
        (reading("", 0.0, error="empty image"), "could not be read: empty image"),
        (reading("", 0.0, blank=True, blank_confidence=0.9), Reason.FAINT),
        (None, Reason.UNREADABLE),
    ],
)
def test_everything_else_is_for_a_person_with_its_reason(evidence: Evidence | None, reason: str) -> None:
    found = decide(KEY, evidence, 0.002)
    assert (found.status, found.verdict, found.marks, found.reason) == (Status.REVIEW, None, None, reason)


def test_a_blank_answer_is_decided_with_no_marks() -> None:
    found = decide(KEY, Evidence(kind="number", blank=True, blank_confidence=0.9999), 0.002)
    assert (found.status, found.verdict, found.marks) == (Status.BLANK, Verdict.WRONG, Decimal(0))


def test_a_blank_choice_is_blank_and_a_double_mark_is_not() -> None:
    plain = {"kind": "choice", "confidence": 0.9999}
    assert decide(choice(), Evidence(marked=frozenset(), **plain), 0.002).status is Status.BLANK  # type: ignore[arg-type]
    double = decide(choice(), Evidence(marked=frozenset("AB"), **plain), 0.002)  # type: ignore[arg-type]
    assert (double.status, double.reason) == (Status.REVIEW, "double mark")


def test_open_answers_are_always_for_people() -> None:
    assert decide(manual(), None, 1.0) == Outcome(Status.REVIEW, None, None, 1.0, Reason.OPEN)


def test_evidence_on_another_kind_of_question_is_refused() -> None:
    with pytest.raises(ValueError, match="its evidence is of number"):
        decide(digits("42"), reading("42", 0.9), 0.5)


@given(
    st.sampled_from(["42", "43", "42 kg", "42 g", "", "x"]),
    st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.booleans(),
    st.floats(0, 1) | st.just(NONE),
)
def test_undecided_has_no_marks_and_decided_keeps_to_the_cutoff(
    written: str, confidence: float, p_expected: float | None, blank: bool, cutoff: float
) -> None:
    evidence = reading(
        written, confidence, p_expected=p_expected, expected=expected_spellings(KEY), blank=blank
    )
    found = decide(KEY, evidence, cutoff)
    assert (found.marks is None) == (found.verdict is None) == (found.status is Status.REVIEW)
    assert found.status is Status.REVIEW or risk_of(KEY, evidence) == found.risk <= cutoff
    assert found.status is not Status.REVIEW or found.reason
