"""What is printed in and around the bubbles of a page, learnt from the page itself and taken away.

Bubbles are laid over each other; what most of them share is print. So neither the scanner's
threshold nor the printer's toner is baked in. All patches are darkness, (S, S) uint8, 0 = paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.flatten import PIXELS_PER_MM, piece
from recognition.page.lines import Dark
from recognition.page.registration import Shift
from recognition.types import Grey, Rect

REACH = 2.1
"""Half the side of a patch in radii of the bubble: a circle drawn around it fits in."""

_LABEL_FROM = 1.3
_ENOUGH_ALIKE = 3
_FAINTEST_INK = 42.0
_OVER_PRINT = 1.3
_RING = 0.1
_LETTER_AREA = 0.004
_RING_SEARCH = 8
_RING_CAP = 90
_RING_PULL = 0.02

Key = tuple[str, str]
"""Question and option."""


def bubble_patch(flat: Grey, rect: Rect, shift: Shift) -> Dark:
    """Darkness in and around a bubble, as wide as a circle around it; its label on the right is left out."""
    radius = max(rect.w, rect.h) / 2 * PIXELS_PER_MM
    half = round(radius * REACH)
    x, y = _ring_place(flat, rect, shift, radius)
    dark: Dark = 255 - piece(flat, x - half, y - half, 2 * half + 1, 2 * half + 1)
    dark[:, half + round(radius * _LABEL_FROM) + 1 :] = 0
    return dark


def _ring_place(flat: Grey, rect: Rect, shift: Shift, radius: float) -> tuple[int, int]:
    """The pixel of the bubble's centre: where its ring fits best within 1 mm, as paper curls along a row."""
    x = round((rect.x + rect.w / 2 + shift.dx) * PIXELS_PER_MM - 0.5)
    y = round((rect.y + rect.h / 2 + shift.dy) * PIXELS_PER_MM - 0.5)
    ring = _ring_template(radius)
    half = ring.shape[0] // 2 + _RING_SEARCH
    dark = np.minimum(255 - piece(flat, x - half, y - half, 2 * half + 1, 2 * half + 1), _RING_CAP)
    fit = np.asarray(cv2.matchTemplate(dark.astype(np.float32), ring, cv2.TM_CCORR), np.float32)
    rows, columns = np.ogrid[-_RING_SEARCH : _RING_SEARCH + 1, -_RING_SEARCH : _RING_SEARCH + 1]
    fit -= _RING_PULL * float(np.ptp(fit)) * np.hypot(rows, columns).astype(np.float32)
    row, column = (int(v) for v in np.unravel_index(int(fit.argmax()), fit.shape))
    return x + column - _RING_SEARCH, y + row - _RING_SEARCH


@lru_cache(maxsize=16)
def _ring_template(radius: float) -> NDArray[np.float32]:
    """A circle of that radius in pixels, 2 pixels wide, on a ground that makes even ink count nothing."""
    half = round(radius) + 3
    rows, columns = np.ogrid[-half : half + 1, -half : half + 1]
    ring = np.clip(1.5 - np.abs(np.hypot(rows, columns) - radius), 0, 1).astype(np.float32)
    return np.asarray(ring - ring.mean(), np.float32)


def without_print(patches: Mapping[Key, Dark]) -> dict[Key, Dark]:
    """Darkness of each patch beyond what print explains; 0 where there is no ink."""
    by_size: dict[tuple[int, ...], list[Key]] = {}
    for key, patch in patches.items():
        by_size.setdefault(patch.shape, []).append(key)
    pen: dict[Key, Dark] = {}
    for keys in by_size.values():
        everywhere = _everywhere([patches[key] for key in keys])
        letters = _letters_inside([patches[key] for key in keys], everywhere)
        for option in {option for _, option in keys} if letters else {""}:
            alike = [key for key in keys if key[1] == option or not letters]
            own = len(alike) >= _ENOUGH_ALIKE
            shared = (
                np.maximum(_shared_print([patches[key] for key in alike]), everywhere) if own else everywhere
            )
            level = (
                _FAINTEST_INK
                if own or not letters
                else max(_FAINTEST_INK, _OVER_PRINT * float(everywhere.max()))
            )
            for key in alike:
                pen[key] = _beyond(patches[key], shared, min(level, 120.0))
    return pen


def _everywhere(patches: Sequence[Dark]) -> Dark:
    """Print of every bubble: its ring at full width and darkness, and what most patches share elsewhere."""
    ring = _ring(patches[0].shape[0])
    darkest = float(np.percentile(np.stack([patch[ring] for patch in _emptier_half(patches)]), 98))
    return np.where(ring, max(darkest, 1.0), _shared_print(patches)).astype(np.uint8)


def _emptier_half(patches: Sequence[Dark]) -> Sequence[Dark]:
    return sorted(patches, key=lambda patch: float(patch.mean()))[: (len(patches) + 1) // 2]


def _letters_inside(patches: Sequence[Dark], everywhere: Dark) -> bool:
    """Whether the emptier bubbles have print within their ring, a letter that differs between them."""
    side = patches[0].shape[0]
    disc = disc_mask(side // 2, side / 2 / REACH * (1 - _RING) - 1)
    inked = [float((_beyond(patch, everywhere, _FAINTEST_INK)[disc] > 0).mean()) for patch in patches]
    return sorted(inked)[(len(inked) - 1) // 3] > _LETTER_AREA


def _ring(side: int) -> NDArray[np.bool_]:
    radius = side / 2 / REACH
    return disc_mask(side // 2, radius * (1 + _RING) + 1) & ~disc_mask(side // 2, radius * (1 - _RING) - 1)


@lru_cache(maxsize=64)
def disc_mask(half: int, radius: float) -> NDArray[np.bool_]:
    """A disc in the middle of a square of 2 * half + 1 pixels."""
    rows, columns = np.ogrid[-half : half + 1, -half : half + 1]
    return np.asarray(columns**2 + rows**2 <= radius**2)


def _shared_print(patches: Sequence[Dark]) -> Dark:
    """What at least two thirds of the patches hold at each pixel, one pixel wider."""
    stack = np.sort(np.stack(patches), axis=0)
    shared = stack[(len(patches) - 1) // 3]
    return np.asarray(cv2.dilate(shared, np.ones((3, 3), np.uint8)), np.uint8)


def _beyond(patch: Dark, print_plane: Dark, level: float) -> Dark:
    rest = cv2.subtract(patch, print_plane)
    ink = (rest > level) | ((patch > 200) & (rest > 0.5 * level))
    return np.where(ink, patch, 0).astype(np.uint8)
