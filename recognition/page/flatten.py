"""Even paper: whatever the light, the paper and the scanner, paper becomes white and print black."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import Grey, Rect

PIXELS_PER_MM = 8
"""Resolution of the upright page that boxes are cut from, 203 dpi."""

_WEAKEST_BLACK = 90.0


def flatten(page: Grey, markers: tuple[Rect, ...], pixels_per_mm: float = PIXELS_PER_MM) -> Grey:
    """``page`` divided by its paper, stretched so that the printed black of the markers is black.

    The paper is the local maximum of the page seen at 1 pixel a millimetre, so strokes and boxes do
    not count. The stretch is at most 255 / 90: fainter print is no measure of the pen.
    """
    paper = _paper(page, pixels_per_mm)
    even = np.asarray(cv2.divide(page, paper, scale=255), np.uint8)
    black = [_black(even, rect, pixels_per_mm) for rect in markers]
    darkest = 255.0 - float(np.median(black)) if black else 255.0
    gain = 255.0 / max(darkest, _WEAKEST_BLACK)
    if gain < 1.02:
        return even
    table = np.clip(255 - (255 - np.arange(256)) * gain, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(even, table), np.uint8)


def piece(flat: Grey, left: int, top: int, wide: int, high: int) -> Grey:
    """A copy of a part of the page; what lies outside the page is white."""
    out = np.full((high, wide), 255, np.uint8)
    inside = flat[max(top, 0) : max(top + high, 0), max(left, 0) : max(left + wide, 0)]
    y, x = max(-top, 0), max(-left, 0)
    out[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return out


def _paper(page: Grey, pixels_per_mm: float) -> NDArray[np.uint8]:
    size = (max(1, round(page.shape[1] / pixels_per_mm)), max(1, round(page.shape[0] / pixels_per_mm)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    lit = cv2.dilate(small, np.ones((5, 5), np.uint8))
    closed = cv2.erode(cv2.dilate(lit, np.ones((9, 9), np.uint8)), np.ones((9, 9), np.uint8))
    smooth = cv2.GaussianBlur(closed, (0, 0), 2.5)
    return np.asarray(cv2.resize(smooth, page.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _black(even: Grey, rect: Rect, pixels_per_mm: float) -> float:
    x, y, w, h = (round(v * pixels_per_mm) for v in (rect.x, rect.y, rect.w, rect.h))
    square = even[max(y, 0) : y + h, max(x, 0) : x + w]
    return float(np.percentile(square, 25)) if square.size else 0.0
