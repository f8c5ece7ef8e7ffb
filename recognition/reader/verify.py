"""How well a crop supports a keyed answer: exact P(key | crop) against what else could have been written.

CTC is a normalised distribution over strings, so the probability of a key needs no search: it is the forward
algorithm, summed over the key's equivalent spellings. The strongest rival is sought among the n-best strings
and among near misses of the key itself (one character confused, lost or doubled).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.reader.charset import fold
from recognition.reader.ctc import IMPOSSIBLE, Frames, Labels, log_likelihoods
from recognition.reader.decode import Hypothesis

_LOOK_ALIKE = (
    "0O 0o 0D 0Q 06 08 1I 1l 17 1/ 1i 14 2Z 2z 27 3B 38 35 49 4H 4y 5S 5s 56 6b 68 69 7T 79 7/ 8B 89 9g 9q "
    "aA au ao ad bB bh b6 cC ce eo el fF ft gq gy hn hk iI il "
    "ij kK lI lt mM mn nN nu nr oO pP ps sS tT uU uv vV vw vy wW xX yY zZ "
    "AÄ aä OÖ oö UÜ uü UV ßB ., .' ;: -_ +t"
)
MOST_NEAR_MISSES = 24
NEAR_MISS_CHARACTERS = 120
"""Bounds what the near misses of a long key cost: at most so many characters in all."""


@dataclass(frozen=True, slots=True)
class KeyWeight:
    """Natural logarithms: P(any of the spellings | crop) and P(the likeliest string that is none of them)."""

    log_p: float
    log_rival: float


def _pairs(listed: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for pair in listed.split():
        a, b = pair[0], pair[1]
        table[a] = table.get(a, "") + b
        table[b] = table.get(b, "") + a
    return table


LOOK_ALIKE = _pairs(_LOOK_ALIKE)
"""Character -> characters that it is easily mistaken for."""


def near_misses(key: str, limit: int | None = None) -> list[str]:
    """Distinct strings one plausible slip from `key`: a character lost, confused or doubled.

    At most `limit` of them (by default fewer for long keys), spread evenly over the key.
    """
    limit = limit or min(MOST_NEAR_MISSES, max(1, NEAR_MISS_CHARACTERS // max(1, len(key))))
    lost = [key[:i] + key[i + 1 :] for i in range(len(key))]
    confused = [key[:i] + c + key[i + 1 :] for i, a in enumerate(key) for c in LOOK_ALIKE.get(a, "")]
    doubled = [key[: i + 1] + key[i:] for i in range(len(key))]
    found = dict.fromkeys([*lost, *confused, *doubled])
    found.pop(key, None)
    listed = list(found)
    return listed if len(listed) <= limit else [listed[k * len(listed) // limit] for k in range(limit)]


class Speller:
    """Turns strings into class indices of one alphabet (class k is alphabet[k - 1])."""

    def __init__(self, alphabet: str) -> None:
        self._alphabet = alphabet
        self._index = {character: k + 1 for k, character in enumerate(alphabet)}

    def labels(self, text: str) -> Labels | None:
        """Class indices of the folded text; None when a character is outside the alphabet."""
        found = [self._index.get(character) for character in fold(text)]
        return None if None in found else tuple(k for k in found if k is not None)

    def all_labels(self, texts: Iterable[str]) -> list[Labels]:
        """Distinct class strings of the texts that the alphabet can spell."""
        spelled = (self.labels(text) for text in texts)
        return list(dict.fromkeys(labels for labels in spelled if labels is not None))

    def text(self, labels: Labels) -> str:
        """The string of class indices, with single spaces and none at the ends."""
        return " ".join("".join(self._alphabet[k - 1] for k in labels).split())


def weigh_keys(
    matrices: Sequence[Frames],
    found: Sequence[Sequence[Hypothesis]],
    keys: Sequence[Sequence[str]],
    speller: Speller,
) -> list[KeyWeight]:
    """Weight of `keys[i]`, equivalent spellings of one answer, on crop i, whose n-best list is `found[i]`.

    Spellings outside the alphabet have probability 0. One pass of the forward algorithm serves all crops.
    """
    spellings = [speller.all_labels(group) for group in keys]
    misses = [speller.all_labels(m for key in group for m in near_misses(fold(key))) for group in keys]
    log_p = log_likelihoods(matrices, [s + m for s, m in zip(spellings, misses, strict=True)])
    return [
        _weight(own, missed, scores, hypotheses, speller)
        for own, missed, scores, hypotheses in zip(spellings, misses, log_p, found, strict=True)
    ]


def _weight(
    own: list[Labels],
    missed: list[Labels],
    scores: np.ndarray[tuple[int], np.dtype[np.float64]],
    hypotheses: Sequence[Hypothesis],
    speller: Speller,
) -> KeyWeight:
    texts = {speller.text(labels) for labels in own}
    near = [s for m, s in zip(missed, scores[len(own) :], strict=True) if speller.text(m) not in texts]
    far = [h.log_p for h in hypotheses if speller.text(h.labels) not in texts]
    total = np.logaddexp.reduce(scores[: len(own)], initial=-np.inf)
    return KeyWeight(max(IMPOSSIBLE, min(0.0, float(total))), max(IMPOSSIBLE, *near, *far, IMPOSSIBLE))
