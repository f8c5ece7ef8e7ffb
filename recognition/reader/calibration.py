"""Calibrators at run time: weighted features through a logistic curve, read from `weights/calibration.json`.

The file is made by `python -m recognition calibrate` and meant to be read by people too: every weight stands
beside its feature's name, with the counts and the reliability figures that back it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition.reader.evidence import CELL_FEATURES, KEY_FEATURES, READING_FEATURES, cell_features

KINDS = ("digits", "number", "text")
FORMAT = 2


class CalibrationError(RuntimeError):
    """A calibration file that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Calibrator:
    """p = ceiling * sigmoid(bias + weights . features): strictly monotone, never above `ceiling`.

    `ceiling` is what the number of calibration samples supports (see `calibrate.ceiling`).
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    ceiling: float

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities (N,) of feature rows (N, F) in the order of `self.features`."""
        score = features @ np.array(self.weights) + self.bias
        return np.asarray(self.ceiling / (1.0 + np.exp(-np.clip(score, -40.0, 40.0))), np.float64)


@dataclass(frozen=True, slots=True)
class CellCalibrator:
    """Softmax over ten digits, empty and "something else" of one digit cell, then how sure its best is.

    `sharpness` multiplies the log-probabilities; `empty` and `other` are added to the scores of those two;
    `foreign` is how strongly probability outside the digits speaks for "something else". `best` calibrates
    what the softmax finds likeliest: it alone would leave clean digits far less sure than they are.
    """

    sharpness: float
    empty: float
    other: float
    foreign: float
    best: Calibrator

    @property
    def ceiling(self) -> float:
        """The highest probability that any cell gets."""
        return self.best.ceiling

    def probabilities(self, log_p: NDArray[np.float64], log_mass: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 11) calibrated P(0..9), P(empty) from log P (N, 11) given digits and log alphabet mass (N,).

        What the likeliest leaves over is shared as in the softmax; nothing gets more than the likeliest.
        """
        p = self.shares(log_p, log_mass)
        rows, best = np.arange(len(p)), p.argmax(axis=1)
        sure = self.best.probability(cell_features(log_p, log_mass, best))
        left = (1.0 - sure) / np.maximum(1.0 - p[rows, best], 1e-12)
        calibrated = np.minimum(p * left[:, None], sure[:, None])
        calibrated[rows, best] = sure
        return np.asarray(calibrated, np.float64)

    def shares(self, log_p: NDArray[np.float64], log_mass: NDArray[np.float64]) -> NDArray[np.float64]:
        """The softmax's (N, 11), before `best`; what is missing to 1 is "something else"."""
        scores = self.scores(log_p, log_mass)
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        return np.asarray(p[:, :11] / p.sum(axis=1, keepdims=True), np.float64)

    def scores(self, log_p: NDArray[np.float64], log_mass: NDArray[np.float64]) -> NDArray[np.float64]:
        """Unnormalised scores (N, 12); the last column is "something else"."""
        rest = np.log(np.clip(1.0 - np.exp(log_p).sum(axis=1), 1e-6, 1.0))
        columns = np.column_stack([np.maximum(log_p, -30.0), rest]) * self.sharpness
        columns[:, 10] += self.empty
        columns[:, 11] += self.other + self.foreign * np.minimum(-log_mass, 30.0)
        return columns


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibrators of one set of weights: by kind for readings and for keys, and one for digit cells."""

    weights: str
    readings: Mapping[str, Calibrator]
    keys: Mapping[str, Calibrator]
    cells: CellCalibrator


def uncalibrated() -> Calibration:
    """Raw network probabilities, for weights that were never calibrated; capped at 0.99."""
    reading = Calibrator(READING_FEATURES, (1.0, *[0.0] * (len(READING_FEATURES) - 1)), 0.0, 0.99)
    key = Calibrator(KEY_FEATURES, (1.0, *[0.0] * (len(KEY_FEATURES) - 1)), 0.0, 0.99)
    best = Calibrator(CELL_FEATURES, (1.0, *[0.0] * (len(CELL_FEATURES) - 1)), 0.0, 0.99)
    cells = CellCalibrator(1.0, 0.0, 0.0, 0.5, best)
    return Calibration("", dict.fromkeys(KINDS, reading), dict.fromkeys(KINDS, key), cells)


def load(path: Path) -> Calibration:
    """Calibration of a JSON file. CalibrationError names the file and what is wrong with it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return _parsed(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CalibrationError(
            f"{path}: not a calibration of this version ({error!r}); run: python -m recognition calibrate"
        ) from error


def _parsed(content: Mapping[str, Any]) -> Calibration:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}, expected {FORMAT}")
    cells = content["cells"]
    return Calibration(
        str(content["weights"]),
        {kind: _calibrator(content["readings"][kind], READING_FEATURES) for kind in KINDS},
        {kind: _calibrator(content["keys"][kind], KEY_FEATURES) for kind in KINDS},
        CellCalibrator(
            float(cells["sharpness"]),
            float(cells["empty"]),
            float(cells["other"]),
            float(cells["foreign"]),
            _calibrator(cells["best"], CELL_FEATURES),
        ),
    )


def _calibrator(content: Mapping[str, Any], features: tuple[str, ...]) -> Calibrator:
    weights = content["weights"]
    if set(weights) != set(features):
        raise ValueError(f"features {sorted(weights)}, expected {sorted(features)}")
    ordered = tuple(float(weights[name]) for name in features)
    return Calibrator(features, ordered, float(content["bias"]), float(content["ceiling"]))
