"""Finding what locates a page in a scan: QR page codes and ArUco corner markers.

Both are looked for at about 150 dpi, which is quick, and only then at the scan's own resolution and
with its contrast stretched. Points come back in pixels of the given image, pixel centres at whole
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from recognition.types import Grey

MARKER_IDS = (0, 1, 2, 3)
"""Corner markers of DICT_4X4_50: top-left, top-right, bottom-right, bottom-left."""
MARKER_MODULES = 6
_CODE_REACH_MODULES = 16

_QUICK_SIDE = 1650
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_CORNER_SHARE = 0.26

Corners = NDArray[np.float64]
"""The corners of a square in its own order top-left, top-right, bottom-right, bottom-left, shape (4, 2)."""


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A QR code that was read, ``corners`` in its own orientation."""

    text: str
    corners: Corners


def quick_view(grey: Grey) -> tuple[Grey, float]:
    """``grey`` reduced to about 150 dpi (an A4 page), and the factor back to full size."""
    factor = max(grey.shape) // _QUICK_SIDE
    if factor < 2:
        return grey, 1.0
    height, width = (side // factor for side in grey.shape)
    whole = grey[: height * factor, : width * factor]
    return _grey(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)), float(factor)


def find_codes(grey: Grey, quick: Grey, factor: float) -> tuple[FoundCode, ...]:
    """All QR codes of the page; tries ever slower views until one shows a code."""
    for view, scale in _views(grey, quick, factor):
        found = read_codes(view, scale)
        if found:
            return found
    return ()


def read_codes(view: Grey, scale: float = 1.0) -> tuple[FoundCode, ...]:
    """QR codes of one view; their corners are multiplied by ``scale``."""
    barcodes = zxingcpp.read_barcodes(view, formats=_FORMATS, try_invert=False, try_downscale=False)
    return tuple(FoundCode(b.text, _scaled(_position(b.position), scale)) for b in barcodes if b.valid)


def _views(grey: Grey, quick: Grey, factor: float) -> Iterator[tuple[Grey, float]]:
    yield quick, factor
    if factor > 1:
        yield grey, 1.0
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2)
    yield _grey(smooth), 1.0
    for source, scale in ((quick, factor), (_grey(smooth), 1.0)):
        block = 2 * (max(source.shape) // 60) + 1
        yield (
            _grey(
                cv2.adaptiveThreshold(source, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, 8)
            ),
            scale,
        )
    if max(grey.shape) < 2400:
        yield _grey(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)), 0.5


def find_markers(grey: Grey, quick: Grey, factor: float) -> dict[int, Corners]:
    """Corner markers by id, refined to a fraction of a pixel at the scan's full resolution."""
    smooth = _grey(cv2.blur(quick, (3, 3)))
    found = _markers_near_corners(smooth)
    if len(found) < len(MARKER_IDS):
        found = {**detect_markers(smooth), **found}
    if len(found) < 3 and factor > 1:
        full = detect_markers(grey)
        found = {**{name: (c + 0.5) / factor - 0.5 for name, c in full.items()}, **found}
    return {name: refined(grey, _scaled(corners, factor), MARKER_MODULES) for name, corners in found.items()}


def detect_markers(view: Grey) -> dict[int, Corners]:
    """Corner markers of one view; an id that is seen twice is left out, as one of them is false."""
    corners, ids, _ = _detector().detectMarkers(view)
    names = [int(name) for name in np.asarray([] if ids is None else ids).ravel()]
    return {
        name: np.asarray(square, np.float64).reshape(4, 2)
        for name, square in zip(names, corners, strict=True)
        if name in MARKER_IDS and names.count(name) == 1
    }


def _markers_near_corners(view: Grey) -> dict[int, Corners]:
    height, width = view.shape
    tall, wide = int(height * _CORNER_SHARE), int(width * _CORNER_SHARE)
    seen: dict[int, list[Corners]] = {}
    for top in (0, height - tall):
        for left in (0, width - wide):
            part = np.ascontiguousarray(view[top : top + tall, left : left + wide])
            for name, corners in detect_markers(part).items():
                seen.setdefault(name, []).append(corners + np.array([left, top]))
    return {name: places[0] for name, places in seen.items() if len(places) == 1}


def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin = 13
    parameters.adaptiveThreshWinSizeMax = 37
    parameters.adaptiveThreshWinSizeStep = 24
    parameters.minMarkerPerimeterRate = 0.04
    parameters.maxMarkerPerimeterRate = 1.0
    parameters.errorCorrectionRate = 0.4
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.ArucoDetector(dictionary, parameters)


def refined_code(grey: Grey, code: FoundCode) -> FoundCode:
    """The code with the corners of its three finder patterns refined; the fourth stays as estimated."""
    corners = refined(grey, code.corners, _CODE_REACH_MODULES)
    corners[2] = code.corners[2]
    return FoundCode(code.text, corners)


def refined(grey: Grey, corners: Corners, modules: int) -> Corners:
    """Corners of a square of ``modules`` a side moved to those of the image (Förstner, cv2.cornerSubPix)."""
    side = float(np.mean(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)))
    reach = max(2, round(side / modules * 0.4))
    pad = reach * 3
    low = np.floor(corners.min(axis=0)).astype(int) - pad
    high = np.ceil(corners.max(axis=0)).astype(int) + pad
    low, high = np.maximum(low, 0), np.minimum(high, (grey.shape[1], grey.shape[0]))
    patch = cv2.GaussianBlur(grey[low[1] : high[1], low[0] : high[0]], (0, 0), max(0.6, side / 90))
    inside = ((corners > low + reach) & (corners < high - 1 - reach)).all(axis=1)
    if not inside.any():
        return corners.copy()
    start = np.ascontiguousarray((corners[inside] - low).astype(np.float32).reshape(-1, 1, 2))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.02)
    moved = corners.copy()
    moved[inside] = cv2.cornerSubPix(patch, start, (reach, reach), (-1, -1), criteria).reshape(-1, 2) + low
    too_far = np.linalg.norm(moved - corners, axis=1) > reach
    return np.where(too_far[:, None], corners, moved)


def _scaled(points: Corners, factor: float) -> Corners:
    return (points + 0.5) * factor - 0.5


def _position(position: zxingcpp.Position) -> Corners:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(point.x, point.y) for point in corners], np.float64)


def _grey(image: object) -> Grey:
    return np.asarray(image, np.uint8)
