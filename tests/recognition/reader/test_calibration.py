"""Calibration files: read back as fitted, monotone, capped, and refused when they do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recognition.measuring import calibrate
from recognition.measuring.calibrate_cells import BEST_SIGNS
from recognition.measuring.observation import KEYS_A_CROP, Observed
from recognition.reader import calibration
from recognition.reader.calibration import KINDS, CalibrationError, Calibrator, load, uncalibrated
from recognition.reader.evidence import CELL_FEATURES, KEY_FEATURES, READING_FEATURES
from recognition.reader.network import WEIGHTS

SHIPPED = WEIGHTS / "calibration.json"


def observed(n: int = 900) -> Observed:
    """Crops whose odds of being right follow logit_p, overconfident by half; keys in the same way."""
    rng = np.random.default_rng(3)
    reading = rng.normal(size=(n, len(READING_FEATURES)))
    logit = rng.normal(3.0, 3.0, n)
    reading[:, 0] = logit
    right = rng.random(n) < 1 / (1 + np.exp(-0.5 * logit))
    keys = rng.normal(size=(n, KEYS_A_CROP, len(KEY_FEATURES)))
    keys[:, 0, :2] += 4.0
    keys[:, 1:, :2] -= 4.0
    return Observed(
        np.array(["a", "b"] * (n // 2)),
        tuple(str(k % 20) for k in range(n)),
        np.zeros(n),
        np.zeros(n, np.bool_),
        right.astype(np.float64),
        reading,
        keys,
    )


@pytest.fixture
def content() -> dict[str, object]:
    samples = observed()
    return {
        "format": calibration.FORMAT,
        "weights": "abc",
        "readings": {kind: calibrate.fitted_reading(samples) for kind in KINDS},
        "keys": {kind: calibrate.fitted_keys(samples) for kind in KINDS},
        "cells": {
            "sharpness": 0.8,
            "empty": 0.1,
            "other": -2.0,
            "foreign": 0.5,
            "best": {"weights": dict.fromkeys(CELL_FEATURES, 0.3), "bias": 0.0, "ceiling": 0.999},
        },
    }


def saved(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def test_a_fitted_calibration_is_read_back_and_tells_right_from_wrong(
    tmp_path: Path, content: dict[str, object]
) -> None:
    found = load(saved(tmp_path / "c.json", content))
    samples = observed()
    p = found.readings["text"].probability(samples.reading)
    assert abs(p.mean() - samples.right.mean()) < 0.02
    assert found.readings["text"].weights[0] == pytest.approx(0.5, abs=0.12)
    p_keys = (
        found.keys["digits"].probability(samples.keys.reshape(-1, len(KEY_FEATURES))).reshape(-1, KEYS_A_CROP)
    )
    assert p_keys[:, 0].mean() > 0.9 > 0.1 > p_keys[:, 1:].mean()
    assert found.cells.sharpness == 0.8


def test_a_source_that_is_harder_than_it_looks_shows_where_no_fit_has_seen_it() -> None:
    samples = observed()
    hard = samples.source == "b"
    samples.right[hard] *= np.random.default_rng(4).random(int(hard.sum())) < 0.5
    figures = calibrate.fitted_reading(samples)["cross_fitted"]
    assert isinstance(figures, dict)
    assert figures["b"]["ece_unseen"] > figures["b"]["ece"] + 0.05


def test_cross_fitted_figures_stand_beside_the_weights(content: dict[str, object]) -> None:
    figures = calibrate.fitted_reading(observed())["cross_fitted"]
    assert isinstance(figures, dict)
    assert set(figures) == {"all", "a", "b"}
    assert figures["all"]["n"] == 900
    assert 0.0 <= figures["all"]["ece"] < 0.06


def test_more_evidence_never_lowers_a_probability_and_the_ceiling_holds() -> None:
    calibrator = Calibrator(("x", "y"), (0.5, 2.0), -1.0, 0.98)
    rows = np.column_stack([np.linspace(-50, 50, 101), np.zeros(101)])
    p = calibrator.probability(rows)
    assert np.all(np.diff(p) >= 0)
    assert p[0] >= 0.0
    assert p[-1] <= 0.98
    assert calibrator.probability(np.array([[0.0, 1.0]]))[0] > p[50]


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c.update(format=99),
        lambda c: c.pop("keys"),
        lambda c: c["readings"].pop("text"),
        lambda c: c["readings"]["text"]["weights"].pop("margin"),
        lambda c: c["cells"].pop("best"),
        lambda c: c["cells"]["best"]["weights"].pop("margin"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    tmp_path: Path, content: dict[str, object], damage: object
) -> None:
    assert callable(damage)
    damage(content)
    with pytest.raises(CalibrationError, match="run: python -m recognition calibrate"):
        load(saved(tmp_path / "c.json", content))


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{")
    with pytest.raises(CalibrationError):
        load(tmp_path / "c.json")


def test_uncalibrated_probabilities_are_the_networks_own_below_a_low_cap() -> None:
    features = np.zeros((2, len(READING_FEATURES)))
    features[:, 0] = [0.0, 30.0]
    assert uncalibrated().readings["text"].probability(features) == pytest.approx([0.495, 0.99])


@pytest.mark.skipif(not SHIPPED.exists(), reason="no shipped calibration here")
def test_the_shipped_calibration_is_monotone_where_sense_demands_and_claims_no_certainty() -> None:
    found = load(SHIPPED)
    for kind in KINDS:
        for calibrator, signs in (
            (found.readings[kind], calibrate.READING_SIGNS),
            (found.keys[kind], calibrate.KEY_SIGNS),
        ):
            assert all(w * s >= 0 for w, s in zip(calibrator.weights, signs, strict=True))
            assert 0.9 < calibrator.ceiling <= 0.9999
    assert all(w * s >= 0 for w, s in zip(found.cells.best.weights, BEST_SIGNS, strict=True))
    assert 0.9 < found.cells.ceiling <= 0.9999
