"""Plane transforms fitted to points: similarity, and homography with priors for what the points leave open.

The homography is a maximum a posteriori fit by Gauss-Newton with Huber weights (Hartley & Zisserman,
Multiple View Geometry, ch. 4 and appendix 6): few or clustered points leave shear and perspective
loose, so both are held near none, as a flatbed or a feeder makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import Grey

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]

_HUBER = 2.0
_STEPS = 8
_AFFINE_PIXELS = 0.25


@dataclass(frozen=True, slots=True)
class Pairs:
    """Points of the page ``source`` (N, 2) in mm, where the scan shows them ``target`` (N, 2) in pixels.

    ``sigma``: standard deviation of each in mm, (N,).
    """

    source: Points
    target: Points
    sigma: NDArray[np.float64]

    def and_also(self, other: Pairs) -> Pairs:
        """Both sets as one."""
        both = ((self.source, other.source), (self.target, other.target), (self.sigma, other.sigma))
        return Pairs(*(np.concatenate(parts) for parts in both))


@dataclass(frozen=True, slots=True)
class Priors:
    """Standard deviations of relative scale differences over half a page, by cause."""

    affine: float
    perspective: float


FREE = Priors(1.0, 1.0)
FLAT = Priors(0.01, 0.02)


def project(matrix: Matrix, points: Points) -> Points:
    """``points`` (N, 2) through a homography."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return mapped[:, :2] / mapped[:, 2:]


def similarity(source: Points, target: Points) -> Matrix:
    """The turn, scale and shift (no mirroring) that takes ``source`` nearest to ``target``, shape (3, 3)."""
    s, t = source @ (1, 1j), target @ (1, 1j)
    turn, shift = np.linalg.lstsq(np.column_stack([s, np.ones(len(s))]), t, rcond=None)[0]
    return np.array(
        [[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0.0, 0.0, 1.0]]
    )


def homography(pairs: Pairs, size_mm: tuple[float, float], priors: Priors) -> Matrix:
    """Page millimetres to scan pixels, shape (3, 3), for a page of ``size_mm``."""
    to_unit = _unit(size_mm)
    x = project(to_unit, pairs.source)
    to_pixels = similarity(x, pairs.target)
    y = project(np.asarray(np.linalg.inv(to_pixels), np.float64), pairs.target)
    h = np.array([1.0, 0, 0, 0, 1, 0, 0, 0])
    weight = 1 / (pairs.sigma * to_unit[0, 0])
    for _ in range(_STEPS):
        step = _gauss_newton_step(h, x, y, weight, priors)
        h = h + step
        if float(np.abs(step).max()) < 1e-9:
            break
    matrix = to_pixels @ np.append(h, 1.0).reshape(3, 3) @ to_unit
    return np.asarray(matrix / matrix[2, 2], np.float64)


def _unit(size_mm: tuple[float, float]) -> Matrix:
    scale = 2 / max(size_mm)
    return np.array([[scale, 0, -scale * size_mm[0] / 2], [0, scale, -scale * size_mm[1] / 2], [0, 0, 1]])


def uncertainty(pairs: Pairs, size_mm: tuple[float, float], priors: Priors) -> float:
    """Standard deviation in mm of the fitted transform at the page corner that it knows least about."""
    to_unit = _unit(size_mm)
    straight = np.array([1.0, 0, 0, 0, 1, 0, 0, 0])
    _, across, down = _derivatives(straight, project(to_unit, pairs.source))
    weight = (1 / (pairs.sigma * to_unit[0, 0]))[:, None]
    jacobian = np.concatenate([across * weight, down * weight, _held(straight, priors)[0]])
    covariance = np.linalg.pinv(jacobian.T @ jacobian)
    corners = np.array([(0, 0), (size_mm[0], 0), size_mm, (0, size_mm[1])], np.float64)
    _, across, down = _derivatives(straight, project(to_unit, corners))
    variance = np.einsum("ni,ij,nj->n", across, covariance, across) + np.einsum(
        "ni,ij,nj->n", down, covariance, down
    )
    return float(np.sqrt(variance.max())) / float(to_unit[0, 0])


def _gauss_newton_step(
    h: NDArray[np.float64], x: Points, y: Points, weight: NDArray[np.float64], priors: Priors
) -> NDArray[np.float64]:
    mapped, across, down = _derivatives(h, x)
    error = (y - mapped) * weight[:, None]
    length = np.linalg.norm(error, axis=1)
    huber = np.sqrt(np.minimum(1.0, _HUBER / np.maximum(length, 1e-12)))
    held, away = _held(h, priors)
    steep = (weight * huber)[:, None]
    jacobian = np.concatenate([across * steep, down * steep, held])
    value = np.concatenate([(error * huber[:, None]).T.ravel(), -away])
    return np.asarray(np.linalg.lstsq(jacobian, value, rcond=None)[0], np.float64)


def _derivatives(h: NDArray[np.float64], x: Points) -> tuple[Points, Matrix, Matrix]:
    """Where ``h`` takes ``x`` (N, 2), and how that moves across and down with its 8 numbers, (N, 8)."""
    depth = (x @ h[6:8] + 1)[:, None]
    mapped = np.column_stack([x @ h[0:2] + h[2], x @ h[3:5] + h[5]]) / depth
    row = np.column_stack([x, np.ones(len(x))]) / depth
    zero = np.zeros_like(row)
    across = np.column_stack([row, zero, -mapped[:, :1] * x / depth])
    down = np.column_stack([zero, row, -mapped[:, 1:] * x / depth])
    return mapped, across, down


def _held(h: NDArray[np.float64], priors: Priors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows of the priors (stretch, shear, two of perspective) and how far ``h`` is from them, in sigmas."""
    rows = np.zeros((4, 8))
    rows[0, [0, 4]] = (1, -1)
    rows[1, [1, 3]] = (1, 1)
    rows[2, 6] = rows[3, 7] = 1
    rows /= np.array([priors.affine, priors.affine, priors.perspective, priors.perspective])[:, None]
    return rows, rows @ h


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
