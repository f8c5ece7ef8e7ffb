"""Marks by criteria: they add up or come off, never leave 0..max, and outlast every change of the rubric."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.rubric import (
    Applied,
    Criterion,
    RubricSpec,
    Scoring,
    applied_of,
    marks_of,
    next_version,
    of_stored,
    stored,
    to_store,
)

POINTS = st.decimals(-20, 20, places=2)
CRITERIA = st.lists(POINTS, max_size=12).map(
    lambda points: tuple(Criterion(str(n), f"criterion {n}", p) for n, p in enumerate(points))
)


def rubric(*points: str, scoring: Scoring = Scoring.UP) -> RubricSpec:
    return RubricSpec(tuple(Criterion(str(n), "", Decimal(p)) for n, p in enumerate(points)), scoring)


@pytest.mark.parametrize(
    ("points", "scoring", "on", "adjust", "marks"),
    [
        (("2", "1.5"), Scoring.UP, ("0", "1"), "0", "3.5"),
        (("2", "1.5"), Scoring.UP, (), "0", "0"),
        (("4", "3"), Scoring.UP, ("0", "1"), "0", "5"),
        (("2", "-3"), Scoring.UP, ("0", "1"), "0", "0"),
        (("2", "1.5"), Scoring.DOWN, ("0",), "0", "3"),
        (("2", "1.5"), Scoring.DOWN, (), "0", "5"),
        (("4", "3"), Scoring.DOWN, ("0", "1"), "0", "0"),
        (("2",), Scoring.UP, ("0",), "-0.5", "1.5"),
        (("2",), Scoring.DOWN, ("0",), "4", "5"),
    ],
)
def test_points_add_up_or_come_off(
    points: tuple[str, ...], scoring: Scoring, on: tuple[str, ...], adjust: str, marks: str
) -> None:
    found = marks_of(rubric(*points, scoring=scoring), Applied(on, Decimal(adjust), "why"), Decimal(5))
    assert found == Decimal(marks)


@given(
    criteria=CRITERIA,
    scoring=st.sampled_from(Scoring),
    on=st.sets(st.integers(0, 15).map(str)),
    adjust=POINTS,
    most=st.decimals("0", "50", places=3),
)
def test_marks_are_never_outside_nothing_and_the_maximum(
    criteria: tuple[Criterion, ...], scoring: Scoring, on: set[str], adjust: Decimal, most: Decimal
) -> None:
    marks = marks_of(RubricSpec(criteria, scoring), Applied(tuple(on), adjust, "why"), most)
    assert 0 <= marks <= most


def test_a_criterion_that_was_taken_out_counts_nothing() -> None:
    assert marks_of(rubric("2"), Applied(("0", "gone")), Decimal(5)) == 2


def test_naming_a_criterion_twice_counts_it_once() -> None:
    assert marks_of(rubric("2"), Applied(("0", "0")), Decimal(5)) == 2


@given(criteria=CRITERIA, scoring=st.sampled_from(Scoring), version=st.integers(0, 99))
def test_a_stored_rubric_comes_back(criteria: tuple[Criterion, ...], scoring: Scoring, version: int) -> None:
    spec = RubricSpec(criteria, scoring, version)
    assert of_stored(to_store(spec), scoring, version) == spec


@given(on=st.lists(st.text(max_size=5)), adjust=POINTS, reason=st.text(max_size=20))
def test_what_was_applied_comes_back(on: list[str], adjust: Decimal, reason: str) -> None:
    applied = Applied(tuple(on), adjust, reason)
    assert applied_of(stored(applied)) == applied


@pytest.mark.parametrize("adjust", ["much", "NaN", "Infinity", ""])
def test_points_that_are_no_number_are_refused(adjust: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        applied_of({"adjust": adjust})


def test_a_new_criterion_gets_an_id_that_no_other_ever_had() -> None:
    first = next_version(
        RubricSpec(), [Criterion("", "a", Decimal(1)), Criterion("", "b", Decimal(1))], Scoring.UP
    )
    without = next_version(first, first.criteria[:1], Scoring.UP)
    again = next_version(without, [*without.criteria, Criterion("", "c", Decimal(1))], Scoring.UP)
    assert again.criteria[0] == first.criteria[0]
    assert len({c.id for c in (*first.criteria, *again.criteria)}) == 3
    assert (first.version, again.version) == (1, 3)
