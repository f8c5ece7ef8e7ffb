"""Cutting answer boxes out of the flattened upright page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.beside import strip_beside, writing_in
from recognition.page.flatten import PIXELS_PER_MM, piece
from recognition.page.ink import Strokes, measure, only, own_strokes, strokes
from recognition.page.lines import Dark, erase_lines, printed_lines, ruled_lines
from recognition.page.registration import Shift
from recognition.types import Box, BoxKind, Crop, Grey, Ink, Rect

MARGIN_MM = 1.5
"""How far a crop reaches beyond its box: handwriting overflows."""
BUBBLE_MARGIN_MM = 3.0
"""The same for bubbles: circles are drawn around them."""

_RIM = 8
_CELL_MARGIN = 8
_OWN_CELL_SHARE = 0.7
_WHITENING = np.where(np.arange(256) >= 238, 255, np.arange(256)).astype(np.uint8)


def cut_box(flat: Grey, box: Box, shift: Shift, room: Rect | None = None) -> Crop:
    """The crop of ``box`` moved by ``shift``; its corner lies a margin outside the box.

    Where something is written in the ``room`` beside the box, the image for people reaches to its end, or to
    the edge of the page when the writing goes on behind the room.
    """
    margin = BUBBLE_MARGIN_MM if box.bubbles else MARGIN_MM
    left, top = _pixels(box.rect.x - margin + shift.dx), _pixels(box.rect.y - margin + shift.dy)
    wide, high = _pixels(box.rect.w + 2 * margin), _pixels(box.rect.h + 2 * margin)
    image = piece(flat, left, top, wide, high)
    dark: Dark = 255 - image
    if box.bubbles:
        return Crop(box, _whitened(image), image, (), Ink(0.0, True), shift.seen)
    clean, near_lines = _erased(dark, box)
    if box.kind is BoxKind.MANUAL:
        return Crop(box, _whitened(image), 255 - clean, (), _open_ink(clean, near_lines), shift.seen)
    inner = _inner(clean.shape)
    found = strokes(clean, near_lines)
    own = own_strokes(found, inner)
    cells = _cells(clean, found, own, box) if box.cells else ()
    cleaned = 255 - only(clean, found, own)
    beside = writing_in(strip_beside(flat, room, shift), cleaned) if room else 0
    if room and beside:
        goes_on = beside >= _pixels(room.w) - PIXELS_PER_MM
        end = _pixels(room.x - box.rect.x + margin) + beside + _RIM
        image = piece(flat, left, top, flat.shape[1] - left if goes_on else end, high)
    return Crop(box, _whitened(image), cleaned, cells, measure(found, own, inner), shift.seen, beside > 0)


def _erased(dark: Dark, box: Box) -> tuple[Dark, NDArray[np.bool_]]:
    origin = (box.rect.x - MARGIN_MM, box.rect.y - MARGIN_MM)
    return erase_lines(dark, (*printed_lines(box, origin), *ruled_lines(dark, box.kind)))


def _open_ink(clean: Dark, near_lines: NDArray[np.bool_]) -> Ink:
    """Ink of an open answer, which people read: at half the resolution, as it is as large as all else."""
    half = (clean.shape[1] // 2, clean.shape[0] // 2)
    small = np.asarray(cv2.resize(clean, half, interpolation=cv2.INTER_AREA), np.uint8)
    found = strokes(small, near_lines[: 2 * half[1] : 2, : 2 * half[0] : 2])
    inner = _inner(small.shape, PIXELS_PER_MM // 2)
    return measure(found, own_strokes(found, inner), inner)


def _inner(shape: tuple[int, ...], pixels_per_mm: int = PIXELS_PER_MM) -> tuple[slice, slice]:
    margin = round(MARGIN_MM * pixels_per_mm)
    return slice(margin, shape[0] - margin), slice(margin, shape[1] - margin)


def _cells(clean: Dark, found: Strokes, own: NDArray[np.bool_], box: Box) -> tuple[Grey, ...]:
    """Each cell with the pieces of ink that belong to it; one that spans cells is cut at their edge."""
    edges = [(_offset(cell, box), _offset(cell, box) + _pixels(cell.w)) for cell in box.cells]
    starts = np.array([start for start, _ in edges])
    column_cell = np.clip(
        np.searchsorted(starts, np.arange(clean.shape[1]), side="right") - 1, 0, len(edges) - 1
    )
    share = np.bincount(
        (found.labels.astype(np.int64) * len(edges) + column_cell).ravel(), minlength=found.count * len(edges)
    ).reshape(found.count, len(edges))
    mostly = share >= _OWN_CELL_SHARE * np.maximum(found.areas, 1)[:, None]
    shared = own & ~mostly.any(axis=1)
    return tuple(
        _cell(clean, found, own & mostly[:, i], shared, start, stop) for i, (start, stop) in enumerate(edges)
    )


def _cell(
    clean: Dark, found: Strokes, mine: NDArray[np.bool_], shared: NDArray[np.bool_], start: int, stop: int
) -> Grey:
    left, right = max(start - _CELL_MARGIN, 0), min(stop + _CELL_MARGIN, clean.shape[1])
    part = slice(left, right)
    labels = found.labels[:, part].copy()
    outside = np.ones(labels.shape[1], bool)
    outside[start - left : stop - left] = False
    labels[:, outside] = np.where(shared[labels[:, outside]], 0, labels[:, outside])
    return 255 - only(clean[:, part], Strokes(labels, found.areas, found.sizes), mine | shared)


def _offset(cell: Rect, box: Box) -> int:
    return _pixels(cell.x - box.rect.x + MARGIN_MM)


def _whitened(image: Grey) -> Grey:
    return np.asarray(cv2.LUT(image, _WHITENING), np.uint8)


def _pixels(mm: float) -> int:
    return round(mm * PIXELS_PER_MM)
