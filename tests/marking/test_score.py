"""What each question type pays."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.exams.spec import ChoiceQuestion
from grading.marking.score import Verdict, score
from tests.marking.questions import choice, digits, manual, multi, number, text

OPTIONS = st.frozensets(st.sampled_from("ABCD"))
MARKS = st.decimals("0", "20", places=3)
CREDITS = st.decimals("0", "1", places=3)


@pytest.mark.parametrize(
    ("key", "written"), [("42", "42"), ("42", "042"), ("007", "007"), ("0", "000"), ("42", "4 2")]
)
def test_digits_that_are_right(key: str, written: str) -> None:
    assert score(digits(key, cells=3), written).marks == 2


@pytest.mark.parametrize(
    ("key", "written"), [("42", "24"), ("42", "420"), ("007", "7"), ("007", "07"), ("42", "4?")]
)
def test_digits_that_are_wrong(key: str, written: str) -> None:
    assert score(digits(key, cells=3), written).verdict is Verdict.WRONG


def test_an_accepted_answer_earns_its_share() -> None:
    accept = {"accept": [{"answer": "24", "credit": 0.5}]}
    assert score(digits("42", **accept), "24").marks == 1
    assert score(number("42", **accept, tolerance=1), "23.5").marks == Decimal("1.50")
    assert score(choice(accept=[{"answer": "B", "credit": "25%"}]), frozenset("B")).marks == Decimal("0.25")
    assert score(multi("A", "C", accept=[{"answer": ["B", "D"], "credit": 0.5}]), frozenset("BD")).marks == 1
    assert score(text("a", accept=[{"answer": "b", "credit": 0.5}]), "b").verdict is Verdict.PARTIAL


def test_the_key_beats_an_accepted_answer_within_the_same_tolerance() -> None:
    question = number("9.81", tolerance=0.05, accept=[{"answer": 9.8, "credit": 0.5}])
    assert score(question, "9.8").verdict is Verdict.CORRECT
    assert score(question, "9.75").verdict is Verdict.PARTIAL


def test_a_wrong_option_costs_marks_and_a_blank_does_not() -> None:
    question = choice(wrong=-0.25)
    assert score(question, frozenset("C")).marks == 1
    assert score(question, frozenset("A")).marks == Decimal("-0.25")
    assert score(question, frozenset()).marks == 0


def test_two_options_of_a_choice_are_for_a_person() -> None:
    found = score(choice(wrong=-0.25), frozenset("AC"))
    assert (found.look, found.note, found.marks) == (True, "double mark", Decimal(0))


@pytest.mark.parametrize(
    ("marked", "marks"), [("AC", "2"), ("A", "1"), ("ABC", "1"), ("AB", "0"), ("BD", "0"), ("ABCD", "0")]
)
def test_multi_pays_right_minus_wrong_over_right(marked: str, marks: str) -> None:
    assert score(multi("A", "C"), frozenset(marked)).marks == Decimal(marks)


def test_thirds_are_rounded_to_hundredths_once() -> None:
    assert score(multi("A", "B", "C"), frozenset("AB")).marks == Decimal("1.33")


@pytest.mark.parametrize("question", [digits("42"), number("42"), text("forty-two")])
def test_a_blank_is_wrong_with_no_marks(question: Any) -> None:
    found = score(question, "  ")
    assert (found.verdict, found.marks, found.note) == (Verdict.WRONG, Decimal(0), "blank")


def test_open_questions_and_foreign_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="people mark it"):
        score(manual(), "something")
    with pytest.raises(ValueError, match="is no answer to it"):
        score(choice(), "C")
    with pytest.raises(ValueError, match="is no answer to it"):
        score(digits("42"), frozenset("C"))


@given(MARKS, CREDITS, st.text("0123456789.,-/ ab", max_size=8))
def test_written_answers_earn_from_nothing_to_all(marks: Decimal, credit: Decimal, written: str) -> None:
    more = {"marks": marks, "accept": [{"answer": "24", "credit": credit}]}
    for question in (
        digits("42", **more),
        number("42", tolerance=3, **more),
        text("ab", max_edits=1, **more),
    ):
        found = score(question, written)
        assert 0 <= found.marks <= question.marks
        assert (found.verdict is Verdict.CORRECT) == (found.credit == 1)
        assert found.verdict is not Verdict.CORRECT or found.marks == question.marks


@given(MARKS, st.decimals("0", "1", places=3), OPTIONS)
def test_a_choice_never_costs_more_than_the_exam_says(
    marks: Decimal, share: Decimal, marked: frozenset[str]
) -> None:
    penalty = -(marks * share).quantize(Decimal("0.000001"))
    question = ChoiceQuestion.model_validate(
        {"id": "4", "marks": marks, "options": list("ABCD"), "answer": "C", "wrong": max(penalty, -marks)}
    )
    assert question.wrong <= score(question, marked).marks <= question.marks


@given(st.frozensets(st.sampled_from("ABCD"), min_size=1), OPTIONS)
def test_one_more_right_option_never_costs(key: frozenset[str], marked: frozenset[str]) -> None:
    question = multi(*sorted(key))
    for option in key - marked:
        assert score(question, marked | {option}).marks >= score(question, marked).marks


@pytest.mark.parametrize(
    "written", ["power friction", "friction wind", "no friction at all", "well " * 300 + "friction"]
)
def test_a_text_that_holds_the_answer_and_more_is_for_a_person(written: str) -> None:
    found = score(text("friction"), written)
    assert (found.look, found.marks, found.note) == (True, 0, "the answer, and more: struck out?")


def test_a_number_beside_another_one_is_for_a_person() -> None:
    assert score(number("0.75"), "814 3/4").look
    assert not score(number("0.75"), "814 1/4").look


def test_other_words_than_the_answer_are_wrong_by_themselves() -> None:
    found = score(text("friction"), "the wind")
    assert (found.look, found.verdict) == (False, Verdict.WRONG)


def test_an_answer_of_several_words_is_right_as_a_whole() -> None:
    assert score(text("carbon dioxide"), "carbon dioxide").verdict is Verdict.CORRECT
    assert not score(text("carbon dioxide"), "carbon").look
