"""Writing beside an answer box: sheets ask to strike a slip out and to write the answer beside it.

What is beside a box is not read, only seen: then neither what is in the box nor an empty box may count.
"""

from __future__ import annotations

import numpy as np

from recognition.page.flatten import PIXELS_PER_MM, piece
from recognition.page.ink import ink_threshold, strokes
from recognition.page.registration import Shift
from recognition.types import Box, BoxKind, Grey, PageLayout, Rect

GAP_MM = 2.0
"""Nearer than this, ink is handwriting that overflows the box or the end of the stroke through it."""
REACH_MM = 37.0
NEXT_MM = 4.0
"""So far before the next box its own writing may begin."""
EDGE_MM = 40.0
"""So far from the page's right edge print may stand again."""
LEAST_WIDTH_MM = 5.0
TALL_MM = 2.5
"""The longer side of a piece of ink that is taken for writing."""

_LEAST_SHARE = 0.6
"""Of the darkness of what is written in the box: what shines through from the back is fainter."""


def room_beside(box: Box, layout: PageLayout) -> Rect | None:
    """Where a pupil may write to the right of ``box``: to the next box or the print at the page's right edge.

    None without such a place, or when it is not known where it begins.
    """
    free = _free_from(box)
    if free is None:
        return None
    nexts = [
        other.rect.x - NEXT_MM
        for other in layout.boxes
        if other.rect.x >= box.rect.x + box.rect.w and _side_by_side(other.rect, box.rect)
    ]
    width = min([*nexts, layout.page_size[0] - EDGE_MM, free + REACH_MM]) - free - GAP_MM
    return Rect(free + GAP_MM, box.rect.y, width, box.rect.h) if width >= LEAST_WIDTH_MM else None


def _free_from(box: Box) -> float | None:
    """The x behind which nothing is printed beside ``box``; None where that is not known or of no use."""
    if box.kind is BoxKind.NUMBER:
        return box.free_from
    return box.rect.x + box.rect.w if box.kind in (BoxKind.DIGITS, BoxKind.TEXT) else None


def _side_by_side(one: Rect, other: Rect) -> bool:
    return one.y < other.y + other.h and other.y < one.y + one.h


def strip_beside(flat: Grey, room: Rect, shift: Shift) -> Grey:
    """That part of the page."""
    x, y, w, h = (round(mm * PIXELS_PER_MM) for mm in (room.x + shift.dx, room.y + shift.dy, room.w, room.h))
    return piece(flat, x, y, w, h)


def writing_in(strip: Grey, clean: Grey) -> int:
    """Where the writing in ``strip`` ends, in pixels from its left; 0 without any.

    ``clean``: the crop of the box itself, (H, W) with paper at 255, whose pen the writing is compared with.
    """
    dark = np.asarray(255 - strip, np.uint8)
    found = strokes(dark, np.zeros(dark.shape, np.bool_))
    level = np.bincount(found.labels.ravel(), dark.ravel(), found.count) / np.maximum(found.areas, 1)
    written = (found.sizes >= TALL_MM * PIXELS_PER_MM) & (level >= _LEAST_SHARE * _pen(clean))
    written[0] = False
    columns = np.flatnonzero(written[found.labels].any(axis=0))
    return int(columns[-1]) + 1 if columns.size else 0


def _pen(clean: Grey) -> float:
    """Mean darkness of the ink in the box, 0 in an empty one."""
    dark = np.asarray(255 - clean, np.uint8)
    ink = dark[dark > ink_threshold(dark)]
    return float(ink.mean()) if ink.size else 0.0
