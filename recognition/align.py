"""Page geometry: the transform from millimetres of the printed page to pixels of the scan.

With four markers it is a homography (phone photos, slight trapezoids of feeders). Fewer points
leave the perspective loose at the lost corner, so it is held near affine by a prior: a maximum a
posteriori fit by Gauss-Newton with Huber weights (Hartley & Zisserman, Multiple View Geometry,
ch. 4 and appendix 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.markers import Corners, FoundCode
from recognition.types import Grey, PageLayout, Rect

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]

MAX_RESIDUAL_MM = 1.2
_MARKER_SIGMA_MM = 0.06
_CODE_SIGMA_MM = (0.12, 0.12, 0.6, 0.12)  # a QR symbol has no mark at its bottom-right corner
_PERSPECTIVE_SIGMA = 0.02
_AFFINE_PIXELS = 0.25


@dataclass(frozen=True, slots=True)
class Alignment:
    """``matrix`` takes homogeneous page millimetres to scan pixels, shape (3, 3).

    ``residual_mm``: median distance of the marker corners from where the fit puts them.
    ``rotation``: quarter turns of the scan in degrees clockwise, 0, 90, 180 or 270.
    """

    matrix: Matrix
    residual_mm: float
    markers: int
    rotation: int
    dpi: float


def rect_corners(rect: Rect) -> Points:
    """Corners of ``rect`` in mm, clockwise from the top-left, shape (4, 2)."""
    right, bottom = rect.x + rect.w, rect.y + rect.h
    return np.array([(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom)], np.float64)


def project(matrix: Matrix, points: Points) -> Points:
    """``points`` (N, 2) through a homography."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return mapped[:, :2] / mapped[:, 2:]


def align(
    layout: PageLayout, markers: Mapping[int, Corners], codes: Sequence[FoundCode] = ()
) -> Alignment | None:
    """The best transform for what was found, None when that is too little or does not agree.

    ``codes`` are this page's own QR codes, corners refined; they count while fewer than three markers do.
    """
    for left_out in (None, *sorted(markers)):
        kept = {
            name: corners for name, corners in markers.items() if name != left_out and name in layout.markers
        }
        alignment = _fit(layout, kept, codes)
        if alignment is not None:
            return alignment
        if len(markers) < 4:
            break
    return None


def _fit(layout: PageLayout, markers: Mapping[int, Corners], codes: Sequence[FoundCode]) -> Alignment | None:
    page = [rect_corners(layout.markers[name]) for name in markers]
    scan = list(markers.values())
    sigma = [(_MARKER_SIGMA_MM,) * 4] * len(page)
    for rect, code in _matched_codes(layout, markers, codes if len(markers) < 3 else ()):
        page.append(rect_corners(rect))
        scan.append(code.corners)
        sigma.append(_CODE_SIGMA_MM)
    if len(page) < 2:
        return None
    source, target = np.concatenate(page), np.concatenate(scan)
    loose = len(markers) < 4
    matrix = fit_transform(source, target, np.concatenate(sigma), _PERSPECTIVE_SIGMA if loose else 1.0)
    return _judged(matrix, source, target, len(markers))


def fit_transform(
    source: Points, target: Points, sigma_mm: NDArray[np.float64], perspective_sigma: float
) -> Matrix:
    """The homography ``source`` (mm) -> ``target`` (px), perspective drawn to 0 with ``perspective_sigma``.

    The perspective terms are relative scale changes over half the extent of the points.
    """
    to_unit, in_pixels = _normaliser(source), _normaliser(target)
    x, y = project(to_unit, source), project(in_pixels, target)
    affine = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)[0]
    h = np.concatenate([affine.T.ravel(), (0.0, 0.0)])
    weight = 1 / (sigma_mm * to_unit[0, 0])
    for _ in range(8):
        step = _gauss_newton_step(h, x, y, weight, perspective_sigma)
        h = h + step
        if float(np.abs(step).max()) < 1e-9:
            break
    matrix: Matrix = np.linalg.inv(in_pixels) @ np.append(h, 1.0).reshape(3, 3) @ to_unit
    return np.asarray(matrix / matrix[2, 2])


def _gauss_newton_step(
    h: NDArray[np.float64], x: Points, y: Points, weight: NDArray[np.float64], perspective_sigma: float
) -> NDArray[np.float64]:
    depth = x @ h[6:8] + 1
    mapped = np.column_stack([x @ h[0:2] + h[2], x @ h[3:5] + h[5]]) / depth[:, None]
    error = (y - mapped) * weight[:, None]
    length = np.linalg.norm(error, axis=1)
    huber = np.sqrt(np.minimum(1.0, 2.0 / np.maximum(length, 1e-12)))
    row = np.column_stack([x, np.ones(len(x))]) / depth[:, None]
    zero = np.zeros_like(row)
    jacobian = np.concatenate(
        [
            np.column_stack([row, zero, -mapped[:, :1] * x / depth[:, None]]) * (weight * huber)[:, None],
            np.column_stack([zero, row, -mapped[:, 1:] * x / depth[:, None]]) * (weight * huber)[:, None],
            np.eye(8)[6:8] / perspective_sigma,
        ]
    )
    value = np.concatenate([(error * huber[:, None]).T.ravel(), -h[6:8] / perspective_sigma])
    return np.asarray(np.linalg.lstsq(jacobian, value, rcond=None)[0])


def _normaliser(points: Points) -> Matrix:
    """A similarity that takes the points into about [-1, 1]."""
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    scale = 2 / max(float(np.ptp(points, axis=0).max()), 1e-9)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])


def _judged(matrix: Matrix, source: Points, target: Points, markers: int) -> Alignment | None:
    steps = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    along = project(matrix, source.mean(axis=0) + steps)
    right, down = along[1] - along[0], along[2] - along[0]
    area = float(right[0] * down[1] - right[1] * down[0])
    if area <= 0.5:
        return None
    pixels_per_mm = float(np.sqrt(area))
    distances = np.linalg.norm(project(matrix, source) - target, axis=1) / pixels_per_mm
    by_square = distances.reshape(-1, 4).max(axis=1)
    if (
        float(by_square[:markers].max(initial=0)) > MAX_RESIDUAL_MM
        or float(np.median(distances)) > MAX_RESIDUAL_MM
    ):
        return None
    turn = round(float(np.degrees(np.arctan2(right[1], right[0]))) / 90) * 90 % 360
    return Alignment(
        matrix, float(np.median(distances[: 4 * markers or None])), markers, turn, pixels_per_mm * 25.4
    )


def _matched_codes(
    layout: PageLayout, markers: Mapping[int, Corners], codes: Sequence[FoundCode]
) -> list[tuple[Rect, FoundCode]]:
    """Which printed code each found one is: the assignment that lies best with the markers."""
    if not codes or not layout.codes:
        return []
    if markers:
        page = np.concatenate([rect_corners(layout.markers[name]) for name in markers])
        scan = np.concatenate(list(markers.values()))
    elif len(codes) >= 2 and len(layout.codes) >= 2:
        return _codes_alone(layout, codes)
    else:
        return []
    pairs = []
    for code in codes:
        errors = [_similarity_error(page, scan, rect_corners(rect), code.corners) for rect in layout.codes]
        best = int(np.argmin(errors))
        if errors[best] < 4.0:
            pairs.append((layout.codes[best], code))
    return pairs


def _codes_alone(layout: PageLayout, codes: Sequence[FoundCode]) -> list[tuple[Rect, FoundCode]]:
    first, second = layout.codes[:2]
    orders = [(codes[0], codes[1]), (codes[1], codes[0])]
    errors = [
        _similarity_error(rect_corners(first), a.corners, rect_corners(second), b.corners) for a, b in orders
    ]
    best = int(np.argmin(errors))
    return list(zip((first, second), orders[best], strict=True)) if errors[best] < 6.0 else []


def _similarity_error(page: Points, scan: Points, more_page: Points, more_scan: Points) -> float:
    """Largest distance in mm when both point sets are explained by one turn, scale and shift."""
    source = np.concatenate([page, more_page])
    target = np.concatenate([scan, more_scan])
    s, t = source @ (1, 1j), target @ (1, 1j)
    solution = np.linalg.lstsq(np.column_stack([s, np.ones(len(s))]), t, rcond=None)[0]
    error = np.abs(solution[0] * s + solution[1] - t)
    return float(error.max() / max(abs(solution[0]), 1e-9))


def warp(grey: Grey, matrix: Matrix, size_mm: tuple[float, float], pixels_per_mm: float) -> Grey:
    """The printed page upright at ``pixels_per_mm``; what lies outside the scan is white."""
    size = (round(size_mm[0] * pixels_per_mm), round(size_mm[1] * pixels_per_mm))
    half = 0.5 / pixels_per_mm
    to_mm = np.array([[1 / pixels_per_mm, 0, half], [0, 1 / pixels_per_mm, half], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    full = matrix @ to_mm
    affine = _nearest_affine(full, size)
    if affine is not None:
        warped = cv2.warpAffine(grey, affine, size, flags=flags, borderValue=255)
    else:
        warped = cv2.warpPerspective(grey, full, size, flags=flags, borderValue=255)
    return np.asarray(warped, np.uint8)


def _nearest_affine(matrix: Matrix, size: tuple[int, int]) -> Matrix | None:
    """The affine map (2, 3) that does the same on an image of ``size`` within a quarter pixel, if any."""
    corners = np.array([(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])], np.float64)
    target = project(matrix, corners)
    plane = np.column_stack([corners, np.ones(4)])
    affine = np.asarray(np.linalg.lstsq(plane, target, rcond=None)[0], np.float64)
    return affine.T if float(np.abs(plane @ affine - target).max()) < _AFFINE_PIXELS else None
