"""Where a page lies in its scan, from its corner markers and, where those are lost, its page codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.page.markers import Corners, FoundCode
from recognition.page.transform import (
    FLAT,
    FREE,
    Matrix,
    Pairs,
    Points,
    homography,
    project,
    similarity,
    uncertainty,
)
from recognition.types import PageLayout, Rect

MAX_RESIDUAL_MM = 1.2
_MARKER_SIGMA_MM = (0.06,) * 4
_CODE_SIGMA_MM = (0.12, 0.12, 0.6, 0.12)  # a QR symbol has no mark at its bottom-right corner
_CODE_BESIDE_MARKERS_MM = 4.0
_CODES_ALONE_MM = 6.0
_SMALLEST_AREA = 0.5


@dataclass(frozen=True, slots=True)
class Alignment:
    """``matrix`` takes homogeneous page millimetres to scan pixels, shape (3, 3).

    ``residual_mm``: median distance of the points from where the fit puts them; ``seen``: the markers used;
    ``rotation``: quarter turns of the scan in degrees clockwise, 0 to 270.
    """

    matrix: Matrix
    residual_mm: float
    seen: frozenset[int]
    rotation: int
    dpi: float
    pairs: Pairs

    @property
    def markers(self) -> int:
        """How many of the four markers were used."""
        return len(self.seen)

    def uncertainty_mm(self, layout: PageLayout) -> float:
        """Standard deviation at the page corner that the points say least about."""
        return uncertainty(self.pairs, layout.page_size, FLAT)


def rect_corners(rect: Rect) -> Points:
    """Corners of ``rect`` in mm, clockwise from the top-left, shape (4, 2)."""
    right, bottom = rect.x + rect.w, rect.y + rect.h
    return np.array([(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom)], np.float64)


def align(
    layout: PageLayout, markers: Mapping[int, Corners], codes: Sequence[FoundCode] = ()
) -> Alignment | None:
    """The best transform for what was found, None when that is too little or does not agree.

    ``codes`` are this page's own QR codes, corners refined; they count while fewer than three markers do.
    With fewer than three markers the far end of the page is a guess until its boxes are found.
    """
    for left_out in (None, *sorted(markers)):
        kept = {name: c for name, c in markers.items() if name != left_out and name in layout.markers}
        alignment = _fit(layout, kept, codes)
        if alignment is not None:
            return alignment
        if len(markers) < 4:
            break
    return None


def realign(
    layout: PageLayout, alignment: Alignment, more: Pairs, seen: frozenset[int] = frozenset()
) -> Alignment | None:
    """The alignment fitted anew with ``more`` points; ``seen``: markers that are among them."""
    pairs = alignment.pairs.and_also(more)
    return _judged(homography(pairs, layout.page_size, FLAT), pairs, alignment.seen | seen)


def _fit(layout: PageLayout, markers: Mapping[int, Corners], codes: Sequence[FoundCode]) -> Alignment | None:
    page = [rect_corners(layout.markers[name]) for name in markers]
    scan = list(markers.values())
    sigma = [_MARKER_SIGMA_MM] * len(page)
    for rect, code in _matched_codes(layout, markers, codes if len(markers) < 3 else ()):
        page.append(rect_corners(rect))
        scan.append(code.corners)
        sigma.append(_CODE_SIGMA_MM)
    if len(page) < 2:
        return None
    pairs = Pairs(np.concatenate(page), np.concatenate(scan), np.concatenate(sigma))
    matrix = homography(pairs, layout.page_size, FREE if len(markers) == 4 else FLAT)
    return _judged(matrix, pairs, frozenset(markers))


def _judged(matrix: Matrix, pairs: Pairs, seen: frozenset[int]) -> Alignment | None:
    """The alignment with its figures; None for a mirrored page and for points that do not agree."""
    steps = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    along = project(matrix, pairs.source.mean(axis=0) + steps)
    right, down = along[1] - along[0], along[2] - along[0]
    area = float(right[0] * down[1] - right[1] * down[0])
    if area <= _SMALLEST_AREA:
        return None
    pixels_per_mm = float(np.sqrt(area))
    distances = np.linalg.norm(project(matrix, pairs.source) - pairs.target, axis=1) / pixels_per_mm
    exact = distances[pairs.sigma <= _MARKER_SIGMA_MM[0]]
    residual = float(np.median(exact if exact.size else distances))
    if max(residual, float(exact.max(initial=0.0))) > MAX_RESIDUAL_MM:
        return None
    turn = round(float(np.degrees(np.arctan2(right[1], right[0]))) / 90) * 90 % 360
    return Alignment(matrix, residual, seen, turn, pixels_per_mm * 25.4, pairs)


def _matched_codes(
    layout: PageLayout, markers: Mapping[int, Corners], codes: Sequence[FoundCode]
) -> list[tuple[Rect, FoundCode]]:
    """Which printed code each found one is: the assignment that lies best with the markers."""
    if not codes or not layout.codes:
        return []
    if not markers:
        return _codes_alone(layout, codes)
    page = np.concatenate([rect_corners(layout.markers[name]) for name in markers])
    scan = np.concatenate(list(markers.values()))
    matched = []
    for code in codes:
        errors = [_disagreement(page, scan, rect_corners(rect), code.corners) for rect in layout.codes]
        best = int(np.argmin(errors))
        if errors[best] < _CODE_BESIDE_MARKERS_MM:
            matched.append((layout.codes[best], code))
    return matched


def _codes_alone(layout: PageLayout, codes: Sequence[FoundCode]) -> list[tuple[Rect, FoundCode]]:
    if len(codes) < 2 or len(layout.codes) < 2:
        return []
    first, second = layout.codes[:2]
    orders = [(codes[0], codes[1]), (codes[1], codes[0])]
    errors = [
        _disagreement(rect_corners(first), a.corners, rect_corners(second), b.corners) for a, b in orders
    ]
    best = int(np.argmin(errors))
    return list(zip((first, second), orders[best], strict=True)) if errors[best] < _CODES_ALONE_MM else []


def _disagreement(page: Points, scan: Points, more_page: Points, more_scan: Points) -> float:
    """Largest distance in mm when both point sets are explained by one turn, scale and shift."""
    source, target = np.concatenate([page, more_page]), np.concatenate([scan, more_scan])
    matrix = similarity(source, target)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    return float(np.linalg.norm(project(matrix, source) - target, axis=1).max()) / max(scale, 1e-9)
