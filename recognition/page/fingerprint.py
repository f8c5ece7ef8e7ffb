"""Fingerprints of pages: is this the same paper scanned again, or a second paper under the same code?

The print is the same on both, so the fingerprint holds only handwriting: how much ink lies in each
part of each answer box, coarse enough to survive another scanner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import BubbleReading, Crop

_COLUMNS, _ROWS = 8, 2
_LEVELS = 15
_FULL = 70.0
_LITTLE = 6.0

SAME_PAGE = 0.8
"""``similarity`` from which two scans show the same paper."""


def page_fingerprint(crops: Sequence[Crop], bubbles: Mapping[str, BubbleReading]) -> str:
    """Hexadecimal digits in the order of the boxes, ink from 0 (none) to f: 16 a box, one a bubble."""
    return "".join(
        _bubble_digits(bubbles[crop.box.question]) if crop.box.bubbles else _box_digits(crop)
        for crop in crops
    )


def similarity(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same writing); pages of different layouts give 0."""
    if len(one) != len(other):
        return 0.0
    a, b = _levels(one), _levels(other)
    common, total = np.minimum(a, b).sum() + _LITTLE, np.maximum(a, b).sum() + _LITTLE
    return float(common / total)


def _box_digits(crop: Crop) -> str:
    darkness = 255 - cv2.resize(crop.clean, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    level = np.clip(np.round(darkness.astype(np.float32) / _FULL * _LEVELS), 0, _LEVELS).astype(int)
    return "".join(f"{value:x}" for value in level.ravel())


def _bubble_digits(reading: BubbleReading) -> str:
    return "".join(f"{round(score * _LEVELS):x}" for score in reading.scores.values())


def _levels(digits: str) -> NDArray[np.float64]:
    return np.array([int(digit, 16) for digit in digits], np.float64)
