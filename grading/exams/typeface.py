"""Type on paper: measures, breaks and draws any Unicode text with the fonts that ship with Inkgrade.

A text is cut into runs, each in the first font that has its characters: Inkgrade Sans, then DejaVu
Sans for symbols and other scripts, then the viewer's own Chinese, Japanese or Korean font. What no
font has prints as a white box, so that no name can stop a print.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]
from bidi import get_display  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent / "static" / "paper"
REGULAR = "InkgradeSans"
BOLD = "InkgradeSans-Semibold"
FALLBACK = "InkgradeFallback"
_FILES = {
    REGULAR: "InkgradeSans-Regular.ttf",
    BOLD: "InkgradeSans-Semibold.ttf",
    FALLBACK: "DejaVuSans-fallback.ttf",
}
_EAST_ASIAN = (
    (0x1100, 0x11FF, "HYSMyeongJo-Medium"),
    (0x3040, 0x30FF, "HeiseiMin-W3"),
    (0x3000, 0x303F, "STSong-Light"),
    (0x3400, 0x9FFF, "STSong-Light"),
    (0xAC00, 0xD7AF, "HYSMyeongJo-Medium"),
    (0xFF00, 0xFFEF, "STSong-Light"),
)
_JOINER = ArabicReshaper({"ARABIC LIGATURE ALLAH": False})  # no font here has that one glyph
_MISSING = "\u25a1"
MM = 72 / 25.4
"""Points a millimetre."""

Run = tuple[str, str]
"""A font's name and the text to set in it."""


@cache
def register_fonts() -> None:
    """Makes the fonts known to ReportLab, once a process."""
    for name in _FILES:
        pdfmetrics.registerFont(_font(name))
    for name in {name for _, _, name in _EAST_ASIAN}:
        pdfmetrics.registerFont(UnicodeCIDFont(name))


@cache
def _font(name: str) -> TTFont:
    return TTFont(name, str(FONTS / _FILES[name]))


@cache
def _characters(font: str) -> frozenset[int]:
    register_fonts()
    return frozenset(_font(font).face.charToGlyph)


@cache
def _font_of(sign: str, font: str) -> str | None:
    """The font to set a character in; None when no font has it."""
    code = ord(sign)
    for name in (font, FALLBACK):
        if code in _characters(name):
            return name
    return next((name for first, last, name in _EAST_ASIAN if first <= code <= last), None)


@lru_cache(maxsize=4096)
def runs(text: str, font: str = REGULAR) -> tuple[Run, ...]:
    """A line of text in visual order, cut into runs of one font each."""
    pieces: list[Run] = []
    for sign in _visual_order(text):
        if _invisible(sign):
            continue
        name = _font_of(sign, font)
        shown, name = (sign, name) if name else (_MISSING, FALLBACK)
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + shown)
        else:
            pieces.append((name, shown))
    return tuple(pieces)


def _visual_order(text: str) -> str:
    """Right-to-left scripts in the order in which they are drawn, Arabic letters joined (UAX 9)."""
    if not any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text):
        return text
    return str(get_display(_JOINER.reshape(text)))


def _invisible(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs") or 0xFE00 <= ord(sign) <= 0xFE0F


@lru_cache(maxsize=16_384)
def text_width(text: str, font: str, size: float) -> float:
    """The width of one line in millimetres; ``size`` in points."""
    return sum(pdfmetrics.stringWidth(piece, name, size) for name, piece in runs(text, font)) / MM


class TextSurface(Protocol):
    """What text is drawn on."""

    def setFont(self, name: str, size: float, /) -> object: ...  # noqa: N802
    def drawString(self, x: float, y: float, text: str, /) -> object: ...  # noqa: N802


def draw_text(
    canvas: TextSurface, x: float, y: float, text: str, font: str = REGULAR, size: float = 10
) -> None:
    """Draws one line; ``x`` and the baseline ``y`` in points from the bottom-left of the page."""
    for name, piece in runs(text, font):
        canvas.setFont(name, size)
        canvas.drawString(x, y, piece)
        x += pdfmetrics.stringWidth(piece, name, size)


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """The lines of a text at most ``width`` millimetres wide; words wider than that are broken."""
    lines: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        lines += _wrap_paragraph(paragraph, font, size, width)
    return lines


def balanced(text: str, font: str, size: float, width: float) -> list[str]:
    """Like ``wrap``, but a last line of hardly a word is avoided by narrowing the lines before it."""
    lines = wrap(text, font, size, width)
    for share in (0.9, 0.8, 0.7, 0.6):
        if len(lines) < 2 or text_width(lines[-1], font, size) >= width / 4:
            break
        narrower = wrap(text, font, size, width * share)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _wrap_paragraph(text: str, font: str, size: float, width: float) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, font, size) <= width:
            line = longer
            continue
        if line.strip():
            yield line
        *whole, line = _broken(word, font, size, width)
        yield from whole
    yield line


def _broken(word: str, font: str, size: float, width: float) -> Iterator[str]:
    """A word in pieces that fit; a word that fits is the only piece."""
    piece = ""
    for sign in word:
        if piece and text_width(piece + sign, font, size) > width:
            yield piece
            piece = ""
        piece += sign
    yield piece


def fit(text: str, font: str, size: float, width: float) -> str:
    """The text, or its beginning and an ellipsis, at most ``width`` millimetres wide."""
    line = " ".join(text.split())
    if text_width(line, font, size) <= width:
        return line
    low, high = 0, min(len(line), 400)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(line[:middle].rstrip() + "…", font, size) <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…"
