"""Corner markers that cannot be decoded (torn, written over, cut) but still look like themselves in place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.flatten import PIXELS_PER_MM, piece
from recognition.page.markers import MARKER_MODULES
from recognition.types import Grey, Rect

_SEARCH_MM = 5.0
_ALIKE = 0.62
_MARGIN = 6


def marker_centres(flat: Grey, missing: Mapping[int, Rect]) -> dict[int, tuple[float, float]]:
    """Where in page mm the centres of ``missing`` markers are seen within 5 mm of their places.

    ``flat`` is the flattened upright page at 8 px/mm. A marker counts when its correlation with the
    printed one is at least 0.62.
    """
    found = {}
    for name, rect in missing.items():
        pattern = _pattern(name, round(rect.w * PIXELS_PER_MM))
        reach = round(_SEARCH_MM * PIXELS_PER_MM)
        x, y = (round(v * PIXELS_PER_MM) - _MARGIN - reach for v in (rect.x, rect.y))
        side = pattern.shape[0] + 2 * reach
        window = cv2.GaussianBlur(piece(flat, x, y, side, side), (0, 0), 1.0)
        scores = cv2.matchTemplate(window, pattern, cv2.TM_CCOEFF_NORMED)
        _, best, _, (column, row) = cv2.minMaxLoc(scores)
        if best >= _ALIKE:
            middle = pattern.shape[0] / 2
            found[name] = ((x + column + middle) / PIXELS_PER_MM, (y + row + middle) / PIXELS_PER_MM)
    return found


@lru_cache(maxsize=16)
def _pattern(name: int, side: int) -> NDArray[np.uint8]:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    drawn = cv2.aruco.generateImageMarker(dictionary, name, MARKER_MODULES * 8)
    marker = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
    framed = cv2.copyMakeBorder(marker, *(_MARGIN,) * 4, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(cv2.GaussianBlur(framed, (0, 0), 1.0), np.uint8)
