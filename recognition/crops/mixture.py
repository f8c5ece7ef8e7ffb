"""The stream of training crops: which source, which disorder, which batch, all from one seed.

Samples are made in blocks; a block is sorted by width into batches of about the same cost, and its
batches are shuffled. A block depends on (seed, number) alone, so a run resumes where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.crops.answers import Vocabulary
from recognition.crops.augment import UNLIKE, Grey, Plane, Rng, disorder, scan_disorder
from recognition.crops.cache import CachedSet, open_cached, set_path
from recognition.crops.fonts import fonts_root, open_hands
from recognition.crops.glyphs import GlyphBank, Indices
from recognition.crops.synth import Studio
from recognition.reader.charset import encode, frames_needed
from recognition.reader.prepare import prepare

Maker = Callable[[Rng], tuple[Grey, str]]

COLLECTED = {
    "iam-words": "train",
    "iam-lines": "train",
    "dhsd": "train",
    "names": "pseudo",
    "meza-numbers": "train",
    "orand-car-a": "train",
    "letters62": "train",
    "sse-letters": "train",
    "cut-words": "train",
    "sheet-cells": "train",
    "sheet-numbers": "train",
    "sheet-texts": "train",
}
"""Sets of whole crops and the split that training may see."""

PHOTOGRAPHED = frozenset(
    {"meza-numbers", "orand-car-a", "letters62", "sheet-cells", "sheet-numbers", "sheet-texts"}
)
"""Crops that already carry a camera's or scanner's disorder; they get less of ours."""

MADE = ("cells", "strings", "words", "empty", "letters")
BATCH_WIDTHS = (64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024, 1280)
HELD_OUT_EVERY = 40
"""Every 40th character of a set without writers is kept for validation."""

# Letters whose capital has another shape: the set's labels confuse the case of the rest.
_CASE_SAFE = "ABDEFGHLNQRTabdefghnqrt"


@dataclass(frozen=True, slots=True)
class Batch:
    """images float32 (N, 48, W); labels as class indices, one array a crop."""

    images: Plane
    labels: list[list[int]]


class Mixture:
    """Draws training crops by the configured shares."""

    def __init__(
        self,
        root: Path,
        shares: Mapping[str, float],
        stride: int,
        batch_pixels: int,
        block_size: int = 768,
        disorder: bool = True,
    ) -> None:
        unknown = set(shares) - set(COLLECTED) - set(MADE)
        if unknown:
            known = ", ".join([*COLLECTED, *MADE])
            raise ValueError(f"unknown source {min(unknown)!r} in the mixture: use {known}")
        self.stride, self.batch_pixels, self.block_size = stride, batch_pixels, block_size
        self.disorder = disorder
        makers = _makers(root, shares)
        self.names = sorted(makers)
        self.makers = [makers[name] for name in self.names]
        weights = np.array([shares[name] for name in self.names], np.float64)
        self.weights = weights / weights.sum()

    def sample(self, rng: Rng) -> tuple[Plane, list[int]]:
        """One prepared crop and its label; crops too narrow for their label are drawn again."""
        while True:
            k = int(rng.choice(len(self.makers), p=self.weights))
            image, text = self.makers[k](rng)
            plane = prepare(self._disordered(image, self.names[k], rng))
            if frames_needed(text) < plane.shape[1] // self.stride:
                return plane, encode(text)

    def _disordered(self, image: Grey, name: str, rng: Rng) -> Grey:
        if not self.disorder or rng.random() < _share_left_alone(name):
            return image
        other = self.makers[int(rng.integers(len(self.makers)))](rng)[0] if rng.random() < 0.15 else None
        if name == "cells":  # a digit stands in its cell already: slanting it now would slant the cell
            return scan_disorder(image, rng, other)
        return disorder(image, rng, other, UNLIKE)

    def block(self, seed: int, number: int) -> list[Batch]:
        """All batches of one block, in the order in which to train on them."""
        rng = np.random.default_rng([seed, number])
        samples = [self.sample(rng) for _ in range(self.block_size)]
        batches = self._batches(samples)
        return [batches[k] for k in rng.permutation(len(batches))]

    def _batches(self, samples: list[tuple[Plane, list[int]]]) -> list[Batch]:
        """Full batches of a few fixed shapes: compiling kernels for each new shape costs more than padding.

        What does not fill a batch of one width goes into the next wider one; the last batch may be short.
        """
        samples.sort(key=lambda s: s[0].shape[1])
        batches: list[Batch] = []
        left: list[tuple[Plane, list[int]]] = []
        start = 0
        for width in BATCH_WIDTHS:
            stop = start + sum(s[0].shape[1] <= width for s in samples[start:])
            left, start = left + samples[start:stop], stop
            size = max(1, self.batch_pixels // width)
            while len(left) >= size:
                batches.append(_stacked(left[-size:], width))
                del left[-size:]
        return [*batches, _stacked(left, BATCH_WIDTHS[-1])] if left else batches


def _share_left_alone(name: str) -> float:
    """Share of crops without any disorder of ours."""
    if name in PHOTOGRAPHED:
        return 0.4
    return 0.2 if name in COLLECTED else 0.06


def _stacked(samples: list[tuple[Plane, list[int]]], width: int) -> Batch:
    images = np.ones((len(samples), samples[0][0].shape[0], width), np.float32)
    for row, (plane, _) in zip(images, samples, strict=True):
        row[:, : plane.shape[1]] = plane
    return Batch(images, [label for _, label in samples])


def _makers(root: Path, shares: Mapping[str, float]) -> dict[str, Maker]:
    wanted = {name for name, share in shares.items() if share > 0}
    makers: dict[str, Maker] = {}
    for name in wanted & set(COLLECTED):
        cached = open_cached(set_path(root, name))
        makers[name] = _from_set(cached, cached.of_split(COLLECTED[name]))
    if wanted & set(MADE):
        studio = open_studio(root)
        made: dict[str, Maker] = {
            "cells": studio.cell,
            "strings": studio.string,
            "words": studio.words,
            "empty": studio.empty,
            "letters": _from_set(*_letters(root)),
        }
        makers.update({name: made[name] for name in wanted & set(MADE)})
    return makers


def _from_set(cached: CachedSet, rows: Indices) -> Maker:
    if not len(rows):
        raise ValueError(f"the set {cached.name} has no crops of the split that training uses")

    def draw(rng: Rng) -> tuple[Grey, str]:
        row = int(rows[int(rng.integers(len(rows)))])
        return cached.image(row), str(cached.texts[row])

    return draw


def open_studio(root: Path) -> Studio:
    """Synthesis from the sets under `root` and the fetched fonts; training splits only."""
    mnist, emnist, symbols = (open_cached(root / name) for name in ("mnist", "emnist-byclass", "bhmsds"))
    digits = (
        GlyphBank.of(mnist, kept(mnist, "train", "0123456789")),
        GlyphBank.of(emnist, kept(emnist, "train", "0123456789")),
        GlyphBank.of(symbols, kept(symbols, "train", "0123456789")),
    )
    marks = GlyphBank.of(symbols, kept(symbols, "train", "-+/"))
    texts = [open_cached(root / name) for name in ("iam-words", "dhsd")]
    labels = [str(t) for cached in texts for t in cached.texts[cached.of_split("train")]]
    return Studio(digits, marks, tuple(open_hands(fonts_root())), Vocabulary.standard(labels))


def kept(cached: CachedSet, split: str, characters: str) -> Indices:
    """Rows of `characters` that training may use: of the split, and not held out."""
    rows = cached.of_split(split)
    wanted = np.isin(cached.texts[rows], list(characters)) & (rows % HELD_OUT_EVERY != 0)
    return np.asarray(rows[wanted], np.int64)


def held_out(cached: CachedSet, characters: str) -> npt.NDArray[np.int64]:
    """Rows of `characters` that training never sees."""
    rows = np.arange(0, len(cached), HELD_OUT_EVERY)
    return rows[np.isin(cached.texts[rows], list(characters))]


def _letters(root: Path) -> tuple[CachedSet, Indices]:
    emnist = open_cached(root / "emnist-byclass")
    return emnist, kept(emnist, "train", _CASE_SAFE)
