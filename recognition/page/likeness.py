"""What a crop's ink looks like, small enough to compare thousands: one written answer, one coarse picture.

The grid is taken of the ink's own bounding box, so that where and how large a writer wrote does not count.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

GRID = (8, 24)
"""Rows and columns of an ink grid."""

_INK = 60  # darkness from which a pixel is ink
_FEWEST = 12  # ink pixels below which there is nothing to compare
_BLUR = (3, 3)  # of the grid: strokes that lie one cell apart are still alike


def ink_grid(image: NDArray[np.uint8]) -> bytes:
    """The ink of a cleaned crop, (H, W) grey, as ``GRID`` cells of 0..255; empty where there is no ink."""
    dark = 255 - image
    ink = dark >= _INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if int(ink.sum()) < _FEWEST or not len(rows):
        return b""
    box = np.where(ink, dark, 0)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    grid = cv2.resize(box, (GRID[1], GRID[0]), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(grid, _BLUR, 0)
    level = np.asarray(np.rint(soft * (255.0 / max(1.0, float(soft.max())))), np.uint8)
    return level.tobytes()
