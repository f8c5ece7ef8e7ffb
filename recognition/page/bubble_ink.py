"""How much pen each bubble of a page holds, once print is taken away.

Areas are shares of the bubble's own area.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.bubble_print import Key, bubble_patch, disc_mask, without_print
from recognition.page.flatten import PIXELS_PER_MM
from recognition.page.lines import Dark
from recognition.page.registration import Shift
from recognition.types import Box, Grey

_DISC = 0.86
_TOUCH = 1.1
_FAR_OFF = 1.2
_SPECK_PIXELS = 6
_ENOUGH_FOR_BASELINE = 3
_HIGHEST_BASELINE = 0.05


@dataclass(frozen=True, slots=True)
class BubbleInk:
    """Pen in and around one bubble.

    ``area``: share of the bubble's area, what lies just outside counts too; ``inside``: share of the
    inner disc that is inked, 1 = solid; ``darkness``: mean darkness of that ink, 0..255.
    """

    area: float
    inside: float
    darkness: float


def bubble_ink(flat: Grey, boxes: Sequence[Box], shifts: Sequence[Shift]) -> dict[Key, BubbleInk]:
    """Ink of every bubble of the page, by question and option."""
    patches: dict[Key, Dark] = {}
    for box, shift in zip(boxes, shifts, strict=True):
        for option, rect in box.bubbles.items():
            patches[box.question, option] = bubble_patch(flat, rect, shift)
    pen = without_print(patches)
    found: dict[Key, BubbleInk] = {}
    for box in boxes:
        row = _row(box, {option: pen[box.question, option] for option in box.bubbles})
        found |= {(box.question, option): ink for option, ink in row.ink().items()}
    return _above_baseline(found)


@dataclass(frozen=True, slots=True)
class _Bubble:
    """A bubble on the plane of its question: centre and radius in pixels, ``half`` the side of its patch."""

    x: int
    y: int
    radius: float
    half: int

    def window(self) -> tuple[slice, slice]:
        return slice(self.y - self.half, self.y + self.half + 1), slice(
            self.x - self.half, self.x + self.half + 1
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """The bubbles of one question and all pen around them on one plane, (H, W) darkness."""

    bubbles: Mapping[str, _Bubble]
    plane: Dark

    def ink(self) -> dict[str, BubbleInk]:
        """Ink by option; a stroke that runs on past its bubble counts where most of it lies."""
        owner = self._owners()
        found = {}
        for number, (option, bubble) in enumerate(self.bubbles.items()):
            window = bubble.window()
            mine = owner[window] == number
            disc = disc_mask(bubble.half, bubble.radius * _DISC)
            count = int(mine.sum())
            darkness = float(self.plane[window][mine].mean()) if count else 0.0
            found[option] = BubbleInk(
                count / (math.pi * bubble.radius**2), float(mine[disc].mean()), darkness
            )
        return found

    def _owners(self) -> NDArray[np.intp]:
        """For each pixel the number of the bubble that its stroke belongs to, -1 where there is no stroke."""
        mask = (self.plane > 0).astype(np.uint8)
        count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
        places = list(self.bubbles.values())
        parts = [labels[b.window()][disc_mask(b.half, b.radius * _TOUCH)] for b in places]
        inside = np.stack([np.bincount(part, minlength=count) for part in parts])
        distances = np.hypot(*(np.array([(b.x, b.y) for b in places]).T[:, :, None] - middles.T[:, None]))
        touches = inside.max(axis=0) > 0
        owner = np.where(touches, inside.argmax(axis=0), distances.argmin(axis=0))
        bottom = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
        runs_off = (stats[:, cv2.CC_STAT_TOP] == 0) | (bottom == self.plane.shape[0])
        far_off = distances.min(axis=0) > _FAR_OFF * max(b.radius for b in places)
        owner[~touches & runs_off & far_off] = -1  # lines of print above and below
        owner[stats[:, cv2.CC_STAT_AREA] < _SPECK_PIXELS] = -1
        owner[0] = -1
        return np.asarray(owner[labels], np.intp)


def _row(box: Box, pen: Mapping[str, Dark]) -> _Row:
    """The patches of one question laid onto one plane."""
    halves = {option: patch.shape[0] // 2 for option, patch in pen.items()}
    centres = {
        o: ((r.x + r.w / 2) * PIXELS_PER_MM, (r.y + r.h / 2) * PIXELS_PER_MM) for o, r in box.bubbles.items()
    }
    left, top = (min(centres[o][axis] - halves[o] for o in pen) for axis in (0, 1))
    bubbles = {
        option: _Bubble(
            round(centres[option][0] - left), round(centres[option][1] - top),
            max(rect.w, rect.h) / 2 * PIXELS_PER_MM, halves[option],
        )
        for option, rect in box.bubbles.items()
    }  # fmt: skip
    wide, high = (max(getattr(b, axis) + b.half for b in bubbles.values()) + 1 for axis in ("x", "y"))
    plane = np.zeros((high, wide), np.uint8)
    for option, patch in pen.items():
        part = plane[bubbles[option].window()]
        np.maximum(part, patch, out=part)
    return _Row(bubbles, plane)


def _above_baseline(found: dict[Key, BubbleInk]) -> dict[Key, BubbleInk]:
    """Areas less what the page's emptiest third of bubbles shows: print that was not recognised as such."""
    if len(found) < _ENOUGH_FOR_BASELINE:
        return found
    areas = sorted(ink.area for ink in found.values())
    base = min(areas[(len(areas) - 1) // 3], _HIGHEST_BASELINE)
    return {key: BubbleInk(max(ink.area - base, 0.0), ink.inside, ink.darkness) for key, ink in found.items()}
