"""Calibrators learn what is there, keep the signs that sense demands, claim no more than samples support."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.measuring.calibrate_cells import fit_cells
from recognition.measuring.fitting import CEILING, ceiling, fit_logistic, folds, sigmoid
from recognition.measuring.metrics import expected_calibration_error
from recognition.reader.calibration import CellCalibrator, uncalibrated

RNG_SEED = 12


def samples(n: int = 6000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(RNG_SEED)
    features = rng.normal(size=(n, 2)) * [1.0, 5.0] + [0.0, 3.0]
    p = sigmoid(1.5 * features[:, 0] - 0.3 * features[:, 1] + 1.0)
    return features, (rng.random(n) < p).astype(np.float64)


def test_the_curve_that_made_the_samples_is_found_again() -> None:
    features, right = samples()
    ones = np.ones(len(right))
    weights, bias = fit_logistic(features, right, ones, 0 * ones, (0, 0))
    assert weights == pytest.approx([1.5, -0.3], rel=0.1)
    assert bias == pytest.approx(1.0, abs=0.15)
    p = sigmoid(features @ weights + bias)
    assert expected_calibration_error(p, right > 0) < 0.02


def test_a_weight_never_takes_the_sign_that_sense_forbids() -> None:
    features, right = samples()
    ones = np.ones(len(right))
    weights, _ = fit_logistic(features, right, ones, 0 * ones, (-1, 1))
    assert weights == pytest.approx([0.0, 0.0], abs=1e-9)


def test_known_label_noise_does_not_pull_the_curve_down() -> None:
    features, right = samples(20_000)
    noisy = right * (np.random.default_rng(1).random(len(right)) >= 0.1)
    ones = np.ones(len(right))
    trusting = sigmoid(_score(fit_logistic(features, noisy, ones, 0 * ones, (1, -1)), features))
    knowing = sigmoid(_score(fit_logistic(features, noisy, ones, 0.1 * ones, (1, -1)), features))
    assert abs(knowing.mean() - right.mean()) < 0.01 < right.mean() - trusting.mean()


def _score(fit: tuple[np.ndarray, float], features: np.ndarray) -> np.ndarray:
    return np.asarray(features @ fit[0] + fit[1])


def test_the_ceiling_grows_with_the_samples_that_were_all_right() -> None:
    p = np.linspace(0.5, 0.999, 1000)
    everything_right = np.ones(1000, np.bool_)
    assert ceiling(p, everything_right) == pytest.approx(1 - np.log(2) / 1000)
    assert ceiling(p[:10], everything_right[:10]) == pytest.approx(1 - np.log(2) / 10)
    assert ceiling(np.full(10**6, 0.99999), np.ones(10**6, np.bool_)) == CEILING


def test_an_error_among_the_surest_lowers_the_ceiling() -> None:
    p = np.linspace(0.999, 0.5, 1000)
    right = np.ones(1000, np.bool_)
    right[3] = False
    assert ceiling(p, right) == pytest.approx(1 - (1 + np.log(2)) / 1000)
    right[:] = False
    assert ceiling(p, right) == 0.5


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60))
def test_a_writer_is_never_on_both_sides_of_a_fold(groups: list[str]) -> None:
    fold = folds(groups)
    for writer in set(groups):
        assert len({int(f) for f, g in zip(fold, groups, strict=True) if g == writer}) == 1


def test_overconfident_cells_are_flattened() -> None:
    rng = np.random.default_rng(5)
    true = rng.integers(0, 10, 3000)
    scores = rng.normal(size=(3000, 12))
    scores[np.arange(3000), true] += 2.0
    # Bayes: with unit variance and a shift of 2, honest log-odds are twice the scores; these are six times.
    boasting = 6.0 * scores - np.logaddexp.reduce(6.0 * scores, axis=1, keepdims=True)
    parameters = fit_cells(boasting[:, :11], np.zeros(3000), true)
    assert parameters[0] == pytest.approx(1 / 3, abs=0.06)
    p = _softmax(parameters).shares(boasting[:, :11], np.zeros(3000))
    right = p.argmax(axis=1) == true
    assert expected_calibration_error(p.max(axis=1), right) < 0.03
    assert expected_calibration_error(np.exp(boasting[:, :11]).max(axis=1), right) > 0.06


def _softmax(parameters: np.ndarray) -> CellCalibrator:
    return CellCalibrator(*parameters.tolist(), uncalibrated().cells.best)
