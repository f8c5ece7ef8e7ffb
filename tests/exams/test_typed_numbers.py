"""A decimal comma is one where the reader's language has it."""

from __future__ import annotations

import pytest
from django.utils import translation

from grading.exams.typed_numbers import with_comma, with_point


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("9,81", "9.81"), (" -0,25", "-0.25"), ("0,5 %", "0.5 %"), ("1,5e3", "1.5e3"), ("9.81", "9.81")],
)
def test_a_decimal_comma_becomes_a_point(typed: str, taken: str) -> None:
    with translation.override("de"):
        assert with_point(typed) == taken


@pytest.mark.parametrize("typed", ["1,2,3", "A, D", "1/4", "1,", ",5", "x 1,5"])
def test_what_is_no_decimal_number_stays_as_it_was_typed(typed: str) -> None:
    with translation.override("de"):
        assert with_point(typed) == typed


@pytest.mark.parametrize("typed", ["1,234", "-12,500", "100,000"])
def test_where_a_comma_parts_thousands_it_is_left_to_be_refused(typed: str) -> None:
    with translation.override("en"):
        assert with_point(typed) == typed


@pytest.mark.parametrize(
    ("typed", "taken"), [("9,81", "9.81"), ("0,025", "0.025"), ("-0,25", "-0.25"), ("1234,567", "1234.567")]
)
def test_a_comma_that_cannot_part_thousands_is_decimal_everywhere(typed: str, taken: str) -> None:
    with translation.override("en"):
        assert with_point(typed) == taken


@pytest.mark.parametrize(
    ("number", "shown"),
    [("9.81", "9,81"), ("-0.25", "-0,25"), ("0.5%", "0,5%"), ("1.5e3", "1,5e3"), ("12", "12"), (".5", ".5")],
)
def test_a_number_is_shown_with_a_comma_and_taken_back_as_it_was(number: str, shown: str) -> None:
    with translation.override("de"):
        assert with_comma(number) == shown
        assert with_point(shown) == number


def test_where_a_point_is_the_decimal_sign_it_is_shown() -> None:
    with translation.override("en"):
        assert with_comma("9.81") == "9.81"
