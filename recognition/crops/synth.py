"""Crops made, not collected: composed strings, boxed digits, written words, and what must read as empty.

Each maker returns (uint8 image with dark ink, text) from a numpy generator alone: one seed, one crop.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.crops import answers
from recognition.crops.augment import Grey, Rng, hand_disorder, line_residue, specks
from recognition.crops.fonts import Hand, write
from recognition.crops.glyphs import GlyphBank, Style, compose

Made = tuple[Grey, str]


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that synthesis draws from. `digits` are the sources of whole digits, `marks` of - + /."""

    digits: tuple[GlyphBank, ...]
    marks: GlyphBank
    hands: tuple[Hand, ...]
    vocabulary: answers.Vocabulary

    def string(self, rng: Rng) -> Made:
        """2 to 8 digits or a number, in one style."""
        text = answers.digits(rng) if rng.random() < 0.5 else answers.number(rng)
        return compose(text, self._source(rng), self.marks, Style.drawn(rng), rng), text

    def cell(self, rng: Rng) -> Made:
        """One digit in a printed cell of 8 x 10 mm at 100 to 300 dpi, the printed lines mostly removed."""
        text = str(rng.integers(10))
        glyph = self._source(rng).draw_image(text, rng)
        return in_cell(hand_disorder(glyph, rng), rng), text

    def words(self, rng: Rng) -> Made:
        """A short answer in one of the handwriting fonts."""
        for _ in range(8):
            text = self.vocabulary.answer(rng)
            hand = self.hands[int(rng.integers(len(self.hands)))]
            if hand.can_write(text):
                return write(text, hand, rng), text
        return write("no", self.hands[0], rng), "no"

    def empty(self, rng: Rng) -> Made:
        """Blank paper, dust, remains of lines, a scribble, a crossed-out answer: all read as ''."""
        form = rng.random()
        if form < 0.4:
            return _blank(rng), ""
        if form < 0.55:
            return scribble(_blank(rng), rng), ""
        image, _ = (self.string, self.words, self.cell)[int(rng.integers(3))](rng)
        return cross_out(image, rng), ""

    def _source(self, rng: Rng) -> GlyphBank:
        return self.digits[int(rng.integers(len(self.digits)))]


def in_cell(glyph: Grey, rng: Rng) -> Grey:
    """A character's crop placed in an 8 x 10 mm cell (scale, offset and remains of its lines by chance)."""
    dots = rng.uniform(100, 300) / 25.4
    size = round(10 * dots * rng.uniform(0.85, 1.05)), round(8 * dots * rng.uniform(0.85, 1.1))
    canvas = np.full(size, 255, np.uint8)
    ink = _inked(glyph)
    tall = canvas.shape[0] * rng.uniform(0.35, 0.88)
    scale = min(tall / ink.shape[0], 0.92 * canvas.shape[1] / ink.shape[1])
    shape = (max(2, round(ink.shape[1] * scale)), max(4, round(ink.shape[0] * scale)))
    ink = np.asarray(cv2.resize(ink, shape, interpolation=cv2.INTER_CUBIC), np.uint8)
    free = canvas.shape[0] - ink.shape[0], canvas.shape[1] - ink.shape[1]
    top, left = (round(f * min(1.0, max(0.0, rng.normal(0.5, 0.22)))) for f in free)
    canvas[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return line_residue(canvas, rng) if rng.random() < 0.5 else canvas


def _inked(glyph: Grey) -> Grey:
    dark = glyph < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not rows.size:
        return glyph
    return glyph[max(0, rows[0] - 1) : rows[-1] + 2, max(0, columns[0] - 1) : columns[-1] + 2]


def _blank(rng: Rng) -> Grey:
    height = int(rng.integers(28, 110))
    width = int(height * rng.uniform(0.7, 7))
    sheet = np.full((height, width), 255, np.uint8)
    if rng.random() < 0.6:
        sheet = line_residue(sheet, rng)
    return specks(sheet, rng) if rng.random() < 0.4 else sheet


def scribble(image: Grey, rng: Rng, least_span: float = 0.4) -> Grey:
    """A dense to-and-fro of the pen over the middle of the crop, at least that share of its width."""
    out = image.copy()
    height, width = out.shape
    turns = int(width / height * rng.uniform(4, 9)) + int(rng.integers(6, 12))
    span = rng.uniform(least_span, 1.0)
    x = np.linspace(0.5 - span / 2, 0.5 + span / 2, turns) * width + rng.normal(0, 0.05, turns) * height
    y = np.where(np.arange(turns) % 2, 0.85, 0.15) * height + rng.normal(0, 0.1, turns) * height
    points = np.column_stack([x, y]).astype(np.int32)
    thick = max(1, round(height * rng.uniform(0.03, 0.08)))
    cv2.polylines(out, [points], False, int(rng.integers(0, 60)), thick, cv2.LINE_AA)
    return out


def cross_out(image: Grey, rng: Rng) -> Grey:
    """An answer struck out beyond doubt: a scribble over it, or several long strokes through it."""
    if rng.random() < 0.5:
        return scribble(image, rng, least_span=0.85)
    out = image.copy()
    height, width = out.shape
    thick = max(1, round(height * rng.uniform(0.03, 0.07)))
    for _ in range(int(rng.integers(3, 6))):
        ends = rng.normal(0.5, 0.14, 2) * height
        start, stop = (0, int(ends[0])), (width - 1, int(ends[1]))
        cv2.line(out, start, stop, int(rng.integers(0, 60)), thick, cv2.LINE_AA)
    return out
