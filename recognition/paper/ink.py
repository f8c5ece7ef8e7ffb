"""Writing into answer boxes: the ink of one page, and cells, boxes and ruled lines filled by a hand."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.paper import strokes
from recognition.paper.handwriting import Placed, character, crossed_out, drawing, number, words
from recognition.paper.pen import Ink, Rng, scaled
from recognition.paper.printed import Colour
from recognition.paper.writer import Pen, Writer
from recognition.types import Rect


@dataclass(frozen=True, slots=True)
class InkLayer:
    """Ink of a page, `plane` (H, W), at `dots` pixels a millimetre; (`left`, `top`) mm is its corner."""

    plane: Ink
    dots: float
    left: float = 0.0
    top: float = 0.0

    def stamp(self, piece: Placed, strength: float = 1.0) -> None:
        """Adds ink at its place in pixels; what reaches beyond the page is lost."""
        x, y = round(piece.x), round(piece.y)
        height, width = piece.ink.shape
        rows = slice(max(0, y), max(0, min(self.plane.shape[0], y + height)))
        columns = slice(max(0, x), max(0, min(self.plane.shape[1], x + width)))
        part = piece.ink[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
        if part.size:
            area = self.plane[rows, columns]
            weaker = part if strength >= 1 else (part * np.float32(strength)).astype(np.uint8)
            np.maximum(area, weaker, out=area)

    def place(self, rect: Rect) -> tuple[float, float, float, float]:
        """x, y, width and height of `rect` in pixels."""
        x, y = (rect.x - self.left) * self.dots, (rect.y - self.top) * self.dots
        return x, y, rect.w * self.dots, rect.h * self.dots


def blank_layer(shape: tuple[int, int], dots: float) -> InkLayer:
    """A page of `shape` (H, W) without ink."""
    return InkLayer(np.zeros(shape, np.uint8), dots)


def inked(page: Colour, layer: InkLayer, pen: Pen, rng: Rng) -> Colour:
    """A copy of `page` with the layer's ink on it, uneven as a pen's pressure is."""
    height, width = layer.plane.shape
    knots = rng.uniform(0.78, 1.0, (max(2, height // 24), max(2, width // 24))).astype(np.float32)
    pressure = cv2.resize(knots, (width, height), interpolation=cv2.INTER_LINEAR)
    spots = layer.plane > 0
    cover = (layer.plane[spots] / np.float32(255) * pressure[spots] * pen.density)[:, None]
    colour = np.asarray(pen.colour, np.float32) / 255
    written = page.copy()
    written[spots] = (page[spots] * (1 - cover * (1 - colour))).astype(np.uint8)
    return written


def write_cells(
    layer: InkLayer, cells: tuple[Rect, ...], text: str, writer: Writer, strength: float, rng: Rng
) -> None:
    """One digit of `text` a cell from the left; a space leaves a cell empty. ValueError when too long."""
    if len(text) > len(cells):
        raise ValueError(f"{text!r} does not fit into {len(cells)} cells")
    for digit, cell in zip(text, cells, strict=False):
        if digit != " ":
            layer.stamp(_in_cell(layer, cell, digit, writer, rng), strength)


def _in_cell(layer: InkLayer, cell: Rect, digit: str, writer: Writer, rng: Rng) -> Placed:
    x, y, width, height = layer.place(cell)
    loose = 1.2 - writer.neatness
    wanted = min(writer.digit_height * layer.dots, 0.92 * height)
    tall = wanted * float(np.clip(rng.normal(1, 0.07 * loose), 0.7, 1.2))
    ink = character(digit, writer, tall, writer.pen.width * layer.dots, rng)
    if ink is None:
        raise ValueError(f"this handwriting has no {digit!r}: give a source of all ten digits")
    if ink.shape[1] > 1.05 * width:
        ink = scaled(ink, 1.05 * width / ink.shape[1])
    slip_x, slip_y = rng.normal(0, 0.06 * loose) * width, rng.normal(0, 0.05 * loose) * height
    return Placed(ink, x + (width - ink.shape[1]) / 2 + slip_x, y + (height - ink.shape[0]) / 2 + slip_y)


def rewrite_cells(
    layer: InkLayer, cells: tuple[Rect, ...], first: str, text: str, writer: Writer, rng: Rng
) -> None:
    """`first` in the cells, crossed out, and `text` beside or small above the cells."""
    write_cells(layer, cells, first, writer, 1.0, rng)
    pen = writer.pen.width * layer.dots
    x, y, _, height = layer.place(cells[0])
    right = layer.place(cells[-1])[0] + layer.place(cells[-1])[2]
    line = strokes.strikes(0.9 * (right - x), height, rng)
    layer.stamp(drawing(line, pen, (x + right) / 2, y + height / 2))
    if not text:
        return
    if rng.random() < 0.65:
        beside = number(text, writer, 0.68 * height, pen, rng)
        layer.stamp(Placed(beside, right + 0.25 * height, y + (height - beside.shape[0]) / 2))
    else:
        above = number(text, writer, 0.42 * height, pen, rng)
        layer.stamp(Placed(above, x + rng.uniform(0, 0.3) * (right - x), y - above.shape[0] - 0.06 * height))


def write_in_box(
    layer: InkLayer, rect: Rect, pieces: list[Ink], strength: float, reach: float, rng: Rng
) -> None:
    """`pieces` side by side in a box, shrunk to its width and `reach` times its height if larger."""
    x, y, width, height = layer.place(rect)
    gap = 0.35 * height
    total = sum(piece.shape[1] for piece in pieces) + gap * (len(pieces) - 1)
    fit = min(1.0, 0.94 * width / total, reach * height / max(piece.shape[0] for piece in pieces))
    pieces = [scaled(piece, fit) for piece in pieces] if fit < 1 else pieces
    at = x + max(0.0, width - fit * total) * float(rng.uniform(0.02, 0.35))
    for piece in pieces:
        rise = float(np.clip(rng.normal(0.55, 0.12), 0.2, 0.9))
        layer.stamp(Placed(piece, at, y + (height - piece.shape[0]) * rise), strength)
        at += piece.shape[1] + fit * gap


def too_wide(layer: InkLayer, rect: Rect, pieces: list[Ink]) -> bool:
    """Whether `pieces` side by side need more than the width of a box."""
    _, _, width, height = layer.place(rect)
    needed = sum(piece.shape[1] for piece in pieces) + 0.35 * height * (len(pieces) - 1)
    return bool(needed > 0.94 * width)


def write_beside(layer: InkLayer, rect: Rect, free_from: float, piece: Ink, rng: Rng) -> None:
    """`piece` to the right of a box, after the unit that ends at `free_from` mm, shrunk to fit the page."""
    x, y, width, height = layer.place(rect)
    left = max(x + width, (free_from - layer.left) * layer.dots) + float(rng.uniform(2.2, 5)) * layer.dots
    room = layer.plane.shape[1] - 12 * layer.dots - left
    fit = min(1.0, room / piece.shape[1], height / piece.shape[0])
    shrunk = scaled(piece, fit) if fit < 1 else piece
    layer.stamp(Placed(shrunk, left, y + (height - shrunk.shape[0]) / 2))


def number_pieces(text: str, first: str, writer: Writer, layer: InkLayer, size: float, rng: Rng) -> list[Ink]:
    """A number at `size` times the writer's height, after the crossed-out `first` if there is one."""
    height, pen = writer.digit_height * layer.dots * 0.86 * size, writer.pen.width * layer.dots
    pieces = [crossed_out(number(first, writer, height, pen, rng), pen, rng).ink] if first else []
    return [*pieces, number(text, writer, height, pen, rng)] if text else pieces


def word_pieces(text: str, first: str, writer: Writer, layer: InkLayer, size: float, rng: Rng) -> list[Ink]:
    """A text at `size` times the writer's height, after the crossed-out `first` if there is one."""
    em, pen = writer.text_height * layer.dots * size, writer.pen.width * layer.dots
    pieces = [crossed_out(words(first, writer, em, pen, rng), pen, rng).ink] if first else []
    return [*pieces, words(text, writer, em, pen, rng)] if text else pieces


def write_lines(layer: InkLayer, rect: Rect, text: str, writer: Writer, lines: int, rng: Rng) -> None:
    """Running text over `lines` ruled lines of a box, as much as fits."""
    x, y, width, height = layer.place(rect)
    pitch = height / lines
    em, pen = min(writer.text_height * layer.dots, 0.8 * pitch), writer.pen.width * layer.dots
    left, line = x + 0.02 * width, 0
    for word in text.split():
        ink = words(word, writer, em, pen, rng)
        if left + ink.shape[1] > x + 0.98 * width:
            left, line = x + 0.02 * width, line + 1
        if line == lines:
            return
        base = y + (line + 0.92) * pitch + float(rng.normal(0, 0.03)) * pitch
        layer.stamp(Placed(ink, left, base - ink.shape[0]))
        left += ink.shape[1] + 0.45 * em
