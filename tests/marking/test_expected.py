"""What the reader is told to look for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grading.marking.expected import MAX_SPELLINGS, allowed_characters, expected, expected_spellings
from grading.marking.score import Verdict, score
from tests.marking.questions import choice, digits, manual, multi, number, text


def test_a_number_is_expected_with_comma_and_point_and_within_its_tolerance() -> None:
    spellings = expected_spellings(number("9.81", tolerance=0.02))
    assert spellings[:2] == ("9.81", "9,81")
    assert {"+9.81", "9.8", "9.80", "9,79", "9.83"} <= set(spellings)


def test_the_language_says_which_mark_comes_first() -> None:
    assert expected_spellings(number("9.81"), "de")[0] == "9,81"


def test_large_numbers_are_expected_grouped_and_fractions_as_fractions() -> None:
    assert {"12345", "12,345", "12.345", "12 345"} <= set(expected_spellings(number("12345")))
    assert {"1.75", "7/4", "1 3/4"} <= set(expected_spellings(number("7/4")))
    assert ".5" in expected_spellings(number("0.5"))


def test_padding_zeros_are_expected_only_where_cells_are_left() -> None:
    assert expected_spellings(digits("42", cells=4)) == ("42", "042", "0042")
    assert expected_spellings(digits("007", cells=4)) == ("007",)


def test_words_are_expected_in_every_case_that_is_ignored() -> None:
    spellings = expected_spellings(text("müller", ignore=["case", "accents"]))
    assert {"müller", "Müller", "MÜLLER", "muller"} <= set(spellings)
    assert expected_spellings(text("pH", ignore=[])) == ("pH",)


def test_a_tolerance_with_more_values_than_fit_is_not_covered() -> None:
    assert expected(number("9.81", tolerance=0.02)).covers
    assert not expected(number("1000", tolerance="5%")).covers
    assert not expected(number("1/3", tolerance=0.01)).covers


@pytest.mark.parametrize("question", [choice(), multi("A"), manual()])
def test_nothing_is_spelled_where_nothing_is_read(question: Any) -> None:
    assert expected_spellings(question) == ()
    assert allowed_characters(question) is None


def test_boxes_allow_what_their_kind_needs() -> None:
    assert allowed_characters(digits("42")) == "0123456789"
    assert allowed_characters(text("word")) is None
    assert set("0123456789.,-+/ ") == set(allowed_characters(number("5")) or "")
    assert "m" in (allowed_characters(number("5", unit="m")) or "")
    assert "l" not in (allowed_characters(number("5", unit="l")) or "")
    assert "'" in (allowed_characters(number("5000"), "de") or "")


NUMBERS = st.one_of(
    st.decimals(-(10**7), 10**7, places=2).map(lambda value: f"{value:f}"),
    st.integers(-(10**6), 10**6).map(str),
    st.builds("{}/{}".format, st.integers(-50, 50), st.integers(1, 20)),
)


@example("1/17", Decimal("0.00"), "en", None)  # no decimal writes it: the fraction is all there is
@given(
    NUMBERS,
    st.decimals("0", "0.5", places=2),
    st.sampled_from(["en", "de", "fr"]),
    st.sampled_from([None, "kg"]),
)
def test_every_spelling_of_a_number_is_right_and_writable(
    key: str, tolerance: Decimal, language: str, unit: str | None
) -> None:
    question = number(key, tolerance=tolerance, unit=unit)
    spellings = expected_spellings(question, language)
    allowed = set(allowed_characters(question, language) or "")
    assert 0 < len(spellings) <= MAX_SPELLINGS
    assert len(set(spellings)) == len(spellings)
    for spelling in spellings:
        assert score(question, spelling).verdict is Verdict.CORRECT
        assert set(spelling) <= allowed


@given(st.lists(st.text("abcäöüßéABC .-'", min_size=1, max_size=10), min_size=1, max_size=6))
def test_every_spelling_of_a_word_is_right_and_the_listed_ones_are_there(words: list[str]) -> None:
    answers = [word.strip() + "xyz" for word in words]
    question = text(*answers, ignore=["case", "accents", "spaces", "punctuation"], max_edits=1)
    spellings = expected_spellings(question)
    assert len(spellings) <= MAX_SPELLINGS
    assert set(question.answers) <= set(spellings)
    assert all(score(question, spelling).verdict is Verdict.CORRECT for spelling in spellings)
