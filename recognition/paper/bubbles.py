"""Marks on bubbles: filled, crossed, ticked, circled, blacked out to take a mark back."""

from __future__ import annotations

from typing import Final

from recognition.paper import strokes
from recognition.paper.handwriting import drawing
from recognition.paper.ink import InkLayer
from recognition.paper.pen import Rng
from recognition.paper.writer import MarkStyle, Writer
from recognition.types import Rect

_SPREAD: Final = {MarkStyle.CROSS: 1.05, MarkStyle.TICK: 1.25, MarkStyle.CIRCLE: 1.5}


def mark_bubble(
    layer: InkLayer, bubble: Rect, style: MarkStyle, writer: Writer, strength: float, rng: Rng
) -> None:
    """One mark of the given style on (or round) a bubble."""
    x, y, width, height = layer.place(bubble)
    loose = 1.2 - writer.neatness
    middle_x = x + width * (0.5 + float(rng.normal(0, 0.05 * loose)))
    middle_y = y + height * (0.5 + float(rng.normal(0, 0.05 * loose)))
    pen = writer.pen.width * layer.dots
    paths = _mark(style, width, height, pen, rng)
    layer.stamp(drawing(paths, pen, middle_x, middle_y), strength)


def _mark(style: MarkStyle, width: float, height: float, pen: float, rng: Rng) -> list[strokes.Path]:
    if style is MarkStyle.FILL:
        return strokes.scribble(0.92 * width, 0.92 * height, float(rng.uniform(0.9, 1.5)) * pen, rng)
    spread = _SPREAD[style] * float(rng.uniform(0.85, 1.15))
    draw = {MarkStyle.CROSS: strokes.cross, MarkStyle.TICK: strokes.tick, MarkStyle.CIRCLE: strokes.ring}[
        style
    ]
    return draw(spread * width, spread * height, rng)


def black_out(layer: InkLayer, bubble: Rect, writer: Writer, rng: Rng) -> None:
    """A bubble whose mark is taken back: crossed first, then covered solidly to a little beyond its rim."""
    mark_bubble(layer, bubble, MarkStyle.CROSS, writer, 1.0, rng)
    x, y, width, height = layer.place(bubble)
    pen = writer.pen.width * layer.dots
    for _ in range(2):
        cover = strokes.scribble(1.08 * width, 1.08 * height, 0.7 * pen, rng)
        layer.stamp(drawing(cover, 1.2 * pen, x + width / 2, y + height / 2))
