"""The reader's alphabet, the folding of labels into it, and the characters that each kind of box allows."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

DIGITS = "0123456789"
NUMBER = DIGITS + ".,-+/ "
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = _UPPER.lower()
_PUNCTUATION = ".,-+/'\"():;!?&%*=#<>[]@€$£°²³_^"
_ACCENTED = "ÄÖÜäöüßÀÂÆÇÈÉÊËÎÏÔŒÙÛŸàâæçèéêëîïôœùûÿÁÍÓÚÑÅØŠáíóúñåøšãõ"

ALPHABET = DIGITS + _UPPER + _LOWER + " " + _PUNCTUATION + _ACCENTED
"""Class k of the network is ALPHABET[k - 1]; class 0 is the CTC blank."""

BLANK = 0
_INDEX = {character: k + 1 for k, character in enumerate(ALPHABET)}

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        "…": "...",
        "⁄": "/",
        "∕": "/",
        "＋": "+",
        "º": "°",
    }
)


def fold(text: str) -> str:
    """Label as the reader can write it: NFC, one dash, one quote, single spaces, no spaces at the ends.

    A character outside the alphabet loses its accent when that brings it inside; otherwise it stays.
    """
    composed = unicodedata.normalize("NFC", text).translate(_FOLDS)
    known = "".join(c if c in _INDEX else _without_accent(c) for c in composed)
    return " ".join(known.split())


def _without_accent(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base in _INDEX else character


def is_writable(text: str) -> bool:
    """Whether every character of `text` is in the alphabet."""
    return all(character in _INDEX for character in text)


def encode(text: str) -> list[int]:
    """Class indices (1-based) of a folded label. ValueError names a character outside the alphabet."""
    for character in text:
        if character not in _INDEX:
            raise ValueError(f"{character!r} of the label {text!r} is not in the reader's alphabet")
    return [_INDEX[character] for character in text]


def decode(classes: list[int]) -> str:
    """Greedy CTC: repeated classes merged, blanks dropped."""
    kept = [k for k, before in zip(classes, [BLANK, *classes], strict=False) if k not in (BLANK, before)]
    return "".join(ALPHABET[k - 1] for k in kept)


def allowed(kind: str) -> str:
    """Characters that a box of `kind` (digits, number, text) may hold. ValueError for another kind."""
    try:
        return {"digits": DIGITS, "number": NUMBER, "text": ALPHABET}[kind]
    except KeyError:
        raise ValueError(f"unknown kind of box {kind!r}: use digits, number or text") from None


def frames_needed(text: str) -> int:
    """CTC frames that `text` needs: one a character and a blank between equal neighbours."""
    return len(text) + sum(a == b for a, b in pairwise(text))
