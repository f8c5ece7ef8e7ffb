"""Marks drawn stroke by stroke with a hand's jitter: signs, ticks, crosses, rings, scribbles, strikes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from recognition.paper.pen import Ink, Rng

Path = npt.NDArray[np.float64]
"""Points of one stroke, shape (n, 2): x to the right, y down."""

_SUBPIXEL_BITS: Final = 4
_OVERSAMPLING: Final = 2


def drawn(paths: Sequence[Path], width: float) -> tuple[Ink, float, float]:
    """Strokes drawn by a pen of `width` pixels: the ink and the place (x, y) of its top-left pixel."""
    points = np.concatenate(paths)
    margin = width / 2 + 2
    left, top = np.floor(points.min(axis=0) - margin)
    right, bottom = np.ceil(points.max(axis=0) + margin)
    size = (int(bottom - top) * _OVERSAMPLING, int(right - left) * _OVERSAMPLING)
    fine = np.zeros(size, np.uint8)
    scale = _OVERSAMPLING * 2**_SUBPIXEL_BITS
    thickness = max(1, round(width * _OVERSAMPLING))
    for path in paths:
        placed = np.round((path - (left, top)) * scale).astype(np.int32)
        cv2.polylines(fine, [placed], False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    ink = cv2.resize(fine, (size[1] // _OVERSAMPLING, size[0] // _OVERSAMPLING), interpolation=cv2.INTER_AREA)
    return np.asarray(ink, np.uint8), float(left), float(top)


def by_hand(corners: Sequence[tuple[float, float]], jitter: float, rng: Rng) -> Path:
    """A smooth stroke through `corners`, each missed by about `jitter` (Catmull-Rom, 8 points a span)."""
    knots = np.asarray(corners, np.float64) + rng.normal(0, jitter, (len(corners), 2))
    ends = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, 9)[:-1, None]
    spans = [_catmull_rom(ends[k : k + 4], t) for k in range(len(knots) - 1)]
    return np.concatenate([*spans, knots[-1:]])


def _catmull_rom(four: Path, t: Path) -> Path:
    before, start, end, after = four
    bend = 2 * start + (end - before) * t
    bend += (2 * before - 5 * start + 4 * end - after) * t**2
    bend += (3 * start - before - 3 * end + after) * t**3
    return np.asarray(bend / 2, np.float64)


def minus(size: float, rng: Rng) -> list[Path]:
    """A minus sign about half of `size` (a digit's height) wide, its middle at the origin."""
    half, lean = size * rng.uniform(0.2, 0.34), size * rng.normal(0, 0.03)
    return [by_hand([(-half, lean), (0, 0), (half, -lean)], 0.02 * size, rng)]


def plus(size: float, rng: Rng) -> list[Path]:
    """A plus sign about half of `size` wide, its middle at the origin."""
    upright = size * rng.uniform(0.2, 0.3)
    return [*minus(size, rng), by_hand([(0, -upright), (0, upright)], 0.02 * size, rng)]


def point(size: float, rng: Rng) -> list[Path]:
    """A decimal point: a dab, or a stroke so short that it looks like one."""
    return [by_hand([(0, 0), tuple(rng.normal(0.01, 0.03, 2) * size)], 0.0, rng)]


def comma(size: float, rng: Rng) -> list[Path]:
    """A decimal comma whose head lies at the origin."""
    tail = size * rng.uniform(0.16, 0.28)
    return [by_hand([(0, 0), (0.1 * tail, 0.5 * tail), (-0.4 * tail, tail)], 0.012 * size, rng)]


def slash(size: float, rng: Rng) -> list[Path]:
    """A fraction bar of about `size`, its middle at the origin."""
    half = size * rng.uniform(0.48, 0.6)
    return [by_hand([(0.3 * half, -half), (0, 0), (-0.3 * half, half)], 0.02 * size, rng)]


def cross(width: float, height: float, rng: Rng) -> list[Path]:
    """Two crossing strokes that span about `width` x `height`, their crossing at the origin."""
    x, y, slip = width / 2, height / 2, 0.07 * min(width, height)
    return [by_hand([(-x, -y), (0, 0), (x, y)], slip, rng), by_hand([(x, -y), (0, 0), (-x, y)], slip, rng)]


def tick(width: float, height: float, rng: Rng) -> list[Path]:
    """A tick that spans about `width` x `height`."""
    corners = [(-0.5 * width, 0.05 * height), (-0.15 * width, 0.5 * height), (0.5 * width, -0.5 * height)]
    down, up = corners[:2], corners[1:]
    slip = 0.04 * min(width, height)
    first = by_hand(down, slip, rng)
    return [np.concatenate([first, by_hand([(first[-1][0], first[-1][1]), up[1]], slip / 2, rng)])]


def ring(width: float, height: float, rng: Rng) -> list[Path]:
    """A ring drawn round the origin that overshoots its start."""
    start, turn = rng.uniform(0, 2 * np.pi), rng.uniform(1.02, 1.2) * 2 * np.pi
    angles = start + np.linspace(0, turn, 14)
    grow = np.linspace(1.0, rng.uniform(0.92, 1.12), 14)
    corners = [
        (width / 2 * np.cos(a) * g, height / 2 * np.sin(a) * g) for a, g in zip(angles, grow, strict=True)
    ]
    return [by_hand(corners, 0.03 * min(width, height), rng)]


def scribble(width: float, height: float, pitch: float, rng: Rng) -> list[Path]:
    """A zigzag that covers an ellipse of `width` x `height` with strokes `pitch` apart."""
    turns = max(4, round(2 * height / pitch))
    levels = np.linspace(-1, 1, turns)
    reach = np.sqrt(np.maximum(0.05, 1 - levels**2))
    sides = np.where(np.arange(turns) % 2, 1, -1)
    corners = [(s * r * width / 2, v * height / 2) for s, r, v in zip(sides, reach, levels, strict=True)]
    lean = rng.uniform(-0.8, 0.8)
    rotated = [(x * np.cos(lean) - y * np.sin(lean), x * np.sin(lean) + y * np.cos(lean)) for x, y in corners]
    return [by_hand(rotated, 0.04 * min(width, height), rng)]


def strikes(width: float, height: float, rng: Rng) -> list[Path]:
    """What crosses out writing of `width` x `height` about the origin: some lines, or a flat zigzag."""
    slip = 0.06 * height
    if rng.random() < 0.35:
        spots = np.linspace(-0.55, 0.55, max(5, round(width / max(1.0, 0.35 * height))))
        corners = [(x * width, (0.4 if k % 2 else -0.4) * height) for k, x in enumerate(spots)]
        return [by_hand(corners, slip, rng)]
    lines = []
    for _ in range(rng.integers(1, 4)):
        level, lean = rng.normal(0, 0.12) * height, rng.normal(0, 0.15) * height
        lines.append(
            by_hand([(-0.58 * width, level + lean), (0, level), (0.58 * width, level - lean)], slip, rng)
        )
    return lines
