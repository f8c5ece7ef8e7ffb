"""`python -m recognition calibrate`: makes confidences mean what they say, on writers never trained on.

The priors that are assumed:

- confidence: answers as difficult as the held-out ones, every crop of every source counting once.
- p_expected: a true key and a key one character off are taken to be equally likely beforehand (weight 1
  each); unrelated keys weigh 1/4 more. So the prior never leans toward "correct"; where nearly all students
  are right the true probability is higher than the one reported.
- cells: 1 in 100 holds something else than a digit or nothing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognition.measuring import calibration_sets, metrics
from recognition.measuring.calibrate_cells import fitted_cells
from recognition.measuring.fitting import Rows, ceiling, folds
from recognition.measuring.observation import KEYS_A_CROP, Observed, observe
from recognition.reader.calibration import FORMAT, KINDS
from recognition.reader.engine import Reader
from recognition.reader.evidence import KEY_FEATURES, READING_FEATURES
from recognition.reader.network import WEIGHTS
from recognition.reader.version import CALIBRATION
from recognition.whole_files import write_whole

KEY_WEIGHTS = (1.0, 0.5, 0.5, 0.25)
"""Of the true key, two keys one character off, and another's answer: true and hard wrong keys balance."""

READING_SIGNS = (1, 1, 1, 1, -1, 0, 0, 0, -1, -1, -1)
KEY_SIGNS = (1, 1, 1, 1, -1, 0)

Vector = NDArray[np.float64]
Content = dict[str, object]


def calibrate(
    root: Path,
    weights: Path | None = None,
    out: Path | None = None,
    limit: int | None = None,
    device: str = "auto",
    threads: int = 1,
) -> Content:
    """Fits all calibrators of the weights on the sets under `root`; prints and writes the result.

    Writes calibration.json beside the weights, or `out`. limit: crops of a source, for a quick trial.
    """
    start = time.monotonic()
    folder = weights or WEIGHTS
    reader = Reader(folder, device, threads, calibrated=False)
    readings, keys = {}, {}
    for kind in KINDS:
        observed = observe(reader, calibration_sets.crops(root, kind, limit), kind)
        readings[kind], keys[kind] = fitted_reading(observed), fitted_keys(observed)
        sys.stdout.write(_lines(kind, "reading", readings[kind]) + _lines(kind, "key", keys[kind]))
        sys.stdout.flush()
    cells = fitted_cells(reader, calibration_sets.cells(root, limit))
    sys.stdout.write(f"cells {json.dumps(cells)}\n")
    content: Content = {
        "format": FORMAT,
        "weights": reader.fingerprint,
        "reader": reader.version,
        "about": (__doc__ or "").split("\n\n", 1)[1].strip().splitlines(),
        "readings": readings,
        "keys": keys,
        "cells": cells,
    }
    target = out or folder / CALIBRATION
    write_whole(target, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(f"{target}: {time.monotonic() - start:.0f} s\n")
    return content


def fitted_reading(observed: Observed) -> Content:
    """Calibrator of `confidence`; figures by source, by fits without the writer and without the source."""
    weight = np.ones(len(observed.right))
    rows = Rows(observed.reading, observed.right, weight, observed.noise, READING_SIGNS)
    p = rows.cross_fitted(folds(observed.group))
    unseen = rows.cross_fitted(_families(observed.source))

    def figures(chosen: NDArray[np.bool_]) -> dict[str, float]:
        right = observed.right[chosen] > 0
        without = metrics.expected_calibration_error(unseen[chosen], right)
        return _reading_figures(p[chosen], right) | {"ece_unseen": without}

    return {
        **rows.fitted(READING_FEATURES, _ceiling(p, observed.right, observed.noise)),
        "samples": len(p),
        "cross_fitted": _by_source(observed.source, np.ones(len(p), np.bool_), figures),
    }


def fitted_keys(observed: Observed) -> Content:
    """Calibrator of `p_expected`: label 1 for the true key, 0 for the wrong ones."""
    n = len(observed.right)
    label = np.tile([1.0, 0.0, 0.0, 0.0], n)
    weight = np.tile(KEY_WEIGHTS, n)
    # No exam has an empty answer as its key; a struck-out one still teaches that no key was written.
    weight[::KEYS_A_CROP][observed.empty] = 0.0
    features = observed.keys.reshape(n * KEYS_A_CROP, -1)
    groups = tuple(g for g in observed.group for _ in range(KEYS_A_CROP))
    rows = Rows(features, label, weight, np.repeat(observed.noise, KEYS_A_CROP), KEY_SIGNS)
    p = rows.cross_fitted(folds(groups))
    of_crop = p.reshape(n, KEYS_A_CROP)
    return {
        **rows.fitted(KEY_FEATURES, _ceiling(p, label, np.repeat(observed.noise, KEYS_A_CROP))),
        "samples": len(label),
        "cross_fitted": _by_source(
            observed.source, ~observed.empty, lambda rows: _key_figures(of_crop[rows])
        ),
    }


def _families(source: NDArray[np.str_]) -> NDArray[np.int64]:
    """A number (N,) for each source; the same crops as a scan would show them are of the same one."""
    names = [name.removesuffix(calibration_sets.SCANNED) for name in source.tolist()]
    return np.asarray(np.unique(names, return_inverse=True)[1], np.int64)


def _ceiling(p: Vector, right: Vector, noise: Vector) -> float:
    """By the sources whose labels can be trusted."""
    clean = noise == 0.0
    return ceiling(p[clean], right[clean] > 0)


def _by_source(
    source: NDArray[np.str_],
    counted: NDArray[np.bool_],
    figures: Callable[[NDArray[np.bool_]], dict[str, float]],
) -> dict[str, dict[str, float]]:
    """Figures of all counted rows, and of those of each source."""
    parts = {"all": counted} | {str(name): counted & (source == name) for name in np.unique(source[counted])}
    return {
        name: {key: round(value, 5) for key, value in figures(rows).items()} for name, rows in parts.items()
    }


def _reading_figures(p: Vector, right: NDArray[np.bool_]) -> dict[str, float]:
    return {
        "n": len(p),
        "exact": float(right.mean()),
        "ece": metrics.expected_calibration_error(p, right),
        "aurc": metrics.aurc(p, right),
        "coverage_5%": metrics.coverage_at(p, right, 0.05),
        "coverage_1%": metrics.coverage_at(p, right, 0.01),
    }


def _key_figures(p: Vector) -> dict[str, float]:
    """Of p (n, 4): true key, two hard wrong keys, another's text. ECE with true and hard keys in balance."""
    true, hard = p[:, 0], p[:, 1:3].ravel()
    halves = np.concatenate([np.repeat(true, 2), hard])
    return {
        "n": len(p),
        "ece": metrics.expected_calibration_error(halves, np.arange(len(halves)) < 2 * len(true)),
        "accepted": metrics.accepted_at(true, hard, 0.005),
        "false_correct_hard": float(np.mean(hard >= 0.99)),
        "false_correct_other": float(np.mean(p[:, 3] >= 0.99)),
        "false_wrong": float(np.mean(true <= 0.01)),
    }


def _lines(kind: str, what: str, fitted: Content) -> str:
    parts = fitted["cross_fitted"]
    if not isinstance(parts, dict):
        raise TypeError(f"figures of {kind} are {type(parts).__name__}")
    rows = (
        f"{what:<8}{kind:<8}{name:<22}" + "  ".join(f"{key} {value:g}" for key, value in figures.items())
        for name, figures in parts.items()
    )
    return "\n".join(rows) + "\n"
