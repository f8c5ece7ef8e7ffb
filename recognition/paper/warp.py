"""The way of a page through a scanner or past a lens: skew, shift, perspective and curl in one resampling."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from recognition.paper.presets import Recipe

Picture = npt.NDArray[np.uint8]
"""A colour (H, W, 3) or grey (H, W) picture."""


def scanned_geometry(page: Picture, page_mm: tuple[float, float], recipe: Recipe) -> Picture:
    """`page` as it lies in the scan, at the recipe's resolution; around the paper lies the recipe's surround.

    The picture has the paper's size, enlarged by the recipe's margin on each side.
    """
    dots = recipe.dpi / 25.4
    margin = recipe.margin * page_mm[0] * dots
    size = (round(page_mm[0] * dots + 2 * margin), round(page_mm[1] * dots + 2 * margin))
    matrix = np.asarray(np.linalg.inv(_forward(page.shape, size, dots, margin, recipe)), np.float64)
    soft = _softened(page, page.shape[1] / (page_mm[0] * dots))
    shade = [float(level) for level in (recipe.surround if page.ndim == 3 else recipe.surround[:1])]
    columns, rows = _sources(matrix, size, page.shape, recipe.bow * page.shape[1] / page_mm[0])
    scan = cv2.remap(soft, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=shade)
    return np.asarray(scan, np.uint8)


def _softened(page: Picture, shrinkage: float) -> Picture:
    """Blurred so that shrinking by `shrinkage` does not alias, with the faint dark rim of a sheet's edge."""
    soft = cv2.GaussianBlur(page, (0, 0), 0.4 * shrinkage) if shrinkage > 1.05 else page.copy()
    rim = max(1, round(shrinkage))
    for edge in (soft[:rim], soft[-rim:], soft[:, :rim], soft[:, -rim:]):
        edge[...] = (edge * np.float32(0.82)).astype(np.uint8)
    return np.asarray(soft, np.uint8)


def _forward(
    shape: tuple[int, ...], size: tuple[int, int], dots: float, margin: float, recipe: Recipe
) -> npt.NDArray[np.float64]:
    """Page pixels -> scan pixels, 3 x 3."""
    height, width = shape[:2]
    inner = (size[0] - 2 * margin, size[1] - 2 * margin)
    corners = np.asarray([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)
    angle = np.deg2rad(recipe.skew)
    turn = np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centred = (corners - 0.5) * inner @ turn.T
    moved = centred + np.asarray(recipe.corners) * inner[0] + np.asarray(recipe.shift) * dots
    target = moved + np.asarray(size) / 2
    source = corners * (width, height)
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    return np.asarray(matrix, np.float64)


def _sources(
    matrix: npt.NDArray[np.float64], size: tuple[int, int], shape: tuple[int, ...], bow: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """For each scan pixel its place on the page; `bow` pixels of curl along the page's width."""
    across = np.arange(size[0], dtype=np.float32)[None, :]
    down = np.arange(size[1], dtype=np.float32)[:, None]
    m = matrix.astype(np.float32)
    depth = m[2, 0] * across + m[2, 1] * down + m[2, 2]
    columns = (m[0, 0] * across + m[0, 1] * down + m[0, 2]) / depth
    rows = (m[1, 0] * across + m[1, 1] * down + m[1, 2]) / depth
    if bow:
        rows += np.float32(bow) * np.sin(columns * np.float32(np.pi / shape[1]))
    return columns.astype(np.float32), rows.astype(np.float32)
