"""Paper and light: tint, fibre, the other side shining through, holes, staples, noise, dust, bilevel."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from recognition.paper.pen import Rng
from recognition.paper.presets import Recipe
from recognition.paper.warp import Picture

Plane = npt.NDArray[np.floating]
"""A plane of real numbers, shape (H, W)."""

_NOISE_TILE: Final = 512
_PUNCH_MM: Final = ((10.5, -40.0), (10.5, 40.0))
"""Holes of a two-hole punch: from the left edge, and from the middle of the height."""


def as_grey(picture: Picture) -> Picture:
    """A grey copy of a colour picture; a grey one as it is."""
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def on_paper(page: Picture, other_side: Picture | None, recipe: Recipe, rng: Rng) -> Picture:
    """`page` on tinted paper with fibre, and the other side faintly through it, mirrored."""
    fibre = _noise(1.6, page.shape[:2], 1.2, rng)
    if other_side is not None and recipe.bleed:
        ghost = cv2.GaussianBlur(cv2.flip(as_grey(other_side), 1), (0, 0), 3)
        fibre = fibre - np.float32(recipe.bleed) * (255 - ghost.astype(np.float32))
    if page.ndim == 2:
        return _clipped(page * np.float32(recipe.paper[1] / 255) + fibre)
    planes = [_clipped(page[:, :, k] * np.float32(recipe.paper[k] / 255) + fibre) for k in range(3)]
    return np.stack(planes, axis=2)


def with_holes(page: Picture, page_mm: tuple[float, float], recipe: Recipe, rng: Rng) -> Picture:
    """Puts punch holes at the left edge and a staple in a top corner, as the recipe says; returns `page`."""
    dots = page.shape[1] / page_mm[0]
    if recipe.punched:
        shade = int(rng.choice([25, 60, 235]))
        for x, y in _PUNCH_MM:
            middle = (round(x * dots), round((page_mm[1] / 2 + y) * dots))
            cv2.circle(page, middle, round(2.9 * dots), (170, 170, 170), -1, cv2.LINE_AA)
            cv2.circle(page, middle, round(2.6 * dots), (shade, shade, shade), -1, cv2.LINE_AA)
    if recipe.stapled:
        x, y = rng.uniform(4, 9), rng.uniform(4, 9)
        reach = rng.uniform(-2.5, 2.5)
        ends = [(round(a * dots), round(b * dots)) for a, b in ((x - 4, y + reach), (x + 4, y - reach))]
        cv2.line(page, ends[0], ends[1], (175, 175, 175), round(1.2 * dots), cv2.LINE_AA)
        cv2.line(page, ends[0], ends[1], (70, 70, 74), max(1, round(0.45 * dots)), cv2.LINE_AA)
    return page


def lit(scan: Picture, recipe: Recipe, rng: Rng) -> Picture:
    """`scan` under light that falls off in one direction and wavers."""
    if recipe.light < 0.01:
        return scan
    height, width = scan.shape[:2]
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, 24), np.linspace(-0.5, 0.5, 32))
    slope = across * np.cos(recipe.light_from) + down * np.sin(recipe.light_from)
    wave = cv2.resize(rng.normal(0, 0.12, (4, 4)), (24, 32), interpolation=cv2.INTER_CUBIC)
    field = 1 - recipe.light * np.clip(slope + wave + 0.5, 0, 1)
    light = cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    if scan.ndim == 2:
        return _clipped(scan * light)
    return np.stack([_clipped(scan[:, :, k] * light) for k in range(3)], axis=2)


def sensed(scan: Picture, recipe: Recipe, rng: Rng) -> Picture:
    """`scan` after the lens (blur) and the sensor (noise)."""
    soft = cv2.GaussianBlur(scan, (0, 0), recipe.blur)
    noise = _noise(recipe.noise, scan.shape[:2], 0.5, rng)
    if scan.ndim == 2:
        return _clipped(soft + noise)
    tinge = _noise(recipe.noise / 2, scan.shape[:2], 0.8, rng)
    mixed = (noise + tinge, noise, noise - tinge)
    return np.stack([_clipped(soft[:, :, k] + mixed[k]) for k in range(3)], axis=2)


def dusty(scan: Picture, recipe: Recipe, rng: Rng) -> Picture:
    """Puts specks on `scan`, and at times the thin line that dust on a feeder's glass draws; returns it."""
    height, width = scan.shape[:2]
    for _ in range(recipe.specks):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        shade = int(rng.choice([60, 110, 160, 250]))
        cv2.circle(scan, at, int(rng.integers(0, max(2, recipe.dpi // 100))), (shade,) * 3, -1)
    if recipe.specks > 8 and rng.random() < 0.2:
        column = int(rng.integers(width))
        streak = scan[:, column : column + 1].astype(np.float32)
        scan[:, column : column + 1] = (streak * 0.8).astype(np.uint8)
    return scan


def bilevel(scan: Picture, recipe: Recipe) -> Picture:
    """0 and 255: cut at the recipe's share of the local paper white, as office scanners do."""
    small = cv2.resize(scan, (48, 64), interpolation=cv2.INTER_AREA)
    white = cv2.resize(cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (9, 9)), scan.shape[::-1])
    return np.where(scan > white * np.float32(recipe.threshold), 255, 0).astype(np.uint8)


def _noise(spread: float, shape: tuple[int, ...], blur: float, rng: Rng) -> Plane:
    """Blurred noise of the given spread over (H, W) = `shape`; large planes repeat one tile."""
    tile = rng.standard_normal((min(_NOISE_TILE, shape[0]), min(_NOISE_TILE, shape[1])), np.float32)
    soft = cv2.GaussianBlur(np.pad(tile, 8, mode="wrap"), (0, 0), blur)[8:-8, 8:-8]
    even = soft * np.float32(spread / max(1e-6, float(soft.std())))
    times = (-(-shape[0] // tile.shape[0]), -(-shape[1] // tile.shape[1]))
    return even if times == (1, 1) else np.asarray(np.tile(even, times)[: shape[0], : shape[1]], np.float32)


def _clipped(values: npt.NDArray[np.floating]) -> Picture:
    return np.asarray(np.clip(values, 0, 255), np.uint8)
