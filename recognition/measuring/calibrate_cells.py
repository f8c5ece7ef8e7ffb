"""Fits the calibrator of digit cells by maximum likelihood over the twelve things that a cell can hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recognition.measuring import metrics
from recognition.measuring.calibration_sets import OTHER, Labelled
from recognition.measuring.fitting import Rows, ceiling, folds, minimum
from recognition.reader.calibration import CellCalibrator, uncalibrated
from recognition.reader.charset import DIGITS
from recognition.reader.engine import Reader
from recognition.reader.evidence import CELL_FEATURES, cell_features
from recognition.reader.prepare import prepare

OTHER_PRIOR = 0.01
"""Share of cells that hold something else than one digit or nothing."""

EMPTY_PRIOR = 0.005
"""Share of cells with ink in them that are empty all the same: struck out, or dust that the cleaning left."""

PARAMETERS = ("sharpness", "empty", "other", "foreign")
START = (1.0, 0.0, 0.0, 0.5)
BEST_SIGNS = (1, 1, 1, 0)
BOUNDS = ((0.05, 5.0), (-10.0, 10.0), (-10.0, 10.0), (0.0, 5.0))

Vector = NDArray[np.float64]


def fitted_cells(reader: Reader, crops: Sequence[Labelled]) -> dict[str, object]:
    """Parameters of the `CellCalibrator` and its cross-fitted figures, ready for JSON."""
    planes = [prepare(crop.load()) for crop in crops]
    log_p, log_mass = np.zeros((len(crops), 11)), np.zeros(len(crops))
    for places, frames in reader.frames(planes, "digits"):
        log_p[places], log_mass[places] = reader.cell_scores(frames)
    label = np.array([_cell_class(crop.text) for crop in crops])
    found = fit_cells(log_p, log_mass, label)
    guess = _softmax(found).shares(log_p, log_mass).argmax(axis=1)
    rows = Rows(
        cell_features(log_p, log_mass, guess),
        (guess == label).astype(np.float64),
        _shares(label),
        np.zeros(len(label)),
        BEST_SIGNS,
    )
    sure = rows.cross_fitted(folds([crop.group for crop in crops]))
    return {
        **{name: round(float(v), 6) for name, v in zip(PARAMETERS, found, strict=True)},
        "best": rows.fitted(CELL_FEATURES, round(ceiling(sure[label < 11], (guess == label)[label < 11]), 6)),
        "figures": _figures(guess, sure, label),
    }


def fit_cells(log_p: Vector, log_mass: Vector, label: NDArray[np.int64]) -> Vector:
    """The parameters (4,) of the softmax that make the labels (0..9, 10 empty, 11 something else) likeliest.

    log_p: (N, 11) and log_mass: (N,) as of `cells.cell_scores`.
    """
    share = _shares(label)

    def loss(parameters: Vector) -> float:
        scores = _softmax(parameters).scores(log_p, log_mass)
        chosen = scores[np.arange(len(label)), label] - np.logaddexp.reduce(scores, axis=1)
        return float(-(share @ chosen)) + 0.5 * float(np.sum(parameters[1:] ** 2))

    return minimum(loss, np.array(START), BOUNDS)


def _shares(label: NDArray[np.int64]) -> Vector:
    """Weights (N,) by which "something else" and "empty" have the shares of OTHER_PRIOR and EMPTY_PRIOR."""
    share = np.ones(len(label))
    for rare, prior in ((label == 11, OTHER_PRIOR), (label == 10, EMPTY_PRIOR)):
        share[rare] = prior * np.sum(label < 10) / max(1, np.sum(rare))
    return share


def _softmax(parameters: Vector) -> CellCalibrator:
    sharpness, empty, other, foreign = parameters.tolist()
    return CellCalibrator(sharpness, empty, other, foreign, uncalibrated().cells.best)


def _figures(best: NDArray[np.int64], sure: Vector, label: NDArray[np.int64]) -> dict[str, float]:
    digit = label < 10
    right = best[digit] == label[digit]
    surest = sure[digit] >= 0.999
    taken = (best < 10) & (sure >= 0.99)
    figures = {
        "n": len(label),
        "digits_right": float(np.mean(right)),
        "ece": metrics.expected_calibration_error(sure[digit], right),
        "coverage_at_0.1%": metrics.coverage_at(sure[digit], right, 0.001),
        "digits_surer_than_99.9%": float(np.mean(surest)),
        "wrong_among_these": float(np.sum(~right & surest) / max(1, np.sum(surest))),
        "struck_out_taken_for_sure_digits": float(np.mean(taken[label == 10])),
        "others_taken_for_sure_digits": float(np.mean(taken[label == 11])),
    }
    return {name: round(value, 5) for name, value in figures.items()}


def _cell_class(text: str) -> int:
    if text == OTHER:
        return 11
    return DIGITS.index(text) if text else 10
