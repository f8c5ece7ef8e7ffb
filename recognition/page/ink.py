"""Telling pen from paper, line residue, bleed-through and neighbours in a cleaned crop.

Arrays are darkness, ``(H, W)`` uint8, 0 = paper, at 8 px/mm. A false "blank" would be a silent zero,
so whatever could be a stroke counts as ink; an empty crop sent to the reader costs only time.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.lines import Dark
from recognition.types import Ink

Span = tuple[slice, slice]

_FAINTEST = 40.0
_NOISE_FACTOR = 4.5
_STRONG = 1.4
_SPECK_AREA = 7
_STROKE_LENGTH = 9
_STROKE_AREA = 30
_WHOLLY = 0.93
_REMAINS_LENGTH = 28
_REMAINS_THICKNESS = 2.6
_DOT_SIZE = 6
_DOT_GAP = 32
_OWN_SHARE = 0.2
_FLOOR = 14


@dataclass(frozen=True, slots=True)
class Strokes:
    """Connected pieces of ink: ``labels`` (H, W) with 0 = none, ``areas`` and ``sizes`` by label.

    ``sizes`` holds each piece's longer side in pixels. Specks are already left out.
    """

    labels: NDArray[np.int32]
    areas: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.areas)


def ink_threshold(dark: Dark) -> float:
    """Darkness from which a pixel is ink: above the crop's own noise."""
    sample = dark.ravel()[:: max(1, dark.size // 4000)]
    faint = sample[sample < 70]
    if faint.size < 50:
        return _FAINTEST
    middle = float(np.median(faint))
    spread = 1.4826 * float(np.median(np.abs(faint.astype(np.float32) - middle)))
    return min(max(_FAINTEST, middle + _NOISE_FACTOR * spread), 90.0)


def strokes(dark: Dark, near_lines: NDArray[np.bool_]) -> Strokes:
    """The pieces of ink of a crop: large enough, somewhere clearly dark, and no remains of printed lines.

    Remains are short or thin pieces that lie wholly where a line ran (``near_lines``, (H, W)).
    """
    level = ink_threshold(dark)
    mask = (dark > level).astype(np.uint8)
    _, labels, found, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    stats = np.asarray(found, np.int32)
    strong = np.zeros(len(stats), bool)
    strong[labels[dark > level * _STRONG]] = True
    sizes = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    areas = stats[:, cv2.CC_STAT_AREA]
    on_line = np.bincount(labels[near_lines], minlength=len(stats))
    thin = areas <= _REMAINS_THICKNESS * sizes
    remains = (on_line >= _WHOLLY * areas) & (thin | (sizes <= _REMAINS_LENGTH))
    kept = strong & (areas >= _SPECK_AREA) & ~remains
    kept[0] = False
    kept &= ~_lonely_dots(stats, kept, sizes)
    number = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    kept_areas, kept_sizes = (
        np.concatenate([[0], values[kept]]).astype(np.int64) for values in (areas, sizes)
    )
    return Strokes(number[labels], kept_areas, kept_sizes)


def _lonely_dots(
    stats: NDArray[np.int32], kept: NDArray[np.bool_], sizes: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Dots that stand too far from any stroke to be a point or an accent: dust."""
    lonely = np.zeros(len(stats), np.bool_)
    large = stats[kept & (sizes > _DOT_SIZE)]
    if not len(large):
        return lonely
    right, bottom = large[:, 0] + large[:, 2], large[:, 1] + large[:, 3]
    for label in np.flatnonzero(kept & (sizes <= _DOT_SIZE)):
        x, y, wide, high = stats[label, :4]
        gap_x = np.maximum(large[:, 0] - x - wide, x - right)
        gap_y = np.maximum(large[:, 1] - y - high, y - bottom)
        lonely[label] = bool(np.maximum(gap_x, gap_y).min() > _DOT_GAP)
    return lonely


def own_strokes(found: Strokes, inner: Span) -> NDArray[np.bool_]:
    """Which pieces belong to the box ``inner`` of the crop, by label: not print or pen of neighbours.

    A piece that leaves the box is kept when a fair part of it lies inside.
    """
    inside = np.bincount(found.labels[inner].ravel(), minlength=found.count)
    own = inside >= np.maximum(_OWN_SHARE * found.areas, 3)
    own[0] = False
    return np.asarray(own, np.bool_)


def only(dark: Dark, found: Strokes, wanted: NDArray[np.bool_]) -> Dark:
    """``dark`` with the wanted pieces and their soft edges, all else paper."""
    mask = cv2.dilate(wanted[found.labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where((mask > 0) & (dark > _FLOOR), dark, 0).astype(np.uint8)


def measure(found: Strokes, own: NDArray[np.bool_], inner: Span) -> Ink:
    """How much ink the box holds; blank when not even one short stroke is there."""
    inside = np.bincount(found.labels[inner].ravel(), minlength=found.count)
    inside = np.where(own, inside, 0)
    total = int(inside.sum())
    long_enough = bool((own & (found.sizes >= _STROKE_LENGTH)).any())
    area = max(found.labels[inner].size, 1)
    return Ink(total / area, blank=not long_enough and total < _STROKE_AREA)
