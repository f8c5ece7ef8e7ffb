"""Fingerprints of pages: is this the same paper scanned again, or a second paper under the same code?

The print is the same on both, so the fingerprint holds only handwriting: how much ink lies in each
part of each answer box, coarse enough to survive another scanner.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import Crop

_COLUMNS, _ROWS = 8, 2
_LEVELS = 15
_FULL = 70.0
_SAME_INK = 1.5

SAME_PAGE = 0.8
"""``similarity`` from which two scans show the same paper."""


def page_fingerprint(crops: Sequence[Crop]) -> str:
    """Hexadecimal digits, 16 a box in the order of the boxes: ink from 0 (none) to f."""
    return "".join(_box_digits(crop) for crop in crops)


def similarity(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same writing); pages of different layouts give 0."""
    if len(one) != len(other):
        return 0.0
    a, b = _levels(one), _levels(other)
    if a.sum() + b.sum() < 2 * _SAME_INK * max(1, len(one) // (_COLUMNS * _ROWS)):
        return 1.0
    return float(1 - np.abs(a - b).sum() / max(a.sum() + b.sum(), 1e-9))


def _box_digits(crop: Crop) -> str:
    darkness = 255 - cv2.resize(crop.clean, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    level = np.clip(np.round(darkness.astype(np.float32) / _FULL * _LEVELS), 0, _LEVELS).astype(int)
    return "".join(f"{value:x}" for value in level.ravel())


def _levels(digits: str) -> NDArray[np.float64]:
    return np.array([int(digit, 16) for digit in digits], np.float64)
