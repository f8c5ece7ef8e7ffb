"""A piece of a page with one answer box, painted, scanned askew and straightened as production does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from recognition.page.flatten import PIXELS_PER_MM
from recognition.paper.handwriting import Placed
from recognition.paper.ink import InkLayer, inked
from recognition.paper.pen import Ink, Rng, scaled, trimmed
from recognition.paper.presets import Mode, Recipe
from recognition.paper.scan import jpeg_bytes
from recognition.paper.tone import as_grey, bilevel, dusty, lit, on_paper, sensed
from recognition.paper.warp import Picture
from recognition.paper.writer import new_pen
from recognition.types import Box, Grey, Rect

AROUND_MM: Final = 6.0
"""Paper around the box: it lies at (AROUND_MM, AROUND_MM) of the patch."""

Matrix = npt.NDArray[np.float64]

_LINE_MM: Final = 0.3
_DOTS: Final = 12.0
_SLIP_MM: Final = 0.25


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of a page, (H, W, 3) at 12 pixels a mm, and the black square that stands for a marker."""

    picture: npt.NDArray[np.uint8]
    marker: Rect

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return self.picture.shape[1] / _DOTS, self.picture.shape[0] / _DOTS


def painted(box: Box, pieces: Sequence[tuple[Grey, Rect]], rng: Rng) -> Patch:
    """The printed box, at times a neighbour, and each writing (dark on light) within its rectangle."""
    wide, high = box.rect.w + 2 * AROUND_MM + 8, box.rect.h + 2 * AROUND_MM
    shape = (round(high * _DOTS), round(wide * _DOTS))
    page = np.full((*shape, 3), 255, np.uint8)
    marker = Rect(wide - 7.5, 0.5 * high - 2.5, 5.0, 5.0)
    _outline(page, (*(box.cells or (box.rect,)), *_neighbours(box, rng)), int(rng.integers(120, 180)))
    x, y, w, h = _place(marker)
    cv2.rectangle(page, (x, y), (x + w, y + h), (0, 0, 0), -1)
    layer = InkLayer(np.zeros(shape, np.uint8), _DOTS)
    for image, rect in pieces:
        layer.stamp(_within(image, rect, rng))
    return Patch(inked(page, layer, new_pen(rng), rng), marker)


def _place(rect: Rect) -> tuple[int, int, int, int]:
    x, y, w, h = (round(side * _DOTS) for side in (rect.x, rect.y, rect.w, rect.h))
    return x, y, w, h


def _neighbours(box: Box, rng: Rng) -> list[Rect]:
    """At times the outline of another box just above or below."""
    if rng.random() < 0.6:
        return []
    gap = float(rng.uniform(1.0, 4.0))
    y = box.rect.y - gap - 11 if rng.random() < 0.5 else box.rect.y + box.rect.h + gap
    return [Rect(box.rect.x, y, box.rect.w, 11.0)]


def _outline(page: npt.NDArray[np.uint8], rects: Sequence[Rect], grey: int) -> None:
    shade = (grey, grey, grey)
    for rect in rects:
        x, y, w, h = _place(rect)
        thick = max(1, round(_LINE_MM * _DOTS))
        cv2.rectangle(page, (x, y), (x + w, y + h), shade, thick)


def _within(image: Grey, rect: Rect, rng: Rng) -> Placed:
    """The writing scaled into `rect`, most often inside, at times over its lines."""
    ink: Ink = trimmed(_darkness(image))
    reach = float(rng.uniform(0.45, 0.85)) if rng.random() < 0.9 else float(rng.uniform(0.85, 1.15))
    limit = 0.95 if reach < 0.85 else 1.1
    scale = min(reach * rect.h / ink.shape[0], limit * rect.w / ink.shape[1]) * _DOTS
    ink = scaled(ink, scale)
    free_x, free_y = rect.w * _DOTS - ink.shape[1], rect.h * _DOTS - ink.shape[0]
    x = rect.x * _DOTS + free_x * float(np.clip(rng.normal(0.45, 0.15), 0, 1))
    y = rect.y * _DOTS + free_y * float(np.clip(rng.normal(0.5, 0.15), 0, 1))
    return Placed(ink, x, y)


def _darkness(image: Grey) -> Ink:
    paper = max(1.0, float(np.percentile(image, 90)))
    dark = np.clip(1.15 * (paper - image.astype(np.float32)) / paper - 0.1, 0, 1)
    return np.asarray(255 * dark, np.uint8)


def straightened(patch: Patch, recipe: Recipe, rng: Rng) -> Grey:
    """The patch scanned askew as the recipe says, turned upright at 8 px/mm, a little off its place."""
    sheet = as_grey(patch.picture)
    wide, high = (side * recipe.dpi / 25.4 for side in patch.size_mm)
    size = (round(wide + 0.11 * high), round(high + 0.11 * wide))
    there = _askew((sheet.shape[1], sheet.shape[0]), size, recipe)
    shrinkage = _DOTS * 25.4 / recipe.dpi
    soft = cv2.GaussianBlur(on_paper(sheet, None, recipe, rng), (0, 0), max(0.3, 0.4 * shrinkage))
    level = float(recipe.paper[1])
    bare = cv2.warpAffine(soft, there[:2], size, borderMode=cv2.BORDER_CONSTANT, borderValue=level)
    scan = lit(np.asarray(bare, np.uint8), recipe, rng)
    scan = dusty(sensed(scan, recipe, rng), recipe, rng)
    back = _upright(there, rng)
    target = (round(patch.size_mm[0] * PIXELS_PER_MM), round(patch.size_mm[1] * PIXELS_PER_MM))
    read = _stored(scan, recipe)
    return np.asarray(cv2.warpAffine(read, back[:2], target, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _askew(shape: tuple[int, int], size: tuple[int, int], recipe: Recipe) -> Matrix:
    """Patch pixels -> scan pixels, 3 x 3."""
    scale = recipe.dpi / 25.4 / _DOTS
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D((shape[0] / 2, shape[1] / 2), -recipe.skew, scale)
    matrix[:2, 2] += (np.asarray(size) - shape) / 2
    return matrix


def _upright(there: Matrix, rng: Rng) -> Matrix:
    """Scan pixels -> 8 px/mm, with the error that markers leave: a slight turn, stretch and shift."""
    to_mm = np.diag([PIXELS_PER_MM / _DOTS, PIXELS_PER_MM / _DOTS, 1.0])
    error = np.eye(3)
    error[:2, :2] += rng.normal(0, 0.0015, (2, 2))
    error[:2, 2] = rng.normal(0, _SLIP_MM, 2) * PIXELS_PER_MM
    return np.asarray(error @ to_mm @ np.linalg.inv(there), np.float64)


def _stored(scan: Picture, recipe: Recipe) -> Picture:
    """`scan` after the loss of its file format."""
    if recipe.mode is Mode.BILEVEL:
        return bilevel(scan, recipe)
    raw = np.frombuffer(jpeg_bytes(scan, recipe.quality), np.uint8)
    return np.asarray(cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE), np.uint8)
