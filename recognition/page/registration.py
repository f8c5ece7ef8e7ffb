"""Each box's own alignment: where its printed outline lies compared with where the page transform puts it.

Paper curls and feeders stretch, so the outline of every box is looked for within 2 mm. The outline
counts by its presence, not by its darkness, so handwriting in the box draws it nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.flatten import PIXELS_PER_MM
from recognition.types import Box, BoxKind, Grey, Rect

SEARCH_MM = 2.0
TRUSTED = 0.45
"""Share of a box's outline that must be seen before its shift is believed."""

_COARSE = 4
_STEP = PIXELS_PER_MM // _COARSE
_LINE_DARKNESS = 90
_FAR_PENALTY = 0.015

Plane = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the box lies from its place, in mm, and how sure that is (0..1, share of outline seen)."""

    dx: float
    dy: float
    seen: float


def register(flat: Grey, boxes: Sequence[Box], search_mm: float = SEARCH_MM) -> tuple[Shift, ...]:
    """One shift a box of the flattened upright page, in the order of ``boxes``.

    Open answers have no outline, only lines: they follow the others, as does a box that cannot be seen.
    """
    outlined = [box for box in boxes if box.kind is not BoxKind.MANUAL]
    own = {box.question: box_shift(flat, box, search_mm) for box in outlined}
    general = _general_shift(outlined, list(own.values()))
    usual = float(np.median([shift.seen for shift in own.values()])) if own else 0.0
    return tuple(_settled(own.get(box.question), general, box, usual) for box in boxes)


def _settled(own: Shift | None, general: NDArray[np.float64], box: Box, usual: float) -> Shift:
    """The box's own shift when its outline was seen, else what the page's other boxes say."""
    if own is not None and own.seen >= TRUSTED:
        return own
    dx, dy = np.clip(_centre(box.rect) @ general, -SEARCH_MM, SEARCH_MM)
    return Shift(float(dx), float(dy), usual if own is None else own.seen)


def box_shift(flat: Grey, box: Box, search_mm: float = SEARCH_MM) -> Shift:
    """The box's shift by correlation with its drawn outline; ``seen``: share of the outline found there."""
    reach = round(search_mm * _COARSE)
    template, origin = outline(box)
    region = _coarse_region(flat, origin, template.shape, reach)
    found = cv2.matchTemplate(region, template - template.mean(), cv2.TM_CCORR) / max(
        float(template.sum()), 1.0
    )
    scores = np.asarray(found, np.float32)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    scores -= _FAR_PENALTY * float(np.ptp(scores)) * np.hypot(x, y).astype(np.float32)
    row, column = (int(v) for v in np.unravel_index(int(scores.argmax()), scores.shape))
    dx, dy = column - reach + _peak(scores[row], column), row - reach + _peak(scores[:, column], row)
    return Shift(dx / _COARSE, dy / _COARSE, _seen(region, template, row, column))


def outline(box: Box) -> tuple[Plane, tuple[int, int]]:
    """The printed lines of ``box`` drawn at 4 px/mm, 1 on the line, and the drawing's top-left pixel."""
    shapes = tuple(box.bubbles.values()) or box.cells or (box.rect,)
    left, top = min(r.x for r in shapes), min(r.y for r in shapes)
    right, bottom = max(r.x + r.w for r in shapes), max(r.y + r.h for r in shapes)
    x, y = int(left * _COARSE) - 2, int(top * _COARSE) - 2
    size = (int(bottom * _COARSE) + 3 - y, int(right * _COARSE) + 3 - x)
    plane = np.zeros(size, np.uint8)
    for rect in shapes:
        _draw(
            plane, Rect(rect.x * _COARSE - x, rect.y * _COARSE - y, rect.w * _COARSE, rect.h * _COARSE), box
        )
    return plane.astype(np.float32) / 255, (x, y)


def _draw(plane: NDArray[np.uint8], rect: Rect, box: Box) -> None:
    fine = 16
    if box.bubbles:
        centre = (round((rect.x + rect.w / 2 - 0.5) * fine), round((rect.y + rect.h / 2 - 0.5) * fine))
        axes = (round(rect.w / 2 * fine), round(rect.h / 2 * fine))
        cv2.ellipse(plane, centre, axes, 0, 0, 360, 255, 1, cv2.LINE_AA, 4)
        return
    corner = (round((rect.x - 0.5) * fine), round((rect.y - 0.5) * fine))
    opposite = (round((rect.x + rect.w - 0.5) * fine), round((rect.y + rect.h - 0.5) * fine))
    cv2.rectangle(plane, corner, opposite, 255, 1, cv2.LINE_AA, 4)


def _coarse_region(flat: Grey, origin: tuple[int, int], shape: tuple[int, ...], reach: int) -> Plane:
    """Capped darkness around the outline at 4 px/mm, values 0..1."""
    x, y = (origin[0] - reach) * _STEP, (origin[1] - reach) * _STEP
    high, wide = (shape[0] + 2 * reach) * _STEP, (shape[1] + 2 * reach) * _STEP
    top, left = max(0, -y), max(0, -x)
    inside = flat[max(y, 0) : y + high, max(x, 0) : x + wide]
    region = np.full((high, wide), 255, np.uint8)
    region[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    small = cv2.resize(region, (wide // _STEP, high // _STEP), interpolation=cv2.INTER_AREA)
    return np.minimum(255 - small, _LINE_DARKNESS).astype(np.float32) / _LINE_DARKNESS


def _seen(region: Plane, template: Plane, row: int, column: int) -> float:
    on_line = template > 0.5
    there = cv2.dilate(region, np.ones((2, 2), np.uint8))[
        row : row + template.shape[0], column : column + template.shape[1]
    ]
    return float((there[on_line] > 0.3).mean()) if on_line.any() else 0.0


def _peak(values: Plane, index: int) -> float:
    """Offset of the parabola's top from ``index``, within half a step."""
    if not 0 < index < len(values) - 1:
        return 0.0
    before, here, after = (float(values[index + i]) for i in (-1, 0, 1))
    bend = before - 2 * here + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def _centre(rect: Rect) -> NDArray[np.float64]:
    return np.array([rect.x + rect.w / 2, rect.y + rect.h / 2, 1.0])


def _general_shift(boxes: Sequence[Box], shifts: Sequence[Shift]) -> NDArray[np.float64]:
    """The trusted boxes' shifts as an affine function of (x, y, 1): from six boxes on, else their median."""
    trusted = [(box, s) for box, s in zip(boxes, shifts, strict=True) if s.seen >= TRUSTED]
    matrix = np.zeros((3, 2))
    if not trusted:
        return matrix
    moves = np.array([(s.dx, s.dy) for _, s in trusted])
    if len(trusted) < 6:
        matrix[2] = np.median(moves, axis=0)
        return matrix
    places = np.array([_centre(box.rect) for box, _ in trusted])
    return np.asarray(np.linalg.solve(places.T @ places + np.diag((30.0, 30.0, 0.01)), places.T @ moves))
