"""Keys that were not written, to test and calibrate verification: one character off, or another answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recognition.reader.charset import DIGITS, NUMBER
from recognition.reader.verify import LOOK_ALIKE

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def hard_wrong_key(text: str, kind: str, rng: np.random.Generator) -> str:
    """A key one character away from `text`: another character of its sort (half of all), a look-alike, or a
    character too few or too many. Stays within the characters of `kind` (digits, number, text)."""
    while True:
        key = _altered(text, kind, rng)
        if key.split() and " ".join(key.split()) != text:
            return " ".join(key.split())


def other_key(texts: Sequence[str], own: str, rng: np.random.Generator) -> str:
    """Another text of the same set; `own` with a character more when the set has no other."""
    for _ in range(20):
        key = texts[int(rng.integers(len(texts)))]
        if key not in (own, ""):
            return key
    return own + (own[-1:] or "0")


def _altered(text: str, kind: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(max(1, len(text))))
    here = text[at : at + 1]
    how = rng.random()
    if not here or how >= 0.85:
        return text[:at] + _like(here or "1", kind, rng) + text[at:]
    if how >= 0.7 and len(text) > 1:
        return text[:at] + text[at + 1 :]
    alike = [c for c in LOOK_ALIKE.get(here, "") if kind == "text" or c in NUMBER]
    if kind == "digits":
        alike = [c for c in alike if c in DIGITS]
    if how >= 0.5 and alike:
        return text[:at] + alike[int(rng.integers(len(alike)))] + text[at + 1 :]
    return text[:at] + _like(here, kind, rng) + text[at + 1 :]


def _like(character: str, kind: str, rng: np.random.Generator) -> str:
    """A random character of the same sort."""
    if character in DIGITS:
        return DIGITS[int(rng.integers(10))]
    if character.isalpha() and kind == "text":
        letter = _LETTERS[int(rng.integers(26))]
        return letter.upper() if character.isupper() else letter
    sort = ".,-+/" if kind == "number" else ".,-'" if kind == "text" else DIGITS
    return sort[int(rng.integers(len(sort)))]
