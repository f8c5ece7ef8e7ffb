"""Whose handwriting it is: sources of characters and words, and the ones that ship with the project.

A `Hand` is two callables, so that other collections of handwriting (EMNIST, cut-out words) plug in.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from recognition.paper.pen import Ink, Rng, trimmed

GlyphSource = Callable[[str, Rng], Ink | None]
"""Ink of a text (one character, or a word) in any size, or None for what this source cannot write."""

EM: Final = 96
"""Phrases come at this many pixels for the writer's letter height `text_mm` (a font's em)."""

_ALIKE: Final = 4
_FONTS: Final = (
    "architects-daughter",
    "caveat",
    "coming-soon",
    "gloria-hallelujah",
    "indie-flower",
    "kalam",
    "patrick-hand",
    "reenie-beanie",
    "shadows-into-light",
)
_EM_SHARE: Final = {
    "caveat": 1.25,
    "reenie-beanie": 1.4,
    "shadows-into-light": 1.1,
    "gloria-hallelujah": 0.85,
}


@dataclass(frozen=True, slots=True)
class Hand:
    """One person's handwriting: `character` gives digits (and signs, if it has them), `phrase` whole texts.

    redraw_characters, redraw_phrases: drawn again with the writer's pen; else the ink keeps its own strokes.
    texts, numbers: all that `phrase` and `whole_number` can write; None when there is no such limit.
    """

    character: GlyphSource
    phrase: GlyphSource
    redraw_characters: bool = True
    redraw_phrases: bool = True
    whole_number: GlyphSource | None = None
    texts: tuple[str, ...] | None = None
    numbers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class GlyphShelf:
    """Single characters by class, with their looks: `looks` has shape (n, 2), slant and relative width."""

    images: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.str_]
    looks: npt.NDArray[np.float64]

    def alike(self, character: str, look: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Indices of the few characters of this class whose look is nearest to `look`; may be empty."""
        members = np.flatnonzero(self.classes == character)
        distance = np.abs(self.looks[members] - look).sum(axis=1)
        return np.asarray(members[np.argsort(distance, kind="stable")[:_ALIKE]], np.intp)


def glyph_shelf(images: npt.NDArray[np.uint8], classes: npt.NDArray[np.str_]) -> GlyphShelf:
    """A shelf of `images` (n, h, w), ink = 255, of the characters `classes` (n,)."""
    looks = np.asarray([_look(trimmed(image)) for image in images], np.float64).reshape(-1, 2)
    for character in np.unique(classes):
        members = classes == character
        looks[members, 1] /= max(1e-6, float(np.median(looks[members, 1])))
    return GlyphShelf(images, classes, looks)


def _look(ink: Ink) -> tuple[float, float]:
    moments = cv2.moments(ink)
    slant = -moments["mu11"] / moments["mu02"] if moments["mu02"] > 1e-6 else 0.0
    return float(np.clip(slant, -1, 1)), ink.shape[1] / ink.shape[0]


@functools.cache
def shipped_shelf() -> GlyphShelf:
    """The handwritten digits that ship with the project."""
    packed = resources.files("recognition.paper").joinpath("assets/digits.npz").read_bytes()
    with np.load(io.BytesIO(packed)) as arrays:
        return glyph_shelf(arrays["x"], arrays["y"].astype(np.str_))


def shelf_hand(shelf: GlyphShelf, rng: Rng) -> GlyphSource:
    """A writer who takes characters of one slant and width from the shelf."""
    look = np.asarray([rng.normal(0.12, 0.2), rng.normal(1.0, 0.2)])
    picks: dict[str, npt.NDArray[np.intp]] = {}

    def character(text: str, chance: Rng) -> Ink | None:
        if text not in picks:
            picks[text] = shelf.alike(text, look)
        if not picks[text].size:
            return None
        return trimmed(shelf.images[chance.choice(picks[text])])

    return character


def font_names() -> tuple[str, ...]:
    """Names of the shipped handwriting fonts."""
    return _FONTS


def font_hand(name: str) -> GlyphSource:
    """Texts set in the shipped font `name`, each letter a bit out of line. KeyError for an unknown name."""
    if name not in _FONTS:
        raise KeyError(f"no handwriting font {name!r}: choose one of {', '.join(_FONTS)}")

    def phrase(text: str, chance: Rng) -> Ink | None:
        return _set_letters(_font(name), text, chance)

    return phrase


@functools.cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    size = round(EM * _EM_SHARE.get(name, 1.0))
    file = resources.files("recognition.paper").joinpath(f"assets/fonts/{name}.woff")
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size)


def _set_letters(font: ImageFont.FreeTypeFont, text: str, rng: Rng) -> Ink:
    """Letters set one by one with uneven gaps and baseline; height about two ems, not trimmed."""
    advance = [font.getlength(text[: k + 1]) for k in range(len(text))]
    gaps = np.cumsum(rng.normal(0.01, 0.02, len(text))) * EM
    drift = np.cumsum(rng.normal(0, 0.012, len(text))) * EM
    width = int((advance[-1] if advance else 0) + abs(gaps).max(initial=0) + 2 * EM)
    canvas = Image.new("L", (width, 3 * EM), 0)
    pen = ImageDraw.Draw(canvas)
    for k, letter in enumerate(text):
        left = EM / 2 + (advance[k - 1] if k else 0.0) + gaps[k]
        pen.text((left, 1.7 * EM + drift[k]), letter, fill=255, font=font, anchor="ls")
    return np.asarray(canvas, np.uint8)


def shipped_hand(rng: Rng) -> Hand:
    """A writer made of the shipped digits and one of the shipped fonts."""
    return Hand(shelf_hand(shipped_shelf(), rng), font_hand(str(rng.choice(_FONTS))))
