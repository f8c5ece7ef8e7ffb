"""How much pen each bubble of a page holds, apart from its printed ring and letter.

The print is learnt from the page itself: bubbles with the same letter are laid over each other and
what most of them share is print. So neither the scanner's threshold nor the printer's toner is
baked in. Areas are shares of the bubble's own area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.flatten import PIXELS_PER_MM
from recognition.registration import Shift
from recognition.types import Box, Grey, Rect

_REACH = 1.9
_LABEL_FROM = 1.3
_DISC = 0.86
_ENOUGH_ALIKE = 3
_FAINTEST_INK = 42.0
_OVER_PRINT = 1.3
_TOUCH = 1.1
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
    """Darkness in and around a bubble, wide enough for a circle around it; its label to the right is left out."""
    half = round(max(rect.w, rect.h) / 2 * _REACH * PIXELS_PER_MM)
    x = round((rect.x + rect.w / 2 + shift.dx) * PIXELS_PER_MM - 0.5)
    y = round((rect.y + rect.h / 2 + shift.dy) * PIXELS_PER_MM - 0.5)
    out = np.full((2 * half + 1, 2 * half + 1), 255, np.uint8)
    top, left = max(y - half, 0), max(x - half, 0)
    right = x + round(half / _REACH * _LABEL_FROM)
    inside = flat[top : max(y + half + 1, 0), left : max(right + 1, 0)]
    out[top - y + half :, left - x + half :][: inside.shape[0], : inside.shape[1]] = inside
    return 255 - out


def _without_print(patches: Mapping[tuple[str, str], Dark]) -> dict[tuple[str, str], Dark]:
    """Darkness of each patch beyond what print explains; 0 where there is no ink."""
    by_size: dict[tuple[int, ...], list[tuple[str, str]]] = {}
    for key, patch in patches.items():
        by_size.setdefault(patch.shape, []).append(key)
    pen: dict[tuple[str, str], Dark] = {}
    for keys in by_size.values():
        ring = _shared_print([patches[key] for key in keys])
        print_level = float(np.percentile(ring, 97))
        for option in {option for _, option in keys}:
            alike = [key for key in keys if key[1] == option]
            own = len(alike) >= _ENOUGH_ALIKE
            print_plane = np.maximum(_shared_print([patches[key] for key in alike]), ring) if own else ring
            level = _FAINTEST_INK if own else max(_FAINTEST_INK, _OVER_PRINT * print_level)
            for key in alike:
                pen[key] = _beyond(patches[key], print_plane, min(level, 120.0))
    return pen


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
    inside = np.stack([
        np.bincount(labels[_near(canvas.shape, *places[o], radii[o] * _TOUCH)], minlength=count) for o in places
    ])
    centres = np.array(list(places.values()), np.float64)
    nearest = np.linalg.norm(centres[:, None] - middles[None], axis=2).argmin(axis=0)
    owner = np.where(inside.max(axis=0) > 0, inside.argmax(axis=0), nearest)
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
