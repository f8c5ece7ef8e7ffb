"""`python -m recognition calibrate`: makes confidences mean what they say, on writers that training never saw.

The prior that is assumed, for readers of the file:

- confidence: answers as difficult as the held-out ones, each source with its own number of crops.
- p_expected: a true key and a key one character off are taken to be equally likely beforehand (weight 1
  each); unrelated keys weigh 1/4 more. So the prior never leans toward "correct"; where nearly all students
  are right the true probability is higher than the one reported.
- cells: 1 in 100 holds something else than a digit or nothing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognition import calibration_sets, metrics
from recognition.calibration import FORMAT, KINDS, CellCalibrator
from recognition.calibration_sets import OTHER, Labelled
from recognition.charset import DIGITS
from recognition.engine import CALIBRATION, Reader
from recognition.evidence import KEY_FEATURES, READING_FEATURES
from recognition.fitting import ceiling, fit_logistic, folds, minimum, sigmoid
from recognition.network import WEIGHTS, fingerprint
from recognition.prepare import prepare
from recognition.progress import Progress
from recognition.types import ReadRequest
from recognition.whole_files import write_whole
from recognition.wrong_keys import hard_wrong_key, other_key

CHUNK = 256
KEYS_A_CROP = 4
KEY_WEIGHTS = (1.0, 0.5, 0.5, 0.25)
"""Of the true key, two keys one character off, and another's answer: true and hard wrong keys balance."""

READING_SIGNS = (1, 1, 1, 1, 1, 1, -1, 0)
KEY_SIGNS = (1, 1, 1, 1, -1, 0)
OTHER_PRIOR = 0.01

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observed:
    """Features of n crops of one kind beside what is true of them; keys has shape (n, 4, F)."""

    source: NDArray[np.str_]
    group: tuple[str, ...]
    noise: Vector
    empty: NDArray[np.bool_]
    right: Vector
    reading: Vector
    keys: Vector


def calibrate(
    root: Path,
    weights: Path | None = None,
    out: Path | None = None,
    limit: int | None = None,
    device: str = "auto",
    threads: int = 1,
) -> dict[str, object]:
    """Fits all calibrators of the weights on the sets under `root`, prints and writes the result."""
    start = time.monotonic()
    folder = weights or WEIGHTS
    reader = Reader(folder, device, threads, calibrated=False)
    content: dict[str, object] = {
        "format": FORMAT,
        "weights": fingerprint(folder),
        "reader": reader.version,
        "about": (__doc__ or "").split("\n", 2)[2].strip(),
        "readings": {},
        "keys": {},
    }
    for kind in KINDS:
        observed = observe(reader, calibration_sets.crops(root, kind, limit), kind)
        content["readings"] |= {kind: fitted_reading(observed)}  # type: ignore[operator]
        content["keys"] |= {kind: fitted_keys(observed)}  # type: ignore[operator]
    content["cells"] = fitted_cells(reader, calibration_sets.cells(root, limit))
    write_whole(out or folder / CALIBRATION, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(
        f"{summary(content)}\n{time.monotonic() - start:.0f} s -> {out or folder / CALIBRATION}\n"
    )
    return content


def observe(reader: Reader, crops: Sequence[Labelled], kind: str) -> Observed:
    """Reads the crops once and weighs for each its true key and wrong ones. Crops without ink are left out."""
    rng = np.random.default_rng(11)
    texts = [crop.text for crop in crops]
    kept, right, reading, keys = [], [], [], []
    with Progress(len(crops), f"calibrating {kind}") as progress:
        for start in range(0, len(crops), CHUNK):
            chunk = crops[start : start + CHUNK]
            planes = [prepare(crop.load()) for crop in chunk]
            asked = [[[key] for key in _keys(crop.text, texts, kind, rng)] for crop in chunk]
            for places, frames in reader.frames(planes):
                requests = [ReadRequest(_NO_IMAGE, kind)] * len(places)
                found = reader.evidence(requests, frames, [asked[k] for k in places])
                for place, evidence in zip(places, found, strict=True):
                    kept.append(chunk[place])
                    right.append(float(evidence.texts[0][0] == chunk[place].text))
                    reading.append(evidence.reading)
                    keys.append(np.stack(evidence.keys))
            progress.add(len(chunk))
    return Observed(
        np.array([crop.source for crop in kept]),
        tuple(crop.group for crop in kept),
        np.array([crop.noise for crop in kept]),
        np.array([not crop.text for crop in kept]),
        np.array(right),
        np.stack(reading),
        np.stack(keys),
    )


_NO_IMAGE = np.full((2, 2), 255, np.uint8)


def _keys(text: str, texts: Sequence[str], kind: str, rng: np.random.Generator) -> list[str]:
    own = text or "0"
    return [text, hard_wrong_key(own, kind, rng), hard_wrong_key(own, kind, rng), other_key(texts, text, rng)]


def fitted_reading(observed: Observed) -> dict[str, object]:
    """Calibrator of `confidence`, with cross-fitted figures by source."""
    weights = np.ones(len(observed.right))
    rows = _Rows(observed.reading, observed.right, weights, observed.noise, observed.group, READING_SIGNS)
    p = rows.cross_fitted()
    return {
        **rows.fitted(READING_FEATURES, ceiling(p[observed.right > 0])),
        "samples": len(p),
        "cross_fitted": _by_source(observed, p),
    }


def fitted_keys(observed: Observed) -> dict[str, object]:
    """Calibrator of `p_expected`: label 1 for the true key, 0 for wrong ones; an empty true key is left out."""
    n = len(observed.right)
    label = np.tile([1.0, 0.0, 0.0, 0.0], n)
    weight = np.tile(KEY_WEIGHTS, n)
    # No exam has an empty answer as its key; a struck-out one still teaches that no key was written.
    weight[::KEYS_A_CROP][observed.empty] = 0.0
    rows = _Rows(
        observed.keys.reshape(n * KEYS_A_CROP, -1),
        label,
        weight,
        np.repeat(observed.noise, KEYS_A_CROP),
        tuple(g for g in observed.group for _ in range(KEYS_A_CROP)),
        KEY_SIGNS,
    )
    p = rows.cross_fitted()
    return {
        **rows.fitted(KEY_FEATURES, ceiling(p[label > 0])),
        "samples": len(label),
        "cross_fitted": _keys_by_source(observed, p.reshape(n, KEYS_A_CROP)),
    }


@dataclass(frozen=True, slots=True)
class _Rows:
    """The samples of one logistic fit."""

    features: Vector
    label: Vector
    weight: Vector
    noise: Vector
    group: tuple[str, ...]
    signs: tuple[int, ...]

    def fit(self, rows: NDArray[np.bool_]) -> tuple[Vector, float]:
        return fit_logistic(
            self.features[rows], self.label[rows], self.weight[rows], self.noise[rows], self.signs
        )

    def cross_fitted(self) -> Vector:
        """Probabilities (N,) of each sample by a fit that did not see its writer."""
        fold = folds(self.group)
        p = np.zeros(len(self.label))
        for k in np.unique(fold):
            weights, bias = self.fit(fold != k)
            p[fold == k] = sigmoid(self.features[fold == k] @ weights + bias)
        return p

    def fitted(self, names: Sequence[str], top: float) -> dict[str, object]:
        weights, bias = self.fit(np.ones(len(self.label), np.bool_))
        return {
            "weights": {name: round(float(w), 6) for name, w in zip(names, weights, strict=True)},
            "bias": round(bias, 6),
            "ceiling": round(top, 6),
        }


def _by_source(observed: Observed, p: Vector) -> dict[str, object]:
    found = {}
    for name in ("all", *np.unique(observed.source)):
        rows = np.ones(len(p), np.bool_) if name == "all" else observed.source == name
        right = observed.right[rows] > 0
        found[str(name)] = {
            "n": int(rows.sum()),
            "exact": round(float(right.mean()), 4),
            "ece": round(metrics.expected_calibration_error(p[rows], right), 4),
            "aurc": round(metrics.aurc(p[rows], right), 5),
            "coverage": {f"{e:g}": round(metrics.coverage_at(p[rows], right, e), 3) for e in (0.05, 0.01)},
        }
    return found


def _keys_by_source(observed: Observed, p: Vector) -> dict[str, object]:
    found = {}
    for name in ("all", *np.unique(observed.source[~observed.empty])):
        rows = ~observed.empty if name == "all" else observed.source == name
        true, hard = p[rows, 0], p[rows, 1:3].ravel()
        halves = np.concatenate([np.repeat(true, 2), hard])
        found[str(name)] = {
            "n": int(rows.sum()),
            "ece": round(
                metrics.expected_calibration_error(halves, np.arange(len(halves)) < 2 * len(true)), 4
            ),
            "accepted": round(metrics.accepted_at(true, hard, 0.005), 4),
            "false_correct_hard": round(float(np.mean(hard >= 0.99)), 5),
            "false_correct_other": round(float(np.mean(p[rows, 3] >= 0.99)), 5),
            "false_wrong": round(float(np.mean(true <= 0.01)), 5),
        }
    return found


def fitted_cells(reader: Reader, crops: Sequence[Labelled]) -> dict[str, object]:
    """Calibrator of digit cells by maximum likelihood over the twelve things that a cell can hold."""
    planes = [prepare(crop.load()) for crop in crops]
    log_p, log_mass = np.zeros((len(crops), 11)), np.zeros(len(crops))
    for places, frames in reader.frames(planes):
        log_p[places], log_mass[places] = reader.cell_scores(frames)
    label = np.array([_cell_class(crop.text) for crop in crops])
    share = np.where(label == 11, OTHER_PRIOR * np.sum(label < 11) / max(1, np.sum(label == 11)), 1.0)

    def loss(parameters: Vector) -> float:
        scores = CellCalibrator(*parameters, 1.0).scores(log_p, log_mass)
        chosen = scores[np.arange(len(label)), label] - np.logaddexp.reduce(scores, axis=1)
        return float(-(share @ chosen)) + 0.5 * float(np.sum(parameters[1:] ** 2))

    bounds = [(0.05, 5.0), (-10.0, 10.0), (-10.0, 10.0), (0.0, 5.0)]
    found = minimum(loss, np.array([1.0, 0.0, 0.0, 0.5]), bounds)
    p = CellCalibrator(*found, 1.0).probabilities(log_p, log_mass)
    return _described_cells(found, p, label)


def _described_cells(found: Vector, p: Vector, label: NDArray[np.int64]) -> dict[str, object]:
    best, top = p.argmax(axis=1), p.max(axis=1)
    digit = label < 10
    fitted = {
        n: round(float(v), 6) for n, v in zip(("sharpness", "empty", "other", "foreign"), found, strict=True)
    }
    return {
        **fitted,
        "ceiling": round(ceiling(top[best == label]), 6),
        "figures": {
            "n": len(label),
            "digits_right": round(float(np.mean(best[digit] == label[digit])), 5),
            "ece": round(metrics.expected_calibration_error(top[digit], best[digit] == label[digit]), 5),
            "coverage_at_0.1%": round(metrics.coverage_at(top[digit], best[digit] == label[digit], 0.001), 4),
            "struck_out_read_as_digit_at_0.99": round(
                float(np.mean(p[label == 10, :10].max(axis=1) >= 0.99)), 4
            ),
            "others_read_as_digit_at_0.99": round(float(np.mean(p[label == 11, :10].max(axis=1) >= 0.99)), 4),
        },
    }


def _cell_class(text: str) -> int:
    if text == OTHER:
        return 11
    return DIGITS.index(text) if text else 10


def summary(content: dict[str, object]) -> str:
    """The figures as text, one line a kind and source."""
    lines = []
    for part in ("readings", "keys"):
        for kind, fitted in content[part].items():  # type: ignore[attr-defined]
            for source, values in fitted["cross_fitted"].items():
                lines.append(f"{part:<9}{kind:<8}{source:<22}{json.dumps(values)}")
    return "\n".join([*lines, f"cells    {json.dumps(content['cells'])}"])
