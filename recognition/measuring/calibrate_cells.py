"""Fits the calibrator of digit cells by maximum likelihood over the twelve things that a cell can hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recognition.measuring import metrics
from recognition.measuring.calibration_sets import OTHER, Labelled
from recognition.measuring.fitting import ceiling, minimum
from recognition.reader.calibration import CellCalibrator
from recognition.reader.charset import DIGITS
from recognition.reader.engine import Reader
from recognition.reader.prepare import prepare

OTHER_PRIOR = 0.01
"""Share of cells that hold something else than one digit or nothing."""

EMPTY_PRIOR = 0.005
"""Share of cells with ink in them that are empty all the same: struck out, or dust that the cleaning left."""

PARAMETERS = ("sharpness", "empty", "other", "foreign")
START = (1.0, 0.0, 0.0, 0.5)
BOUNDS = ((0.05, 5.0), (-10.0, 10.0), (-10.0, 10.0), (0.0, 5.0))

Vector = NDArray[np.float64]


def fitted_cells(reader: Reader, crops: Sequence[Labelled]) -> dict[str, object]:
    """Parameters of the `CellCalibrator` and its figures, ready for JSON."""
    planes = [prepare(crop.load()) for crop in crops]
    log_p, log_mass = np.zeros((len(crops), 11)), np.zeros(len(crops))
    for places, frames in reader.frames(planes):
        log_p[places], log_mass[places] = reader.cell_scores(frames)
    label = np.array([_cell_class(crop.text) for crop in crops])
    found = fit_cells(log_p, log_mass, label)
    return {
        **{name: round(float(v), 6) for name, v in zip(PARAMETERS, found, strict=True)},
        **_figures(_calibrator(found).probabilities(log_p, log_mass), label),
    }


def fit_cells(log_p: Vector, log_mass: Vector, label: NDArray[np.int64]) -> Vector:
    """The parameters (4,) that make the labels (0..9, 10 empty, 11 something else) likeliest.

    log_p: (N, 11) and log_mass: (N,) as of `cells.cell_scores`. The samples of "something else" and of
    "empty" are weighted to the shares that OTHER_PRIOR and EMPTY_PRIOR state.
    """
    others, empty = label == 11, label == 10
    digits = np.sum(label < 10)
    share = np.ones(len(label))
    for rare, prior in ((others, OTHER_PRIOR), (empty, EMPTY_PRIOR)):
        share[rare] = prior * digits / max(1, np.sum(rare))

    def loss(parameters: Vector) -> float:
        scores = _calibrator(parameters).scores(log_p, log_mass)
        chosen = scores[np.arange(len(label)), label] - np.logaddexp.reduce(scores, axis=1)
        return float(-(share @ chosen)) + 0.5 * float(np.sum(parameters[1:] ** 2))

    return minimum(loss, np.array(START), BOUNDS)


def _calibrator(parameters: Vector) -> CellCalibrator:
    sharpness, empty, other, foreign = parameters.tolist()
    return CellCalibrator(sharpness, empty, other, foreign, 1.0)


def _figures(p: Vector, label: NDArray[np.int64]) -> dict[str, object]:
    best, top = p.argmax(axis=1), p.max(axis=1)
    digit = label < 10
    right = best[digit] == label[digit]
    sure_digit = p[:, :10].max(axis=1) >= 0.99
    figures = {
        "n": len(label),
        "digits_right": float(np.mean(right)),
        "ece": metrics.expected_calibration_error(top[digit], right),
        "coverage_at_0.1%": metrics.coverage_at(top[digit], right, 0.001),
        "struck_out_taken_for_sure_digits": float(np.mean(sure_digit[label == 10])),
        "others_taken_for_sure_digits": float(np.mean(sure_digit[label == 11])),
    }
    return {
        "ceiling": round(ceiling(top[label < 11], (best == label)[label < 11]), 6),
        "figures": {name: round(value, 5) for name, value in figures.items()},
    }


def _cell_class(text: str) -> int:
    if text == OTHER:
        return 11
    return DIGITS.index(text) if text else 10
