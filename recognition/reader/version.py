"""The version of a reader: its network, its decoder and its calibration, told from their files alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from recognition.reader.network import WEIGHTS, fingerprint, read_facts

DECODER = "d3"
CALIBRATION = "calibration.json"


def installed_version(folder: Path | None = None) -> str:
    """The version that a `Reader` of these weights (the shipped ones by default) puts on its readings.

    Loads neither the network nor what prepares images. Raises `network.WeightsError` without weights.
    """
    folder = folder if folder is not None else WEIGHTS
    return reader_version(read_facts(folder).version, calibration_state(folder, fingerprint(folder)))


def reader_version(weights: str, calibration: str) -> str:
    """How a version is written."""
    return f"{weights}/{DECODER}/{calibration}"


def calibration_state(folder: Path, weights: str) -> str:
    """Names the calibration beside the weights of that fingerprint; one made for others is `-stale`."""
    path = folder / CALIBRATION
    if not path.exists():
        return "uncalibrated"
    content = path.read_bytes()
    made = hashlib.sha256(content).hexdigest()[:8]
    return made if json.loads(content).get("weights") == weights else f"{made}-stale"
