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
EDGE_MM = 20.0
"""So far from the page's right edge print may stand again."""
LEAST_WIDTH_MM = 5.0
TALL_MM = 2.5
"""The longer side of a piece of ink that is taken for writing."""

_LEAST_SHARE = 0.6
"""Of the darkness of what is written in the box: what shines through from the back is fainter."""

_KINDS = frozenset({BoxKind.DIGITS, BoxKind.TEXT})
"""Beside boxes for numbers their unit may be printed."""


def room_beside(box: Box, layout: PageLayout) -> float:
    """Millimetres to the right of ``box`` where a pupil may write: to the next box or the page's margin."""
    right = box.rect.x + box.rect.w
    nexts = [
        other.rect.x - NEXT_MM
        for other in layout.boxes
        if other.rect.x >= right and _side_by_side(other.rect, box.rect)
    ]
    return (
        min([*nexts, layout.page_size[0] - EDGE_MM, right + REACH_MM]) - right if box.kind in _KINDS else 0.0
    )


def _side_by_side(one: Rect, other: Rect) -> bool:
    return one.y < other.y + other.h and other.y < one.y + one.h


def strip_beside(flat: Grey, box: Box, shift: Shift, room: float) -> Grey | None:
    """That part of the page, None where there is no room (in mm) to write."""
    width = room - GAP_MM
    if width < LEAST_WIDTH_MM:
        return None
    left = box.rect.x + box.rect.w + GAP_MM + shift.dx
    x, y, w, h = (round(mm * PIXELS_PER_MM) for mm in (left, box.rect.y + shift.dy, width, box.rect.h))
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
