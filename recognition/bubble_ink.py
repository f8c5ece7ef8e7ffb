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

_REACH = 1.55
_DISC = 0.86
_ENOUGH_ALIKE = 3
_FAINTEST_INK = 42.0
_OVER_PRINT = 1.3
_SHARED = 0.3
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
    half = round(max(rect.w, rect.h) / 2 * _REACH * PIXELS_PER_MM)
    x = round((rect.x + rect.w / 2 + shift.dx) * PIXELS_PER_MM - 0.5)
    y = round((rect.y + rect.h / 2 + shift.dy) * PIXELS_PER_MM - 0.5)
    out = np.full((2 * half + 1, 2 * half + 1), 255, np.uint8)
    top, left = max(y - half, 0), max(x - half, 0)
    inside = flat[top : max(y + half + 1, 0), left : max(x + half + 1, 0)]
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
    """Ink of one question; a stroke that runs on into a neighbour counts where most of it lies."""
    found: dict[tuple[str, str], BubbleInk] = {}
    for option, plane in pen.items():
        rect = box.bubbles[option]
        labels = _own_pieces(plane, box, option)
        radius = max(rect.w, rect.h) / 2 * PIXELS_PER_MM
        disc = _disc(plane.shape[0], radius * _DISC)
        ink = labels & (plane > 0)
        area = float(ink.sum()) / (np.pi * radius**2)
        darkness = float(plane[ink].mean()) if ink.any() else 0.0
        found[box.question, option] = BubbleInk(area, float(ink[disc].mean()), darkness)
    return found


def _own_pieces(plane: Dark, box: Box, option: str) -> NDArray[np.bool_]:
    """Which ink of the patch belongs to this bubble: pieces that touch it more than a neighbour."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((plane > 0).astype(np.uint8), connectivity=8)
    here = box.bubbles[option]
    half, radius = plane.shape[0] // 2, max(here.w, here.h) / 2 * PIXELS_PER_MM
    mine = np.bincount(labels[_disc(plane.shape[0], radius * 1.1)], minlength=count)
    others = np.zeros(count, np.int64)
    for name, rect in box.bubbles.items():
        if name != option:
            offset = (_centre(rect) - _centre(here)) * PIXELS_PER_MM
            others += np.bincount(labels[_disc(2 * half + 1, radius * 1.1, offset)], minlength=count)
    own = (
        (stats[:, cv2.CC_STAT_AREA] >= _SPECK_PIXELS) & (mine >= _SHARED * np.maximum(others, 1)) & (mine > 0)
    )
    own[0] = False
    return np.asarray(own[labels], np.bool_)


def _centre(rect: Rect) -> NDArray[np.float64]:
    return np.array([rect.x + rect.w / 2, rect.y + rect.h / 2])


def _disc(size: int, radius: float, offset: NDArray[np.float64] | None = None) -> NDArray[np.bool_]:
    dx, dy = (0.0, 0.0) if offset is None else (float(v) for v in offset)
    y, x = np.ogrid[:size, :size]
    return np.asarray((x - size // 2 - dx) ** 2 + (y - size // 2 - dy) ** 2 <= radius**2)


def _above_baseline(found: dict[tuple[str, str], BubbleInk]) -> dict[tuple[str, str], BubbleInk]:
    """Areas less what the page's emptiest third of bubbles shows: letters that no template explains."""
    if len(found) < _ENOUGH_ALIKE:
        return found
    areas = sorted(ink.area for ink in found.values())
    base = min(areas[(len(areas) - 1) // 3], 0.05)
    return {key: BubbleInk(max(ink.area - base, 0.0), ink.inside, ink.darkness) for key, ink in found.items()}
