"""A writer's texts as ink: numbers of digits and signs on a wavering baseline, words, crossed-out text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from recognition.paper import strokes
from recognition.paper.hands import EM
from recognition.paper.pen import Ink, Rng, padded, redrawn, scaled, sheared, trimmed, turned, unsteady
from recognition.paper.writer import Writer

_SIGNS: Final[dict[str, tuple[Callable[[float, Rng], list[strokes.Path]], float]]] = {
    "-": (strokes.minus, -0.48),
    "+": (strokes.plus, -0.48),
    ".": (strokes.point, -0.04),
    ",": (strokes.comma, -0.08),
    "/": (strokes.slash, -0.5),
}
"""Sign -> how it is drawn, and the height of its origin above the baseline in digit heights."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Ink whose top-left pixel lies at (x, y), in pixels."""

    ink: Ink
    x: float
    y: float

    @property
    def right(self) -> float:
        """First column to the right of the ink."""
        return self.x + float(self.ink.shape[1])


def merged(pieces: list[Placed]) -> Placed:
    """All pieces on one canvas. ValueError when there is none."""
    if not pieces:
        raise ValueError("nothing to merge: give at least one piece of ink")
    left, top = min(p.x for p in pieces), min(p.y for p in pieces)
    width = max(round(p.x - left) + p.ink.shape[1] for p in pieces)
    height = max(round(p.y - top) + p.ink.shape[0] for p in pieces)
    canvas = np.zeros((height, width), np.uint8)
    for piece in pieces:
        x, y = round(piece.x - left), round(piece.y - top)
        part = canvas[y : y + piece.ink.shape[0], x : x + piece.ink.shape[1]]
        np.maximum(part, piece.ink, out=part)
    return Placed(canvas, left, top)


def closely_cut(piece: Placed) -> Placed:
    """`piece` without its empty rim, at the same place."""
    rows, columns = np.flatnonzero(piece.ink.any(axis=1)), np.flatnonzero(piece.ink.any(axis=0))
    if not rows.size:
        return piece
    ink = piece.ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Placed(ink, piece.x + int(columns[0]), piece.y + int(rows[0]))


def drawing(paths: list[strokes.Path], width: float, x: float = 0.0, y: float = 0.0) -> Placed:
    """Strokes about (x, y) as placed ink."""
    ink, left, top = strokes.drawn(paths, width)
    return Placed(ink, left + x, top + y)


def character(text: str, writer: Writer, height: float, pen: float, rng: Rng) -> Ink | None:
    """A digit or letter `height` pixels high in the writer's hand; None when the hand cannot write it."""
    glyph = writer.hand.character(text, rng)
    if glyph is None:
        return None
    scale = height / glyph.shape[0]
    ink = redrawn(glyph, scale, pen) if writer.hand.redraw_characters else padded(scaled(glyph, scale), 1)
    return trimmed(turned(ink, float(rng.normal(0, 4 * (1.2 - writer.neatness)))))


def number(text: str, writer: Writer, height: float, pen: float, rng: Rng) -> Ink:
    """`text` (digits, signs, spaces) with digits of about `height` pixels, trimmed.

    ValueError names a character that the writer's hand cannot write.
    """
    whole = writer.hand.whole_number(text, rng) if writer.hand.whole_number else None
    if whole is not None:
        return trimmed(scaled(trimmed(whole), 1.2 * height / trimmed(whole).shape[0]))
    loose = 1.15 - writer.neatness
    pieces: list[Placed] = []
    at, base = 0.0, 0.0
    for char in text:
        base += height * float(rng.normal(0, 0.05 * loose))
        if char == " ":
            at += 0.45 * height
            continue
        piece = _on_baseline(char, writer, height, pen, rng)
        x = at - (piece.x if char in _SIGNS else 0.0)
        pieces.append(Placed(piece.ink, x, base + piece.y))
        gap = float(rng.uniform(0.05, 0.24) - 0.16 * loose * rng.random())
        at = x + piece.ink.shape[1] + gap * height
    return trimmed(merged(pieces).ink) if pieces else np.zeros((1, 1), np.uint8)


def _on_baseline(char: str, writer: Writer, height: float, pen: float, rng: Rng) -> Placed:
    tall = height * float(np.clip(rng.normal(1.0, 0.09 * (1.15 - writer.neatness)), 0.75, 1.25))
    ink = character(char, writer, tall, pen, rng)
    if ink is not None and char not in _SIGNS:
        return Placed(ink, 0.0, -float(ink.shape[0]))
    if char not in _SIGNS:
        raise ValueError(f"this handwriting has no {char!r}: use digits, signs . , - + / or another source")
    path, level = _SIGNS[char]
    heavier = pen * float(rng.uniform(1.0, 1.4)) if char in ".," else pen
    return closely_cut(drawing(path(height, rng), heavier, y=level * height))


def words(text: str, writer: Writer, em: float, pen: float, rng: Rng) -> Ink:
    """`text`, `em` pixels for the writer's letter height, trimmed. ValueError when the hand lacks it."""
    raw = writer.hand.phrase(text, rng)
    if raw is None:
        raise ValueError(f"this handwriting cannot write {text!r}")
    scale = em / EM
    if not writer.hand.redraw_phrases:
        return trimmed(padded(scaled(trimmed(raw), scale), 1))
    ink = sheared(redrawn(trimmed(raw), scale, pen), writer.slant)
    bent = unsteady(ink, 0.035 * em * (1.3 - writer.neatness), rng)
    return trimmed(turned(bent, float(rng.normal(0, 1.2))))


def crossed_out(ink: Ink, pen: float, rng: Rng) -> Placed:
    """`ink` with lines through it, placed so that the ink itself lies at (0, 0)."""
    height, width = ink.shape
    lines = drawing(strokes.strikes(max(width, height), height, rng), 1.1 * pen, width / 2, height / 2)
    return merged([Placed(ink, 0.0, 0.0), lines])
