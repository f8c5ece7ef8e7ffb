"""Figures against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.measuring import metrics

RIGHT = np.array([True, True, False, True])
CONFIDENCE = np.array([0.9, 0.8, 0.7, 0.6])


def test_edit_distance_counts_insertions_deletions_and_substitutions() -> None:
    assert metrics.edit_distance("kitten", "sitting") == 3
    assert metrics.edit_distance("", "abc") == 3
    assert metrics.edit_distance("abc", "abc") == 0


@given(st.text("ab", max_size=6), st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_edit_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert metrics.edit_distance(a, b) == metrics.edit_distance(b, a)
    assert metrics.edit_distance(a, c) <= metrics.edit_distance(a, b) + metrics.edit_distance(b, c)


def test_error_rates_divide_all_edits_by_all_true_characters_and_words() -> None:
    read, true = ["cat", "a dog"], ["cart", "a dig here"]
    assert metrics.character_error_rate(read, true) == pytest.approx((1 + 6) / (4 + 10))
    assert metrics.word_error_rate(read, true) == pytest.approx((1 + 2) / (1 + 3))


def test_reading_something_where_nothing_is_written_is_an_infinite_error() -> None:
    assert metrics.character_error_rate([""], [""]) == 0.0
    assert metrics.character_error_rate(["1"], [""]) == float("inf")


def test_calibration_error_weighs_the_gap_of_each_bin() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.31, 0.31])
    right = np.array([True, True, True, False, False, False])
    assert metrics.expected_calibration_error(confidence, right) == pytest.approx(4 / 6 * 0.20 + 2 / 6 * 0.31)


def test_chance_alone_gives_few_samples_a_calibration_error() -> None:
    few, many = np.full(50, 0.8), np.full(5000, 0.8)
    # The mean deviation of a binomial share: sqrt(2 p (1 - p) / (pi n)).
    assert metrics.chance_calibration_error(few) == pytest.approx(0.0451, abs=0.008)
    assert metrics.chance_calibration_error(many) == pytest.approx(0.0045, abs=0.0008)
    assert metrics.chance_calibration_error(np.ones(20)) == 0.0


def test_a_confidence_of_one_falls_into_the_last_bin_and_zero_into_the_first() -> None:
    bins = metrics.reliability(np.array([1.0, 0.0]), np.array([True, False]))
    assert [(b.low, b.count) for b in bins] == [(0.0, 1), (pytest.approx(14 / 15), 1)]


def test_aurc_is_the_mean_risk_over_all_coverages() -> None:
    assert metrics.aurc(CONFIDENCE, RIGHT) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)


def test_ties_count_evenly_so_that_order_cannot_flatter() -> None:
    tied = np.full(4, 0.5)
    assert metrics.risk_coverage(tied, RIGHT)[1] == pytest.approx([0.25] * 4)
    assert metrics.aurc(tied, RIGHT) == metrics.aurc(tied, RIGHT[::-1])


def test_coverage_is_the_largest_share_within_the_error_even_past_a_worse_stretch() -> None:
    assert metrics.coverage_at(CONFIDENCE, RIGHT, 0.0) == 0.5
    assert metrics.coverage_at(CONFIDENCE, RIGHT, 0.25) == 1.0
    assert metrics.coverage_at(CONFIDENCE, RIGHT, 0.2) == 0.5


def test_a_threshold_cannot_cut_through_a_tie() -> None:
    tied = np.array([0.9, 0.9, 0.5])
    assert metrics.coverage_at(tied, np.array([True, False, True]), 0.1) == 0.0


def test_no_samples_cover_nothing() -> None:
    nothing, flags = np.empty(0), np.empty(0, np.bool_)
    assert metrics.coverage_at(nothing, flags, 0.1) == 0.0
    assert metrics.aurc(nothing, flags) == 0.0
    assert metrics.expected_calibration_error(nothing, flags) == 0.0


def test_accepted_true_keys_are_those_above_the_allowed_false_ones() -> None:
    wrong = np.array([0.9, 0.3, 0.2, 0.1])
    assert metrics.accepted_at(np.array([0.95, 0.5, 0.25]), wrong, 0.0) == pytest.approx(1 / 3)
    assert metrics.accepted_at(np.array([0.95, 0.5, 0.25]), wrong, 0.25) == pytest.approx(2 / 3)
