"""Corrections to learn from and corrections to judge by: no writer is on both sides."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from recognition.crops.data import Sample
from recognition.reader.charset import is_writable

LEAST = 40
HELD_OUT = 0.25
"""Share of the corrections that judge; fewer writers than this allows are split by image instead."""

MOST_OF_ONE_GROUP = 0.5


@dataclass(frozen=True, slots=True)
class Corrections:
    """All usable corrections; what `parted_by` names is never on both sides."""

    learn: tuple[Sample, ...]
    judge: tuple[Sample, ...]
    parted_by: str

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.learn) + len(self.judge)


def parted(samples: Sequence[Sample]) -> Corrections:
    """Corrections in two parts: by their own split if they have a val part, else by writer, else by image.

    The same crops are always parted alike. ValueError when there are too few to learn and to judge.
    """
    usable = [sample for sample in samples if is_writable(sample.text)]
    if len(usable) < LEAST:
        raise ValueError(
            f"{len(usable)} usable corrections: at least {LEAST} are needed to learn from some and judge by "
            "others"
        )
    held_out = [sample for sample in usable if sample.split in ("val", "test")]
    if held_out and len(held_out) < len(usable):
        learn = tuple(sample for sample in usable if sample.split not in ("val", "test"))
        return Corrections(learn, tuple(held_out), "their own split")
    return _by_group(usable, [s.writer for s in usable], "writer") or _by_image(usable)


def _by_image(samples: Sequence[Sample]) -> Corrections:
    found = _by_group(samples, [sample.file for sample in samples], "image")
    if found is None:
        raise ValueError("the corrections are crops of one name: give each its own file")
    return found


def _by_group(samples: Sequence[Sample], groups: Sequence[str], name: str) -> Corrections | None:
    """About a quarter of the samples in whole groups; None when the groups are unknown, few or lopsided."""
    if not all(groups):
        return None
    sizes = Counter(groups)
    chosen: set[str] = set()
    for group in sorted(sizes, key=lambda g: hashlib.sha256(g.encode()).digest()):
        taken = sum(sizes[g] for g in chosen)
        if taken >= HELD_OUT * len(samples):
            break
        if taken + sizes[group] <= MOST_OF_ONE_GROUP * len(samples):
            chosen.add(group)
    if sum(sizes[g] for g in chosen) < HELD_OUT * len(samples) / 2:
        return None
    sides: tuple[list[Sample], list[Sample]] = ([], [])
    for sample, group in zip(samples, groups, strict=True):
        sides[group in chosen].append(sample)
    return Corrections(tuple(sides[0]), tuple(sides[1]), name)
