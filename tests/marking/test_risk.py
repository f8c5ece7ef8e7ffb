"""How sure the machine may be of a mark."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grading.exams.spec import Question
from grading.marking.evidence import Evidence
from grading.marking.expected import expected_spellings
from grading.marking.risk import VERIFICATION_GAIN, assess
from grading.marking.score import Verdict, score
from tests.marking.questions import choice, digits, multi, number, text

KEY = number("42")


def read(
    question: Question, written: str, confidence: float, p_expected: float | None = None, **others: float
) -> Evidence:
    return Evidence(
        kind=question.type,
        text=written,
        confidence=confidence,
        alternatives=tuple((other.removeprefix("n"), p) for other, p in others.items()),
        expected=expected_spellings(question),
        p_expected=p_expected,
    )


def test_a_sure_reading_of_the_key_is_right_at_little_risk() -> None:
    found = assess(KEY, read(KEY, "42", 0.999, 0.999))
    assert found.score.verdict is Verdict.CORRECT
    assert found.risk == pytest.approx(0.001)


def test_the_more_doubtful_source_is_believed() -> None:
    assert assess(KEY, read(KEY, "42", 0.99, 0.8)).risk == pytest.approx(0.2)
    assert assess(KEY, read(KEY, "42", 0.8, 0.9999, n47=0.19)).risk == pytest.approx(0.19)


def test_verification_can_help_a_doubtful_transcription_only_so_far() -> None:
    assert assess(KEY, read(KEY, "42", 0.8, 0.9999)).risk == pytest.approx(0.2 / VERIFICATION_GAIN)


def test_without_verification_everything_unexplained_is_risk() -> None:
    assert assess(KEY, read(KEY, "42", 0.8)).risk == pytest.approx(0.2)
    assert assess(KEY, read(KEY, "17", 0.8)).risk == pytest.approx(0.2)


def test_verification_of_another_key_is_not_used() -> None:
    evidence = read(number("43"), "42", 0.8, 0.0001)
    assert assess(KEY, evidence).risk == pytest.approx(0.2)


def test_transcriptions_that_earn_the_same_help_each_other() -> None:
    question = text("oxygen")
    split = read(question, "oxygen", 0.6, 0.998, Oxygen=0.39)
    assert assess(question, split).risk == pytest.approx(0.002)
    wrong = read(question, "nitrogen", 0.5, 0.001, nitrogn=0.49)
    assert assess(question, wrong).risk < 0.02


def test_what_cannot_be_the_key_is_wrong_even_where_it_is_read_with_doubt() -> None:
    question = text("mitochondrion")
    found = assess(question, read(question, "zzkypl", 0.5, 1e-5))
    assert found.score.verdict is Verdict.WRONG
    assert found.risk < 0.02


def test_a_letter_read_in_a_box_for_a_long_word_is_for_a_person_unless_it_is_read_surely() -> None:
    question = text("gravity")
    assert assess(question, read(question, "i", 0.52, 1e-5)).risk > 0.2
    assert assess(question, read(question, "i", 0.99, 1e-5)).risk < 0.02
    assert assess(question, read(question, "mass", 0.52, 1e-5)).risk < 0.02
    short = text("ox")
    assert assess(short, read(short, "i", 0.52, 1e-5)).risk < 0.02


def test_what_is_not_read_at_all_has_no_mark_to_be_sure_of() -> None:
    # A row of digits that was struck out, with "1905" beside it: none of what stands in the boxes is meant.
    question = digits("1905")
    assert assess(question, read(question, "7679", 0.0001, 0.0)).risk > 0.99
    assert assess(question, read(question, "7679", 0.3, 0.0)).risk > 0.5
    assert assess(question, read(question, "7679", 0.9999, 0.0)).risk < 0.001
    # "frictiono" struck out and "friction" beside it, read as "c", "ci" and other scraps.
    question = text("friction")
    assert assess(question, read(question, "c", 0.39, 1e-6, ci=0.3, cl=0.2)).risk > 0.1


def test_a_doubtful_reading_that_resembles_the_key_is_not_surely_wrong() -> None:
    question = text("mitochondrion")
    assert assess(question, read(question, "mitochondriam", 0.5, 1e-5)).risk > 0.3


def test_a_key_that_could_be_there_keeps_an_answer_from_being_wrong() -> None:
    assert assess(KEY, read(KEY, "17", 0.99, 0.3)).risk >= 0.3


def test_a_near_miss_that_earns_a_part_is_a_mark_of_its_own() -> None:
    question = text("oxygen", max_edits=1, edit_credit=0.5)
    found = assess(question, read(question, "oxygan", 0.9, 0.05, oxygen=0.05))
    assert found.score.verdict is Verdict.PARTIAL
    assert found.risk == pytest.approx(0.1)


def test_what_a_person_must_judge_has_no_mark_to_be_sure_of() -> None:
    assert assess(KEY, read(KEY, "42 kg", 0.999, 0.0)).risk == 1.0
    assert assess(KEY, Evidence(kind="number", error="empty image")).risk == 1.0
    assert assess(KEY, read(KEY, "", 0.999)).risk == 1.0


def test_a_blank_is_as_risky_as_the_most_fearful_source_says() -> None:
    assert assess(KEY, Evidence(kind="number", blank=True)).risk == pytest.approx(0.001)
    assert assess(KEY, Evidence(kind="number", blank=True, blank_confidence=0.97)).risk == pytest.approx(0.03)
    writing = Evidence(kind="number", blank=True, text="4", confidence=0.4)
    assert assess(KEY, writing).risk == pytest.approx(0.4)


def options(kind: str, marked: str, confidence: float, **scores: float) -> Evidence:
    return Evidence(
        kind=kind, marked=frozenset(marked), confidence=confidence, option_scores=tuple(scores.items())
    )


def test_a_doubtful_option_counts_only_where_it_changes_the_mark() -> None:
    plain = multi("A", "C")
    assert assess(plain, options("multi", "AC", 0.999, A=0.99, B=0.01, C=1.0)).risk == pytest.approx(0.01)
    worthless = multi("A")
    assert assess(worthless, options("multi", "BC", 0.999, B=1.0, C=0.6, D=0.4)).risk == pytest.approx(0.001)


def test_scores_that_contradict_the_reading_make_it_doubtful() -> None:
    assert assess(choice(), options("choice", "C", 0.9999, C=0.3, A=0.9)).risk >= 0.7


def test_a_faint_mark_keeps_a_choice_from_being_blank() -> None:
    found = assess(choice(wrong=-0.25), options("choice", "", 0.999, A=0.2))
    assert (found.score.marks, found.risk) == (Decimal(0), 0.2)


QUESTIONS: list[Any] = [
    KEY,
    digits("42", cells=3),
    number("42", tolerance=1, accept=[{"answer": 17, "credit": 0.5}]),
    text("42", max_edits=1, edit_credit=0.5),
]
SHARE = st.floats(0, 1)
TEXTS = st.sampled_from(["42", "42.0", "47", "4", "17", "43", "4z", "", "forty"])


@given(
    st.sampled_from(QUESTIONS), TEXTS, SHARE, st.lists(st.tuples(TEXTS, SHARE), max_size=4), st.none() | SHARE
)
def test_risk_is_a_probability_and_never_below_what_is_read_otherwise(
    question: Question,
    written: str,
    confidence: float,
    others: list[tuple[str, float]],
    p_expected: float | None,
) -> None:
    evidence = Evidence(
        kind=question.type,
        text=written,
        confidence=confidence,
        alternatives=tuple(others),
        expected=expected_spellings(question),
        p_expected=p_expected,
    )
    found = assess(question, evidence)
    assert 0 <= found.risk <= 1
    whole = max(1.0, confidence + sum(p for _, p in others))
    rivals = sum(
        p for text, p in [(written, confidence), *others] if not same_mark(question, text, found.score)
    )
    assert found.risk >= rivals / whole - 1e-9


def same_mark(question: Question, written: str, given: Any) -> bool:
    earned = score(question, written)
    return earned.look or earned.marks == given.marks


@given(st.sampled_from(QUESTIONS), SHARE, SHARE, SHARE)
def test_more_probability_of_the_key_never_makes_the_key_riskier(
    question: Question, confidence: float, lower: float, higher: float
) -> None:
    assume(lower <= higher)
    less, more = (read(question, "42", confidence, p) for p in (lower, higher))
    assert assess(question, more).risk <= assess(question, less).risk


@given(st.sampled_from(QUESTIONS), SHARE, SHARE, SHARE)
def test_more_probability_of_the_key_never_makes_a_wrong_mark_safer(
    question: Question, confidence: float, lower: float, higher: float
) -> None:
    assume(lower <= higher)
    less, more = (read(question, "999", confidence, p) for p in (lower, higher))
    assert assess(question, more).risk >= assess(question, less).risk
