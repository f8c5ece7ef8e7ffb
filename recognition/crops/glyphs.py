"""Single characters as ink, sorted by pen weight, and strings composed of them in one style."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from recognition.crops.augment import Grey, Plane, Rng
from recognition.crops.cache import CachedSet

Indices = npt.NDArray[np.int64]
_MARKS = frozenset(".,-+/")


@dataclass(frozen=True, slots=True)
class GlyphBank:
    """Characters of one source. `by_weight[c]` lists the glyphs of c from the lightest pen up."""

    glyphs: CachedSet
    by_weight: dict[str, Indices]

    @classmethod
    def of(cls, glyphs: CachedSet, chosen: Indices) -> GlyphBank:
        """Bank of the `chosen` rows of a set of single characters."""
        weights = np.array([float((255 - glyphs.image(int(k)).astype(np.int32)).sum()) for k in chosen])
        order = chosen[np.argsort(weights, kind="stable")]
        texts = glyphs.texts[order]
        return cls(glyphs, {str(c): order[texts == c] for c in np.unique(texts)})

    def draw(self, character: str, weight: float, rng: Rng) -> Plane:
        """Ink (0..1, float32, height as stored) of a glyph whose pen weight is near the quantile `weight`."""
        rows = self.by_weight[character]
        place = np.clip(weight + rng.normal(0, 0.08), 0, 0.999)
        image = self.glyphs.image(int(rows[int(place * len(rows))]))
        return np.asarray(1 - image.astype(np.float32) / 255, np.float32)

    def draw_image(self, character: str, rng: Rng) -> Grey:
        """The glyph's own crop, as stored."""
        rows = self.by_weight[character]
        return self.glyphs.image(int(rows[int(rng.integers(len(rows)))]))


@dataclass(frozen=True, slots=True)
class Style:
    """How one writer sets a string: all lengths in heights of a digit."""

    height: int
    weight: float
    slant: float
    gap: float
    unrest: float

    @classmethod
    def drawn(cls, rng: Rng) -> Style:
        return cls(
            height=int(rng.integers(26, 52)),
            weight=float(rng.uniform(0.05, 0.95)),
            slant=float(rng.normal(0, 0.12)),
            gap=float(rng.uniform(-0.12, 0.3)),
            unrest=float(rng.uniform(0.01, 0.07)),
        )


def compose(text: str, bank: GlyphBank, marks: GlyphBank, style: Style, rng: Rng) -> Grey:
    """`text` (digits, letters of the bank, and . , - + / and space) in one style; uint8, ink dark on 255."""
    pieces = [_piece(c, bank, marks, style, rng) for c in text]
    height = round(2.0 * style.height)
    width = sum(p.shape[1] for p, _ in pieces) + round((len(text) + 2) * style.height * 0.6) + style.height
    ink = np.zeros((height, width), np.float32)
    x = style.height // 2
    for (piece, rise), character, following in zip(pieces, text, [*text[1:], ""], strict=True):
        top = round(0.5 * style.height + rise + rng.normal(0, style.unrest) * style.height)
        top = min(max(0, top), height - piece.shape[0])
        area = ink[top : top + piece.shape[0], x : x + piece.shape[1]]
        np.maximum(area, piece, out=area)
        gap = style.gap + rng.normal(0, style.unrest)
        # A point that hides in its neighbour is no point to read.
        near_mark = character in _MARKS or following in _MARKS
        x += max(2, piece.shape[1] + round((max(gap, 0.02) if near_mark else gap) * style.height))
    return _on_paper(ink[:, : min(width, x + style.height // 2)], style)


def _on_paper(ink: Plane, style: Style) -> Grey:
    height, width = ink.shape
    reach = abs(style.slant) * height
    start = reach if style.slant > 0 else 0.0
    matrix = np.array([[1, -style.slant, start], [0, 1, 0]], np.float32)
    size = (width + round(reach), height)
    slanted = cv2.warpAffine(ink, matrix, size)
    columns = np.flatnonzero(slanted.max(axis=0) > 0.2)
    rows = np.flatnonzero(slanted.max(axis=1) > 0.2)
    if columns.size:
        slanted = slanted[max(0, rows[0] - 2) : rows[-1] + 3, max(0, columns[0] - 2) : columns[-1] + 3]
    return np.asarray(255 * (1 - np.clip(slanted, 0, 1)), np.uint8)


def _piece(character: str, bank: GlyphBank, marks: GlyphBank, style: Style, rng: Rng) -> tuple[Plane, float]:
    """Ink of one character, trimmed and scaled, and how far below the top of a digit it starts (pixels)."""
    size = style.height
    if character == " ":
        return np.zeros((2, round(size * rng.uniform(0.2, 0.6))), np.float32), 0.0
    if character in ".,":
        return _point(character, style, rng)
    if character in "-+/" and character in marks.by_weight:
        ink = _trimmed(marks.draw(character, style.weight, rng))
        if character == "-":
            return _scaled_to_width(ink, round(size * rng.uniform(0.3, 0.75))), size * rng.uniform(0.38, 0.6)
        tall = rng.uniform(0.4, 0.75) if character == "+" else rng.uniform(1.0, 1.35)
        return _scaled(ink, round(size * tall)), size * (1 - tall) / 2
    source = bank if character in bank.by_weight else marks
    tall = 1 + rng.normal(0, style.unrest * 1.5)
    return _scaled(_trimmed(source.draw(character, style.weight, rng)), round(size * tall)), size * (1 - tall)


def _point(character: str, style: Style, rng: Rng) -> tuple[Plane, float]:
    """Decimal point or comma drawn with the pen: a dot or a short falling stroke on the baseline."""
    size = style.height
    pen = max(2, round(size * (0.06 + 0.1 * style.weight) * rng.uniform(0.8, 1.3)))
    if character == ".":
        side = pen + 2
        plane = np.zeros((side, side), np.float32)
        end = (side // 2 + int(rng.integers(0, 2)), side // 2)
        cv2.line(plane, (side // 2, side // 2), end, 1.0, pen, cv2.LINE_AA)
        return plane, size - side + size * rng.uniform(-0.06, 0.06)
    high, wide = round(size * rng.uniform(0.18, 0.38)) + pen, round(size * rng.uniform(0.02, 0.16)) + pen
    plane = np.zeros((high, wide), np.float32)
    cv2.line(plane, (wide - 1 - pen // 2, pen // 2), (pen // 2, high - 1 - pen // 2), 1.0, pen, cv2.LINE_AA)
    return plane, size - high * rng.uniform(0.3, 0.7)


def _trimmed(ink: Plane) -> Plane:
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
    if not rows.size:
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(ink: Plane, height: int) -> Plane:
    height = max(3, height)
    width = max(2, round(ink.shape[1] * height / ink.shape[0]))
    return np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _scaled_to_width(ink: Plane, width: int) -> Plane:
    width = max(3, width)
    height = min(width, max(2, round(ink.shape[0] * width / ink.shape[1])))
    return np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
