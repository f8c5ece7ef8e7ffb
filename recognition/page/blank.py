"""Whether a scanned page is empty paper: no writing, whatever lies around it and at its edges."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.flatten import flatten
from recognition.types import Grey

_PAGE_MM = 297.0
_EDGE_MM = 14.0
"""Punch holes, staples, shadows of the edge and feeder marks lie closer to it than that."""
_DARK = 150
_SURROUND_CONTRAST = 0.72
_INKED_SHARE = 0.0004


def is_blank(quick: Grey) -> bool:
    """Whether the page of about 150 dpi holds next to no ink away from its edges."""
    pixels_per_mm = max(quick.shape) / _PAGE_MM
    flat = flatten(quick, (), pixels_per_mm)
    inked = cv2.medianBlur(flat, 3) < _DARK
    inside = _paper(quick, pixels_per_mm)
    return float((inked & inside).sum()) < _INKED_SHARE * max(int(inside.sum()), 1)


def _paper(quick: Grey, pixels_per_mm: float) -> NDArray[np.bool_]:
    """The sheet without its edges: the largest bright piece, when something darker lies around it."""
    size = tuple(max(1, round(side / pixels_per_mm)) for side in reversed(quick.shape))
    small = cv2.resize(quick, (size[0], size[1]), interpolation=cv2.INTER_AREA)
    bare = cv2.erode(cv2.dilate(small, np.ones((9, 9), np.uint8)), np.ones((9, 9), np.uint8))
    level, bright = cv2.threshold(bare, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = np.ones_like(bare)
    if level < 255 and bright.any() and not bright.all():
        dark_mean, bright_mean = float(bare[bright == 0].mean()), float(bare[bright == 1].mean())
        if dark_mean < _SURROUND_CONTRAST * bright_mean:
            _, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(bright, np.uint8))
            mask = np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), np.uint8)
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    edge = 2 * round(_EDGE_MM) + 1
    inner = cv2.erode(framed, np.ones((edge, edge), np.uint8))[1:-1, 1:-1]
    return np.asarray(cv2.resize(inner, quick.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)
