"""Words that are likely beforehand, as an opt-in prior on what was read; never the key.

A text of known words gets the prior probability P, any other 1 - P; Bayes' rule then weighs the candidates of
a reading anew. What the reader leaves to texts outside its list counts as unknown words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from recognition.reader.charset import fold
from recognition.types import Alternative, Reading

AROUND_WORDS = ".,;:!?\"'()[]-"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, folded and without regard to case; `prior`: how likely a text is made of them, 0..1."""

    words: frozenset[str]
    prior: float

    @classmethod
    def of_lines(cls, lines: Iterable[str], prior: float) -> Lexicon:
        """One word or phrase a line; marks around a word do not count. ValueError when there is none."""
        words = frozenset(word for line in lines for word in _words(line))
        if not words:
            raise ValueError("the lexicon has no words: give one a line")
        return cls(words, prior)

    def knows(self, text: str) -> bool:
        """Whether every word of the text is in the lexicon (a text of marks alone is not)."""
        words = _words(text)
        return bool(words) and self.words.issuperset(words)

    def weigh(self, reading: Reading) -> Reading:
        """The reading with its candidates weighed by the prior; `p_expected` stays as it is."""
        if reading.error or reading.blank or not reading.text:
            return reading
        candidates = [(reading.text, reading.confidence)]
        candidates += [(rival.text, rival.confidence) for rival in reading.alternatives]
        rest = max(0.0, 1.0 - sum(p for _, p in candidates))
        weighed = [
            (text, p * (self.prior if self.knows(text) else 1.0 - self.prior)) for text, p in candidates
        ]
        total = sum(p for _, p in weighed) + rest * (1.0 - self.prior)
        # Ties keep the reader's order: sorting is stable.
        best, *rivals = sorted(((text, p / total) for text, p in weighed), key=lambda item: -item[1])
        others = tuple(Alternative(text, p) for text, p in rivals)
        return replace(reading, text=best[0], confidence=best[1], alternatives=others)


def _words(text: str) -> list[str]:
    stripped = (word.strip(AROUND_WORDS).casefold() for word in fold(text).split())
    return [word for word in stripped if word]
