"""What counts as which number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.numbers import NOT_A_NUMBER, OTHER_UNIT, parse_number
from grading.marking.score import Verdict, score
from tests.marking.questions import number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("42", "42"),
        ("007", "7"),
        ("9.81", "9.81"),
        ("9,81", "9.81"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-5", "-5"),
        ("− 5", "-5"),
        ("–0,5", "-0.5"),
        ("+5", "5"),
        ("= 5", "5"),
        ("1 000", "1000"),
        ("1 000 000", "1000000"),
        ("1'000", "1000"),
        ("1’234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("0,123", "0.123"),
        ("1.2e3", "1200"),
        ("1,2·10^3", "1200"),
        ("1.2 x 10^-3", "0.0012"),
        ("10³", "1000"),
        ("½", "0.5"),
        ("1½", "1.5"),
        ("1 3/4", "1.75"),
        ("-1 3/4", "-1.75"),
        ("3 / 4", "0.75"),
        ("50%", "0.5"),
    ],
)
def test_one_number_is_read_from_its_usual_spellings(written: str, value: str) -> None:
    assert parse_number(written).values == (Fraction(Decimal(value)),)


@pytest.mark.parametrize("written", ["1,234", "1.234"])
def test_a_separator_before_three_digits_has_both_meanings(written: str) -> None:
    assert set(parse_number(written).values) == {Fraction(1234), Fraction(1234, 1000)}


@pytest.mark.parametrize("written", ["", "x", "--5", "1,2,3", "12,34,567", "1 2", "3/0", "5,", "9" * 80, "²"])
def test_what_is_no_number_is_said_to_be_none(written: str) -> None:
    assert parse_number(written).fault == NOT_A_NUMBER


@given(st.text(max_size=80))
def test_no_writing_breaks_the_parser(written: str) -> None:
    found = parse_number(written, "m")
    assert bool(found.values) != bool(found.fault)


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(".,"))
def test_every_decimal_survives_being_written(value: Decimal, point: str) -> None:
    assert Fraction(value) in parse_number(f"{value:f}".replace(".", point)).values


@given(st.integers(0, 10**12), st.sampled_from([" ", "'"]))
def test_grouping_does_not_change_an_integer(value: int, group: str) -> None:
    assert parse_number(f"{value:,}".replace(",", group)).values == (Fraction(value),)


@given(st.integers(-999, 999), st.integers(1, 999))
def test_a_fraction_is_exact(above: int, below: int) -> None:
    assert parse_number(f"{above}/{below}").values == (Fraction(above, below),)


@pytest.mark.parametrize("written", ["9.81 m/s^2", "9,81m/s²", "9.81 m / s^2", "9.81"])
def test_the_questions_own_unit_is_ignored(written: str) -> None:
    assert score(number("9.81", unit="m/s^2"), written).verdict is Verdict.CORRECT


@pytest.mark.parametrize(("unit", "written"), [("m", "5 cm"), (None, "5 m"), ("mW", "5 MW"), ("€", "5 $")])
def test_another_unit_is_for_a_person(unit: str | None, written: str) -> None:
    found = score(number("5", unit=unit), written)
    assert (found.note, found.look, found.verdict) == (OTHER_UNIT, True, Verdict.WRONG)


def test_a_currency_may_stand_first() -> None:
    assert score(number("5", unit="€"), "€ 5,00").verdict is Verdict.CORRECT


def test_a_percent_sign_that_was_not_asked_for_is_for_a_person_when_the_number_fits() -> None:
    assert score(number("50"), "50%").look
    assert score(number("0.5"), "50 %").verdict is Verdict.CORRECT
    assert score(number("50", unit="%"), "50 %").verdict is Verdict.CORRECT
    assert not score(number("50"), "51%").look


@pytest.mark.parametrize("written", ["9.79", "9.83", "9,8"])
def test_the_bounds_of_a_tolerance_belong_to_it(written: str) -> None:
    assert score(number("9.81", tolerance=0.02), written).verdict is Verdict.CORRECT


@pytest.mark.parametrize("written", ["9.789999", "9.830001", "-9.81"])
def test_just_outside_the_tolerance_is_wrong(written: str) -> None:
    assert score(number("9.81", tolerance=0.02), written).verdict is Verdict.WRONG


def test_a_relative_tolerance_is_a_share_of_the_key() -> None:
    question = number("-200", tolerance="1%")
    assert [score(question, w).verdict for w in ("-202", "-198", "-197.9")] == ["correct", "correct", "wrong"]


def test_an_ambiguous_number_counts_as_what_the_key_says() -> None:
    assert score(number("1234"), "1.234").verdict is Verdict.CORRECT
    assert score(number("1.234"), "1,234").verdict is Verdict.CORRECT
    assert score(number("12.34"), "1,234").verdict is Verdict.WRONG


@given(
    st.fractions(-1000, 1000, max_denominator=50),
    st.fractions(0, 5, max_denominator=50),
    st.integers(-40, 40),
)
def test_tolerance_is_decided_exactly(key: Fraction, allowance: Fraction, tenths: int) -> None:
    found = parse_number(f"{key.numerator + tenths}/{key.denominator}")
    assert found.is_within(key, allowance) == (abs(Fraction(tenths, key.denominator)) <= allowance)
