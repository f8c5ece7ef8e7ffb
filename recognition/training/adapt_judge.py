"""Whether a fine-tuned reader may take its parent's place: both read the same crops, and pairs are compared.

Worse beyond noise on a set means that one of two one-sided paired tests says so at 5 %: McNemar's exact test
on the crops that exactly one of the two reads right (McNemar 1947), or the permutation test on the edits of
each crop (Fisher 1935: by chance parent and child could have changed places; 4,000 draws, fixed seed). Each
set is tested by itself, so damage to one is not outweighed by the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from recognition.crops.data import Sample
from recognition.measuring.metrics import edit_distance
from recognition.reader.engine import Reader
from recognition.types import ReadRequest

LEVEL = 0.05
DRAWS = 4000
BATCH = 256


@dataclass(frozen=True, slots=True)
class Comparison:
    """Parent and child on one set.

    `mended`, `broken`: crops that only the child, only the parent reads right. `p_broken`, `p_edits`: how
    likely so much damage is by chance when the two are equally good.
    """

    set: str
    n: int
    characters: int
    right_before: int
    right_after: int
    mended: int
    broken: int
    edits_before: int
    edits_after: int
    p_broken: float
    p_edits: float

    @property
    def worse(self) -> bool:
        """Worse beyond noise."""
        fewer_right = self.broken > self.mended and self.p_broken < LEVEL
        return fewer_right or (self.edits_after > self.edits_before and self.p_edits < LEVEL)

    @property
    def better(self) -> bool:
        """More crops right, or as many with fewer edits."""
        gained = self.mended - self.broken
        return gained > 0 or (gained == 0 and self.edits_after < self.edits_before)

    def in_words(self) -> str:
        """One line for people."""
        total = max(1, self.characters)
        return (
            f"{self.set}: {self.right_before} of {self.n} right before, {self.right_after} after "
            f"({self.mended} mended, {self.broken} broken, p {self.p_broken:.3f}), "
            f"CER {self.edits_before / total:.3f} -> {self.edits_after / total:.3f} (p {self.p_edits:.3f})"
        )


def compare(parent: Reader, child: Reader, samples: Sequence[Sample], kind: str, name: str) -> Comparison:
    """Both readers on the samples of one set."""
    texts = [sample.text for sample in samples]
    before, after = _edits(parent, samples, texts, kind), _edits(child, samples, texts, kind)
    return compared(name, before, after, sum(map(len, texts)))


def compared(name: str, before: Sequence[int], after: Sequence[int], characters: int) -> Comparison:
    """The comparison of the edits of each crop, 0 where it was read right."""
    old, new = np.array(before), np.array(after)
    mended, broken = int(np.sum((old > 0) & (new == 0))), int(np.sum((old == 0) & (new > 0)))
    return Comparison(
        name,
        len(old),
        characters,
        int(np.sum(old == 0)),
        int(np.sum(new == 0)),
        mended,
        broken,
        int(old.sum()),
        int(new.sum()),
        float(binom.sf(broken - 1, mended + broken, 0.5)),
        _chance_of_damage(new - old),
    )


def _chance_of_damage(added: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Share of the draws, in which each crop's added edits change sign or not, that add as many edits."""
    changed = added[added != 0]
    signs = np.random.default_rng(20).integers(0, 2, (DRAWS, len(changed))) * 2 - 1
    return float((1 + np.sum(signs @ changed >= added.sum())) / (1 + DRAWS))


def _edits(reader: Reader, samples: Sequence[Sample], texts: Sequence[str], kind: str) -> list[int]:
    found: list[int] = []
    for start in range(0, len(samples), BATCH):
        chunk = samples[start : start + BATCH]
        readings = reader.read([ReadRequest(sample.load(), kind) for sample in chunk])
        pairs = zip(readings, texts[start : start + BATCH], strict=True)
        found += [edit_distance(reading.text, text) for reading, text in pairs]
    return found


def why_not(corrections: Comparison, base: Sequence[Comparison]) -> str:
    """Why the child must not take its parent's place, in words; empty when it may."""
    reasons = []
    if not corrections.better:
        reasons.append(f"it reads the held-out corrections no better ({corrections.in_words()})")
    reasons += [f"it reads other handwriting worse ({found.in_words()})" for found in base if found.worse]
    return "; ".join(reasons)
