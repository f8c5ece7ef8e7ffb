"""The upright page: warped once when its markers are there, step by step when only few are.

A page with fewer than three markers is placed roughly by what it has; boxes that then show near their
place are fitted too, which brings in those farther away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recognition.align import Alignment, realign
from recognition.flatten import PIXELS_PER_MM, flatten
from recognition.registration import TRUSTED, Shift, register
from recognition.transform import Pairs, project, warp
from recognition.types import Box, Grey, PageLayout

_ROUNDS = 4
_WIDE_SEARCH_MM = 4.0
_SETTLED_MM = 0.6
_BOX_SIGMA_MM = 0.2
_ALL_MARKERS_TRUST = 0.8
_THREE_MARKERS_TRUST = 0.6
_CLOSE_MM = 0.2


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """``upright`` and ``flat`` (paper made white) at 8 px/mm, and each box's shift in the layout's order."""

    upright: Grey
    flat: Grey
    shifts: tuple[Shift, ...]
    alignment: Alignment


def place(grey: Grey, layout: PageLayout, alignment: Alignment) -> PlacedPage | None:
    """The page upright with its boxes found; None when too little of it shows to be sure where it lies."""
    sure = alignment.markers >= 3
    placed = _placed(grey, layout, alignment, sure)
    for _ in range(0 if alignment.markers == 4 else _ROUNDS):
        if _largest(placed.shifts) < _SETTLED_MM and all(s.seen >= TRUSTED for s in placed.shifts):
            break
        better = _closer(grey, layout, placed, sure)
        if better is None:
            break
        placed = better
    if _lost(placed.shifts):
        return _vouched_for(placed) if sure else None
    return placed


def _placed(grey: Grey, layout: PageLayout, alignment: Alignment, sure: bool) -> PlacedPage:
    upright = warp(grey, alignment.matrix, layout.page_size, PIXELS_PER_MM)
    flat = flatten(upright, tuple(layout.markers.values()))
    shifts = register(flat, layout.boxes) if sure else register(flat, layout.boxes, _WIDE_SEARCH_MM)
    return PlacedPage(upright, flat, shifts, alignment)


def _closer(grey: Grey, layout: PageLayout, placed: PlacedPage, sure: bool) -> PlacedPage | None:
    """The page placed with its visible boxes as further points, None when that shows no more of it."""
    more = _box_pairs(layout.boxes, placed)
    alignment = None if more is None else realign(layout, placed.alignment, more)
    if alignment is None:
        return None
    better = _placed(grey, layout, alignment, sure)
    gained = sum(s.seen for s in better.shifts) - sum(s.seen for s in placed.shifts)
    nearer = _largest(placed.shifts) - _largest(better.shifts)
    return better if gained > 0.05 or (gained > -0.05 and nearer > 0.1) else None


def _box_pairs(boxes: Sequence[Box], placed: PlacedPage) -> Pairs | None:
    found = [(box, shift) for box, shift in zip(boxes, placed.shifts, strict=True) if shift.seen >= TRUSTED]
    if not found:
        return None
    centres = np.array([(box.rect.x + box.rect.w / 2, box.rect.y + box.rect.h / 2) for box, _ in found])
    moved = centres + np.array([(shift.dx, shift.dy) for _, shift in found])
    return Pairs(centres, project(placed.alignment.matrix, moved), np.full(len(found), _BOX_SIGMA_MM))


def _largest(shifts: Sequence[Shift]) -> float:
    return max((float(np.hypot(s.dx, s.dy)) for s in shifts), default=0.0)


def _lost(shifts: Sequence[Shift]) -> bool:
    return bool(shifts) and float(np.median([s.seen for s in shifts])) < TRUSTED


def _vouched_for(placed: PlacedPage) -> PlacedPage:
    """Where the scan lost all box lines, the markers vouch for the boxes."""
    close = placed.alignment.markers == 4 and placed.alignment.residual_mm < _CLOSE_MM
    trust = _ALL_MARKERS_TRUST if close else _THREE_MARKERS_TRUST
    shifts = tuple(Shift(s.dx, s.dy, max(s.seen, trust)) for s in placed.shifts)
    return PlacedPage(placed.upright, placed.flat, shifts, placed.alignment)
