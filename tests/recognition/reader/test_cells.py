"""Rows of digit cells: exact probabilities of texts, whatever cells are empty."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognition.reader.calibration import Calibrator, CellCalibrator
from recognition.reader.cells import EMPTY, cell_scores, joined, likeliest_texts, text_probability
from recognition.reader.decode import class_weights
from recognition.reader.evidence import CELL_FEATURES
from recognition.reader.verify import Speller
from tests.recognition.reader.test_ctc import all_strings, random_frames


def random_rows(cells: int, seed: int) -> NDArray[np.float64]:
    rows = np.random.default_rng(seed).dirichlet(np.full(12, 0.4), size=cells)
    return np.asarray(rows[:, :11])


def enumerated(rows: NDArray[np.float64]) -> dict[str, float]:
    total: dict[str, float] = {}
    for choice in product(range(11), repeat=len(rows)):
        text = "".join(str(c) for c in choice if c != EMPTY)
        p = float(np.prod([row[c] for row, c in zip(rows, choice, strict=True)]))
        total[text] = total.get(text, 0.0) + p
    return total


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3), st.integers(0, 1000))
def test_the_probability_of_a_text_sums_over_the_places_of_its_gaps(cells: int, seed: int) -> None:
    rows = random_rows(cells, seed)
    for text, p in list(enumerated(rows).items())[:200]:
        assert text_probability(rows, text) == pytest.approx(p)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3), st.integers(0, 1000))
def test_the_likeliest_text_is_found(cells: int, seed: int) -> None:
    rows = random_rows(cells, seed)
    best = max(enumerated(rows).items(), key=lambda item: item[1])
    text, p = likeliest_texts(rows, width=2000)[0]
    assert text == best[0]
    assert p == pytest.approx(best[1])


def test_probabilities_of_all_texts_and_of_something_else_sum_to_one() -> None:
    rows = random_rows(2, 3)
    assert sum(enumerated(rows).values()) == pytest.approx(np.prod(rows.sum(axis=1)))
    assert np.all(rows.sum(axis=1) < 1.0)


def test_leading_zeros_and_gaps_are_kept_apart() -> None:
    rows = np.zeros((3, 11))
    rows[0, 0] = rows[1, 7] = rows[2, EMPTY] = 1.0
    inked = np.array([True, True, False])
    found = joined(rows, ["7", "07"], inked, "v")
    assert (found.text, found.confidence, found.p_expected) == ("07", 1.0, 1.0)
    assert joined(rows, ["7"], inked, "v").p_expected == 0.0
    assert joined(rows, ["0x7"], inked, "v").p_expected == 0.0
    assert joined(rows, [], inked, "v").p_expected is None


def test_equivalent_keys_add_up_and_count_once() -> None:
    rows = random_rows(2, 8)
    p = joined(rows, ["12", "21", "12"], np.ones(2, np.bool_), "v").p_expected
    assert p == pytest.approx(text_probability(rows, "12") + text_probability(rows, "21"))


def test_untouched_cells_are_blank() -> None:
    rows = np.zeros((2, 11))
    rows[:, EMPTY] = 0.999
    found = joined(rows, ["12"], np.zeros(2, np.bool_), "v")
    assert (found.text, found.blank) == ("", True)


def test_a_digit_beside_struck_out_ones_is_not_believed() -> None:
    # "630" struck out and "360" written beside it: the pen ran clear of the 3 only.
    rows = np.zeros((3, 11))
    rows[[0, 2], EMPTY] = 0.999
    rows[1, 3] = 0.999
    rows[[0, 0], [6, 8]] = rows[[2, 2], [0, 6]] = 0.0004
    found = joined(rows, ["360"], np.ones(3, np.bool_), "v")
    assert len(found.text) == 3
    assert found.confidence < 0.001
    assert found.p_expected == 0.0
    unwritten = joined(rows, ["3"], np.array([False, True, False]), "v")
    assert (unwritten.text, unwritten.p_expected) == ("3", unwritten.confidence)
    assert unwritten.confidence > 0.99


def test_a_row_that_is_struck_out_as_a_whole_reads_as_empty() -> None:
    rows = np.zeros((2, 11))
    rows[:, EMPTY] = 0.98
    rows[:, 4] = 0.01
    found = joined(rows, ["44"], np.ones(2, np.bool_), "v")
    assert (found.text, found.blank) == ("", False)
    assert found.p_expected is not None
    assert found.p_expected < 0.001


def test_scores_of_a_cell_are_conditional_on_digits() -> None:
    alphabet = "0123456789a"
    frames = random_frames(3, 12, 4)
    log_p, log_mass = cell_scores([frames], class_weights(alphabet, "0123456789"), Speller(alphabet))
    truth = all_strings(frames)
    inside = sum(p for labels, p in truth.items() if 11 not in labels)
    assert np.exp(log_mass[0]) == pytest.approx(inside)
    assert np.exp(log_p[0, 7]) == pytest.approx(truth[(8,)] / inside)
    assert np.exp(log_p[0, EMPTY]) == pytest.approx(truth[()] / inside)


def test_ink_outside_the_digits_raises_the_odds_of_something_else() -> None:
    calibrator = CellCalibrator(1.0, 0.0, -2.0, 0.8, best(1.0, 0.0, 0.2, 0.0))
    log_p = np.log(np.full((2, 11), 0.01))
    log_p[:, 4] = np.log(0.85)
    log_mass = np.array([0.0, -6.0])
    shares, p = calibrator.shares(log_p, log_mass), calibrator.probabilities(log_p, log_mass)
    for found in (shares, p):
        assert found[0, 4] > 0.8 > found[1, 4]
        assert np.all(found.sum(axis=1) < 1.0)
    assert p.max() <= 0.999


def best(*weights: float, bias: float = 0.0) -> Calibrator:
    """How sure the likeliest of a cell is, by the weights of CELL_FEATURES."""
    return Calibrator(CELL_FEATURES, weights, bias, 0.999)


def test_how_sure_the_best_is_moves_the_rest_and_never_the_order_of_the_first() -> None:
    rng = np.random.default_rng(3)
    log_p = np.log(rng.dirichlet(np.full(12, 0.3), 200)[:, :11] + 1e-9)
    log_mass = -rng.exponential(1.0, 200)
    for bias in (-4.0, 0.0, 4.0):
        calibrator = CellCalibrator(1.0, 0.0, -2.0, 0.5, best(0.5, 0.3, 0.2, -1.0, bias=bias))
        shares, p = calibrator.shares(log_p, log_mass), calibrator.probabilities(log_p, log_mass)
        first = shares.argmax(axis=1)
        assert np.all(p[np.arange(200), first] == p.max(axis=1))
        assert np.all(p.sum(axis=1) <= 1.0 + 1e-9)
        assert np.all(p >= 0)
    # The surer the best, the less is left for each of the others, in the proportion of the softmax.
    others = np.delete(np.arange(11), first[0])
    assert np.allclose(p[0, others] / p[0, others].sum(), shares[0, others] / shares[0, others].sum())


def test_a_clean_digit_can_be_surer_than_the_softmax_leaves_it() -> None:
    log_p = np.full((1, 11), -9.0)
    log_p[0, 7] = np.log1p(-np.exp(log_p[0]).sum())
    calibrator = CellCalibrator(0.8, 0.0, -2.0, 0.5, best(0.5, 0.5, 0.2, 0.0, bias=1.0))
    assert calibrator.probabilities(log_p, np.zeros(1))[0, 7] > calibrator.shares(log_p, np.zeros(1))[0, 7]
