"""Erasing printed box lines from a crop without eating the strokes that cross them.

All arrays here are darkness, ``(H, W)`` uint8, 0 = paper. Every line is traced where it really runs,
its usual darkness is measured, and inside its band only that stays which is clearly darker than the
line (grey scans) or continues ink from one side to the other (bilevel scans, where line and ink are
both black; the classical rule for form removal, e.g. Yu & Jain 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.flatten import PIXELS_PER_MM
from recognition.types import Box, BoxKind, Rect

Dark = NDArray[np.uint8]

_REACH = 6
_HALF = 5
_NEAR = 3
_BLOCK = 48
_FAINTEST_LINE = 14
_INK = 60
_DARKER = 50
_CAP = 110
_OFF_CENTRE = 1.5
_DISTANCE = np.abs(np.arange(-_REACH, _REACH + 1))
_SAMPLE = 3
_EDGE_OF_LINE = 0.12
_ENOUGH_TO_BEND = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line in crop pixels: at ``at`` across, from ``start`` to ``stop`` along."""

    horizontal: bool
    at: int
    start: int
    stop: int


def printed_lines(box: Box, origin: tuple[float, float]) -> tuple[Line, ...]:
    """The straight lines printed for ``box``, each once, for a crop whose corner is ``origin`` (mm)."""
    if box.bubbles:
        return ()
    lines: set[Line] = set()
    for rect in box.cells or (box.rect,):
        left, right, top, bottom = _edges(rect, origin)
        lines |= {Line(False, x, top, bottom) for x in (left, right)}
    left, right, top, bottom = _edges(_hull(box.cells) if box.cells else box.rect, origin)
    lines |= {Line(True, y, left, right) for y in (top, bottom)}
    return tuple(_merged(sorted(lines, key=lambda line: (line.horizontal, line.at))))


def _edges(rect: Rect, origin: tuple[float, float]) -> tuple[int, int, int, int]:
    x, y = rect.x - origin[0], rect.y - origin[1]
    left, right, top, bottom = (round(v * PIXELS_PER_MM - 0.5) for v in (x, x + rect.w, y, y + rect.h))
    return left, right, top, bottom


def _hull(rects: Sequence[Rect]) -> Rect:
    left, top = min(r.x for r in rects), min(r.y for r in rects)
    return Rect(left, top, max(r.x + r.w for r in rects) - left, max(r.y + r.h for r in rects) - top)


def _merged(lines: Sequence[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        last = kept[-1] if kept else None
        if last is None or last.horizontal != line.horizontal or line.at - last.at > 4:
            kept.append(line)
    return kept


def erase_lines(dark: Dark, lines: Sequence[Line]) -> tuple[Dark, NDArray[np.bool_]]:
    """A copy of ``dark`` without ``lines``, and where the lines ran, (H, W), 0.4 mm to both sides.

    Vertical lines go first, so that corners go with them.
    """
    clean, near = dark.copy(), np.zeros(dark.shape, np.bool_)
    for line in lines:
        if line.horizontal:
            _erase(clean, near, line)
        else:
            _erase(clean.T, near.T, line)
    return clean, near


def ruled_lines(dark: Dark, kind: BoxKind) -> tuple[Line, ...]:
    """Writing lines found in an open answer: rows that are dark along most of the box."""
    if kind is not BoxKind.MANUAL or min(dark.shape) < 3 * _HALF:
        return ()
    across = np.percentile(cv2.dilate(dark, np.ones((3, 1), np.uint8)), 30, axis=1)
    rows = np.flatnonzero(across > _FAINTEST_LINE)
    groups = np.split(rows, np.flatnonzero(np.diff(rows) > 3) + 1) if rows.size else []
    return tuple(Line(True, int(g.mean()), 0, dark.shape[1] - 1) for g in groups if len(g) <= 2 * _HALF)


def _erase(plane: Dark, near: NDArray[np.bool_], line: Line) -> None:
    """Erases a horizontal line of ``plane`` and marks its place in ``near``, both in place."""
    start, stop = max(line.start - 3, 0), min(line.stop + 4, plane.shape[1])
    if stop - start < 8 or line.at < _REACH + _HALF or line.at + _REACH + _HALF >= plane.shape[0]:
        return
    rows = line.at + _trace(plane, line.at, start, stop)
    band_rows = rows[None, :] + np.arange(-_HALF, _HALF + 1)[:, None]
    columns = np.broadcast_to(np.arange(start, stop), band_rows.shape)
    band = plane[band_rows, columns]
    near[band_rows[_HALF - _NEAR : _HALF + _NEAR + 1], columns[: 2 * _NEAR + 1]] = True
    thick = _thickness(band)
    if thick is None:
        return
    plane[band_rows, columns] = _without_line(band, *thick)


def _trace(plane: Dark, at: int, start: int, stop: int) -> NDArray[np.intp]:
    """Offset of the line from ``at`` for each column, a straight run through what blocks of 6 mm show."""
    strip = np.minimum(plane[at - _REACH - 1 : at + _REACH + 2, start:stop], _CAP)
    count = max(1, (stop - start) // _BLOCK)
    length = (stop - start) // count
    sums = np.add.reduceat(strip, np.arange(count) * length, axis=1, dtype=np.int32) / length
    profile = sums[:-2] + 2 * sums[1:-1] + sums[2:] - _OFF_CENTRE * _DISTANCE[:, None]
    best = profile.argmax(axis=0) - _REACH
    weight = profile.max(axis=0) - profile.mean(axis=0) + 1e-3
    steady = _weighted_median(best, weight)
    agrees = np.abs(best - steady) <= 2
    middle = (np.arange(count) + 0.5) * length
    offsets = _straight(middle[agrees], best[agrees], weight[agrees], stop - start, steady)
    return np.clip(np.round(offsets), -_REACH, _REACH).astype(np.intp)


def _straight(
    places: NDArray[np.float64],
    offsets: NDArray[np.intp],
    weight: NDArray[np.float64],
    length: int,
    steady: int,
) -> NDArray[np.float64]:
    """The weighted regression line through ``offsets``; a parabola for long lines, level for short ones."""
    if len(places) < 3:
        return np.full(length, float(steady))
    if len(places) >= _ENOUGH_TO_BEND:
        return np.asarray(np.polyval(np.polyfit(places, offsets, 2, w=np.sqrt(weight)), np.arange(length)))
    total = weight.sum()
    centre, level = (weight * places).sum() / total, (weight * offsets).sum() / total
    slope = (weight * (places - centre) * (offsets - level)).sum() / (weight * (places - centre) ** 2).sum()
    return np.asarray(level + slope * (np.arange(length) - centre))


def _weighted_median(values: NDArray[np.intp], weights: NDArray[np.floating]) -> int:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return int(values[order][np.searchsorted(total, total[-1] / 2)])


def _thickness(band: Dark) -> tuple[int, int] | None:
    """First and last row of the line inside its straightened band; None when no line shows."""
    capped = np.sort(np.minimum(band[:, ::_SAMPLE], 140), axis=1)
    profile = np.maximum(capped[:, capped.shape[1] // 2], 0.6 * capped.mean(axis=1))
    floor = min(float(profile[0]), float(profile[-1]))
    peak = int(profile[2:-2].argmax()) + 2
    height = float(profile[peak]) - floor
    if height < _FAINTEST_LINE:
        return None
    first = last = peak
    while first > 1 and profile[first - 1] - floor > _EDGE_OF_LINE * height and peak - first < 4:
        first -= 1
    while last < len(profile) - 2 and profile[last + 1] - floor > _EDGE_OF_LINE * height and last - peak < 4:
        last += 1
    return first, last


def _without_line(band: Dark, first: int, last: int) -> Dark:
    line = band[first : last + 1]
    samples = np.sort(line[:, ::_SAMPLE], axis=1)
    usual = samples[:, int(0.6 * samples.shape[1]), None].astype(np.int16)
    darker = line > usual + _DARKER
    above, below = band[:first].max(axis=0), band[last + 1 :].max(axis=0)
    near_above, near_below = (
        band[max(first - 2, 0) : first].max(axis=0),
        band[last + 1 : last + 3].max(axis=0),
    )
    wide = np.ones(2 * (last - first) + 3, np.uint8)
    reach_above = cv2.dilate(near_above[None], wide[None])[0]
    reach_below = cv2.dilate(near_below[None], wide[None])[0]
    crossing = (reach_above > _INK) & (reach_below > _INK) & ((above > _INK) | (below > _INK))
    stroke = np.minimum(reach_above, reach_below)[None, :]
    kept = np.where(darker, line, np.where(crossing[None, :], np.maximum(stroke, 0), 0))
    out = band.copy()
    out[first : last + 1] = kept.astype(np.uint8)
    return out
