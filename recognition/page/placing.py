"""The upright page: warped once when its markers are there, step by step when only few are.

A page with fewer than three markers is placed roughly by what it has; boxes that then show near their
place are fitted too, which brings in those farther away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recognition.page.align import Alignment, realign
from recognition.page.flatten import PIXELS_PER_MM, flatten
from recognition.page.lost_markers import marker_centres
from recognition.page.registration import SEARCH_MM, TRUSTED, Shift, register
from recognition.page.transform import Pairs, project, warp
from recognition.types import Box, Grey, PageLayout

_ROUNDS = 4
_WIDE_SEARCH_MM = 4.0
_SETTLED_MM = 0.6
_BOX_SIGMA_MM = 0.2
_ALL_MARKERS_TRUST = 0.8
_THREE_MARKERS_TRUST = 0.6
_FEW_MARKERS_TRUST = 0.52
_SURE_MARKERS = 3
_SURE_MM = 1.0
_CLOSE_MM = 0.2
_CENTRE_SIGMA_MM = 0.15


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """``upright`` and ``flat`` (paper made white) at 8 px/mm, and each box's shift in the layout's order.

    ``too_light``: the scan shows no box lines, so it may have lost faint writing as well.
    """

    upright: Grey
    flat: Grey
    shifts: tuple[Shift, ...]
    alignment: Alignment
    too_light: bool = False


def place(grey: Grey, layout: PageLayout, alignment: Alignment) -> PlacedPage | None:
    """The page upright with its boxes found; None when too little of it shows to be sure where it lies."""
    placed = _placed(grey, layout, alignment)
    if alignment.markers < len(layout.markers):
        placed = _with_lost_markers(grey, layout, placed)
        placed = _with_boxes(grey, layout, placed)
    return _vouched_for(placed, layout) if _lost(placed.shifts) else placed


def _with_lost_markers(grey: Grey, layout: PageLayout, placed: PlacedPage) -> PlacedPage:
    """The page placed with markers that could not be read but are seen where they should be."""
    missing = {name: rect for name, rect in layout.markers.items() if name not in placed.alignment.seen}
    found = marker_centres(placed.flat, missing)
    if not found:
        return placed
    centres = np.array(
        [(missing[name].x + missing[name].w / 2, missing[name].y + missing[name].h / 2) for name in found]
    )
    target = project(placed.alignment.matrix, np.array(list(found.values())))
    more = Pairs(centres, target, np.full(len(found), _CENTRE_SIGMA_MM))
    alignment = realign(layout, placed.alignment, more, frozenset(found))
    return placed if alignment is None else _placed(grey, layout, alignment)


def _with_boxes(grey: Grey, layout: PageLayout, placed: PlacedPage) -> PlacedPage:
    """The page placed with the boxes that show as further points, until that brings no more."""
    for _ in range(_ROUNDS):
        if _largest(placed.shifts) < _SETTLED_MM and all(s.seen >= TRUSTED for s in placed.shifts):
            break
        better = _closer(grey, layout, placed)
        if better is None:
            break
        placed = better
    return placed


def _placed(grey: Grey, layout: PageLayout, alignment: Alignment) -> PlacedPage:
    upright = warp(grey, alignment.matrix, layout.page_size, PIXELS_PER_MM)
    flat = flatten(upright, tuple(layout.markers.values()))
    search_mm = SEARCH_MM if alignment.markers >= _SURE_MARKERS else _WIDE_SEARCH_MM
    return PlacedPage(upright, flat, register(flat, layout.boxes, search_mm), alignment)


def _closer(grey: Grey, layout: PageLayout, placed: PlacedPage) -> PlacedPage | None:
    more = _box_pairs(layout.boxes, placed)
    alignment = None if more is None else realign(layout, placed.alignment, more)
    if alignment is None:
        return None
    better = _placed(grey, layout, alignment)
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


def _vouched_for(placed: PlacedPage, layout: PageLayout) -> PlacedPage | None:
    """Where the scan lost all box lines, the markers vouch for the boxes, if they know the whole page."""
    alignment = placed.alignment
    if alignment.markers >= _SURE_MARKERS:
        close = alignment.markers == len(layout.markers) and alignment.residual_mm < _CLOSE_MM
        trust = _ALL_MARKERS_TRUST if close else _THREE_MARKERS_TRUST
    elif alignment.uncertainty_mm(layout) < _SURE_MM:
        trust = _FEW_MARKERS_TRUST
    else:
        return None
    shifts = tuple(Shift(s.dx, s.dy, max(s.seen, trust)) for s in placed.shifts)
    return PlacedPage(placed.upright, placed.flat, shifts, alignment, too_light=True)
