"""Whether what was read is made of words: evidence of how likely the reading is right, never of what to read.

A reader that takes one letter for another seldom ends in another word. So a text of known words is believed
more than a string of letters that nobody uses, and a string beside a likely rival of known words less. The
words and how frequent they are come from pyspellchecker; neither the key nor a list of the user's is asked.
"""

from __future__ import annotations

import gzip
import json
import math
import pkgutil
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from recognition.reader.lexicon import AROUND_WORDS

LANGUAGES = ("en", "de", "fr")
WORD_FEATURES = ("strange_word", "strange_name", "rival_of_words")
"""Of the likeliest text and its rivals: see `word_features`."""

_NONE = (0.0, 0.0, 0.0)
_REACH = 14.0


def word_features(texts: Sequence[tuple[str, float]]) -> tuple[float, float, float]:
    """In the order of WORD_FEATURES, of texts with their log-probabilities, likeliest first.

    The first: 1 where a word of the likeliest text is unknown and begins small, 1 where one begins with a
    capital (names are often unknown); then how near the likeliest rival of known words is (0: none, 14: as
    likely). All 0 where all words are known, and for a text without words: numbers, signs, single letters.
    """
    strange = [word for word in _words(texts[0][0]) if rarity_of(word) is None]
    if not strange:
        return _NONE
    return (
        float(any(word[0].islower() for word in strange)),
        float(any(not word[0].islower() for word in strange)),
        _nearest_of_words(texts),
    )


def rarity_of(word: str) -> float | None:
    """Minus the decimal logarithm of a word's share in running text; None where no language knows it.

    A word in mixed case (`tHe`) is unknown.
    """
    if not (word.islower() or word.isupper() or word[1:].islower()):
        return None
    key = hash(word.lower().removesuffix("'s"))
    keys, rarities = _listed()
    place = int(np.searchsorted(keys, key))
    return float(rarities[place]) if place < len(keys) and keys[place] == key else None


def _nearest_of_words(texts: Sequence[tuple[str, float]]) -> float:
    best = texts[0][1]
    near = [log_p - best for text, log_p in texts[1:] if _is_of_words(text)]
    return max(0.0, _REACH + max(near, default=-math.inf))


def _is_of_words(text: str) -> bool:
    words = _words(text)
    return bool(words) and all(rarity_of(word) is not None for word in words)


def _words(text: str) -> list[str]:
    """What could be looked up: no single letters, nothing with a digit or a sign inside."""
    found = (word.strip(AROUND_WORDS) for word in text.replace("-", " ").split())
    return [word for word in found if len(word) > 1 and word.replace("'", "").isalpha()]


@cache
def _listed() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Hashes of all words of LANGUAGES, ascending, and the rarities of the words: small, unlike the words."""
    keys, rarities = [], []
    for language in LANGUAGES:
        counts = _counts(language)
        shares = np.fromiter(counts.values(), np.float64, len(counts)) / sum(counts.values())
        keys.append(np.fromiter(map(hash, counts), np.int64, len(counts)))
        rarities.append((-np.log10(shares)).astype(np.float32))
    together, rarity = np.concatenate(keys), np.concatenate(rarities)
    # A word of two languages counts as in the one where it is more frequent, which sorts first.
    order = np.lexsort((rarity, together))
    return together[order], rarity[order]


def _counts(language: str) -> dict[str, int]:
    packed = pkgutil.get_data("spellchecker", f"resources/{language}.json.gz")
    if packed is None:
        raise RuntimeError(f"pyspellchecker has no words of {language}: install it again")
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    return counts
