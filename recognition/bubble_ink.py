"""How much pen each bubble of a page holds, apart from its printed ring and letter.

The print is learnt from the page itself: bubbles with the same letter are laid over each other and
what most of them share is print. So neither the scanner's threshold nor the printer's toner is
baked in. Areas are shares of the bubble's own area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.flatten import PIXELS_PER_MM, piece
from recognition.registration import Shift
from recognition.types import Box, Grey, Rect

_REACH = 2.1
_LABEL_FROM = 1.3
_DISC = 0.86
_ENOUGH_ALIKE = 3
_FAINTEST_INK = 42.0
_OVER_PRINT = 1.3
_TOUCH = 1.1
_FAR_OFF = 1.2
_RING = 0.1
_LETTER_AREA = 0.004
_RING_SEARCH = 8
_RING_CAP = 90
_RING_PULL = 0.02
_SPECK_PIXELS = 6

Dark = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BubbleInk:
    """Pen in and around one bubble.

    ``area``: share of the bubble's area, what lies just outside counts too; ``inside``: share of the
    inner disc that is inked, 1 = solid; ``darkness``: mean darkness of that ink, 0..255.
    """

    area: float
    inside: float
    darkness: float


def bubble_ink(flat: Grey, boxes: Sequence[Box], shifts: Sequence[Shift]) -> dict[tuple[str, str], BubbleInk]:
    """Ink of every bubble of the page, by question and option."""
    patches: dict[tuple[str, str], Dark] = {}
    for box, shift in zip(boxes, shifts, strict=True):
        for option, rect in box.bubbles.items():
            patches[box.question, option] = _patch(flat, rect, shift)
    pen = _without_print(patches)
    found: dict[tuple[str, str], BubbleInk] = {}
    for box in boxes:
        found |= _box_ink(box, {o: pen[box.question, o] for o in box.bubbles})
    return _above_baseline(found)


def _patch(flat: Grey, rect: Rect, shift: Shift) -> Dark:
    """Darkness in and around a bubble, as wide as a circle around it; its label on the right is left out."""
    radius = max(rect.w, rect.h) / 2 * PIXELS_PER_MM
    half = round(radius * _REACH)
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


def _without_print(patches: Mapping[tuple[str, str], Dark]) -> dict[tuple[str, str], Dark]:
    """Darkness of each patch beyond what print explains; 0 where there is no ink."""
    by_size: dict[tuple[int, ...], list[tuple[str, str]]] = {}
    for key, patch in patches.items():
        by_size.setdefault(patch.shape, []).append(key)
    pen: dict[tuple[str, str], Dark] = {}
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
    size = patches[0].shape
    ring = _ring(size)
    darkest = float(np.percentile(np.stack([patch[ring] for patch in _emptier_half(patches)]), 98))
    return np.where(ring, max(darkest, 1.0), _shared_print(patches)).astype(np.uint8)


def _emptier_half(patches: Sequence[Dark]) -> Sequence[Dark]:
    return sorted(patches, key=lambda patch: float(patch.mean()))[: (len(patches) + 1) // 2]


def _letters_inside(patches: Sequence[Dark], everywhere: Dark) -> bool:
    """Whether the emptier bubbles have print within their ring, a letter that differs between them."""
    size = patches[0].shape
    disc = _near(size, size[1] // 2, size[0] // 2, size[0] / 2 / _REACH * (1 - _RING) - 1)
    inked = [float((_beyond(patch, everywhere, _FAINTEST_INK)[disc] > 0).mean()) for patch in patches]
    return sorted(inked)[(len(inked) - 1) // 3] > _LETTER_AREA


def _ring(size: tuple[int, ...]) -> NDArray[np.bool_]:
    radius = size[0] / 2 / _REACH
    x, y = size[1] // 2, size[0] // 2
    outer = _near(size, x, y, radius * (1 + _RING) + 1)
    return outer & ~_near(size, x, y, radius * (1 - _RING) - 1)


def _shared_print(patches: Sequence[Dark]) -> Dark:
    """What at least two thirds of the patches hold at each pixel, one pixel wider."""
    stack = np.sort(np.stack(patches), axis=0)
    shared = stack[(len(patches) - 1) // 3]
    return np.asarray(cv2.dilate(shared, np.ones((3, 3), np.uint8)), np.uint8)


def _beyond(patch: Dark, print_plane: Dark, level: float) -> Dark:
    rest = cv2.subtract(patch, print_plane)
    ink = (rest > level) | ((patch > 200) & (rest > 0.5 * level))
    return np.where(ink, patch, 0).astype(np.uint8)


def _box_ink(box: Box, pen: Mapping[str, Dark]) -> dict[tuple[str, str], BubbleInk]:
    """Ink of one question; a stroke that runs on past its bubble counts where most of it lies."""
    centres = {option: _centre(box.bubbles[option]) * PIXELS_PER_MM for option in pen}
    corner = np.min([centres[o] - plane.shape[0] // 2 for o, plane in pen.items()], axis=0)
    places = {option: tuple(int(v) for v in np.round(centres[option] - corner)) for option in pen}
    radii = {option: max(box.bubbles[option].w, box.bubbles[option].h) / 2 * PIXELS_PER_MM for option in pen}
    canvas = _assembled(pen, places)
    owner = _owners(canvas, places, radii)
    found: dict[tuple[str, str], BubbleInk] = {}
    for number, option in enumerate(pen):
        x, y = places[option]
        ink = (owner == number) & (canvas > 0)
        disc = _near(canvas.shape, x, y, radii[option] * _DISC)
        area = float(ink.sum()) / (np.pi * radii[option] ** 2)
        darkness = float(canvas[ink].mean()) if ink.any() else 0.0
        found[box.question, option] = BubbleInk(area, float(ink[disc].mean()), darkness)
    return found


def _assembled(pen: Mapping[str, Dark], places: Mapping[str, tuple[int, ...]]) -> Dark:
    """The patches of one question on one plane."""
    half = {option: plane.shape[0] // 2 for option, plane in pen.items()}
    wide = max(places[o][0] + half[o] for o in pen) + 1
    high = max(places[o][1] + half[o] for o in pen) + 1
    canvas = np.zeros((high, wide), np.uint8)
    for option, plane in pen.items():
        x, y = places[option][0] - half[option], places[option][1] - half[option]
        part = canvas[y : y + plane.shape[0], x : x + plane.shape[1]]
        np.maximum(part, plane, out=part)
    return canvas


def _owners(
    canvas: Dark, places: Mapping[str, tuple[int, ...]], radii: Mapping[str, float]
) -> NDArray[np.intp]:
    """For each pixel the number of the bubble that its stroke belongs to, -1 where there is no stroke."""
    mask = (canvas > 0).astype(np.uint8)
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    inside = np.stack(
        [
            np.bincount(
                labels[_near(canvas.shape, places[o][0], places[o][1], radii[o] * _TOUCH)], minlength=count
            )
            for o in places
        ]
    )
    centres = np.array(list(places.values()), np.float64)
    distances = np.linalg.norm(centres[:, None] - middles[None], axis=2)
    nearest = distances.argmin(axis=0)
    far_off = distances.min(axis=0) > _FAR_OFF * max(radii.values())
    owner = np.where(inside.max(axis=0) > 0, inside.argmax(axis=0), nearest)
    bottom = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    runs_off = (stats[:, cv2.CC_STAT_TOP] == 0) | (bottom == canvas.shape[0])
    owner[(inside.max(axis=0) == 0) & runs_off & far_off] = -1  # lines of print above and below
    owner[stats[:, cv2.CC_STAT_AREA] < _SPECK_PIXELS] = -1
    owner[0] = -1
    return np.asarray(owner[labels], np.intp)


def _near(shape: tuple[int, ...], x: float, y: float, radius: float) -> NDArray[np.bool_]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)


def _centre(rect: Rect) -> NDArray[np.float64]:
    return np.array([rect.x + rect.w / 2, rect.y + rect.h / 2])


def _above_baseline(found: dict[tuple[str, str], BubbleInk]) -> dict[tuple[str, str], BubbleInk]:
    """Areas less what the page's emptiest third of bubbles shows: letters that no template explains."""
    if len(found) < _ENOUGH_ALIKE:
        return found
    areas = sorted(ink.area for ink in found.values())
    base = min(areas[(len(areas) - 1) // 3], 0.05)
    return {key: BubbleInk(max(ink.area - base, 0.0), ink.inside, ink.darkness) for key, ink in found.items()}
