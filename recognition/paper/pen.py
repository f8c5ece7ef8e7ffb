"""Ink as a pen leaves it: pictures of characters redrawn with one pen, sheared, turned, made uneven."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Rng = np.random.Generator

Ink = npt.NDArray[np.uint8]
"""How much ink lies on each pixel, shape (H, W): 0 none, 255 all the pen gives."""

_OVERSAMPLING: Final = 2
_SEEN: Final = 60
_INK: Final = 125


def trimmed(ink: Ink) -> Ink:
    """`ink` without its empty rim; an ink without any mark comes back as one empty pixel."""
    rows, columns = np.flatnonzero((ink > _SEEN).any(axis=1)), np.flatnonzero((ink > _SEEN).any(axis=0))
    if not rows.size:
        return np.zeros((1, 1), np.uint8)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def padded(ink: Ink, margin: int) -> Ink:
    """`ink` with `margin` empty pixels on each side."""
    return np.pad(ink, margin)


def scaled(ink: Ink, scale: float) -> Ink:
    """`ink` enlarged or shrunk; at least one pixel remains on each side."""
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(ink, size, interpolation=method), np.uint8)


def redrawn(ink: Ink, scale: float, width: float) -> Ink:
    """The strokes of `ink`, scaled, as a pen of `width` pixels draws them; margin of about a pen's width.

    The middle line of each stroke (ridge of the distance transform) is drawn with the pen; what is much
    thicker than a stroke, such as a filled loop, stays thick.
    """
    fine = _smooth_enlargement(ink, scale * _OVERSAMPLING, margin=(int(width) + 2) * _OVERSAMPLING)
    solid = (fine > _INK).astype(np.uint8)
    depth = cv2.distanceTransform(solid, cv2.DIST_L2, 5)
    crest = (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)) - 0.35) & (depth > 1.0)
    if not crest.any():
        return scaled(ink, scale)
    half = width * _OVERSAMPLING / 2
    to_crest = cv2.distanceTransform((~crest).astype(np.uint8), cv2.DIST_L2, 5)
    surplus = 1.25 * max(0.0, float(np.median(depth[crest])) - 0.5 * half)
    drawn = np.clip(np.maximum(half - to_crest + 0.5, depth - surplus), 0, 1) * np.float32(255)
    return _shrunk(drawn.astype(np.uint8))


def _smooth_enlargement(ink: Ink, scale: float, margin: int) -> Ink:
    size = (max(2, round(ink.shape[1] * scale)), max(2, round(ink.shape[0] * scale)))
    large = np.pad(cv2.resize(ink, size, interpolation=cv2.INTER_CUBIC), margin)
    return np.asarray(cv2.GaussianBlur(large, (0, 0), max(0.5, 0.35 * scale)), np.uint8)


def _shrunk(fine: Ink) -> Ink:
    size = (max(1, fine.shape[1] // _OVERSAMPLING), max(1, fine.shape[0] // _OVERSAMPLING))
    return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.uint8)


def sheared(ink: Ink, slant: float) -> Ink:
    """`ink` leaning to the right by `slant` (tangent of the angle; negative leans left)."""
    height, width = ink.shape
    shift = abs(slant) * height
    offset = shift if slant > 0 else 0.0
    matrix = np.asarray([[1, -slant, offset], [0, 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(ink, matrix, (int(np.ceil(width + shift)), height)), np.uint8)


def turned(ink: Ink, degrees: float) -> Ink:
    """`ink` turned anticlockwise about its middle, canvas enlarged to hold it."""
    height, width = ink.shape
    angle = np.deg2rad(abs(degrees))
    wide = int(np.ceil(width * np.cos(angle) + height * np.sin(angle)))
    high = int(np.ceil(height * np.cos(angle) + width * np.sin(angle)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    return np.asarray(cv2.warpAffine(ink, matrix, (wide, high)), np.uint8)


def unsteady(ink: Ink, strength: float, rng: Rng) -> Ink:
    """`ink` bent by a smooth random field of `strength` pixels, as an unsteady hand bends letters."""
    margin = int(np.ceil(2 * strength)) + 1
    roomy = np.pad(ink, margin)
    height, width = roomy.shape
    knots = (max(2, height // 24), max(2, width // 24))
    push = [
        cv2.resize(
            rng.normal(0, strength, knots).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        for _ in range(2)
    ]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(roomy, columns + push[0], rows + push[1], cv2.INTER_LINEAR), np.uint8)
