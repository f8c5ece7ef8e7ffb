"""Strings of digits that nobody trained on: 2 to 6 held-out digits of one source, set in one style.

    python -m recognition.crops.composed_strings
    python -m recognition evaluate ~/.cache/inkgrade/composed/*-strings --split test --kind digits

The digits are the 40th characters of EMNIST that training leaves out, and MNIST's test part. No disorder of
ours is added: what is measured is the reading of neighbours that touch, overlap and slant.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from recognition.crops.augment import Grey
from recognition.crops.cache import cache_root, open_cached
from recognition.crops.data import data_root
from recognition.crops.glyphs import GlyphBank, Style, compose
from recognition.crops.labelled_folder import added_to
from recognition.crops.mixture import held_out
from recognition.reader.charset import DIGITS

LENGTHS = range(2, 7)
SPLIT = "test"


def composed_root() -> Path:
    """Where the sets are kept: the folder `composed` of the cache."""
    return cache_root() / "composed"


def held_out_banks(root: Path) -> dict[str, GlyphBank]:
    """Digits that training never sees, by the name of their set of strings."""
    emnist, mnist = open_cached(root / "emnist-byclass"), open_cached(root / "mnist")
    return {
        "emnist-strings": GlyphBank.of(emnist, held_out(emnist, DIGITS)),
        "mnist-strings": GlyphBank.of(mnist, mnist.of_split("test")),
    }


def strings(bank: GlyphBank, count: int, seed: int) -> Iterator[tuple[str, Grey]]:
    """`count` texts and their crops (uint8, dark ink on 255): one seed, the same strings."""
    for k in range(count):
        rng = np.random.default_rng([seed, k])
        size = int(rng.integers(LENGTHS.start, LENGTHS.stop))
        text = "".join(str(digit) for digit in rng.integers(0, 10, size))
        yield text, compose(text, bank, bank, Style.drawn(rng), rng)


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the sets anew."""
    parser = argparse.ArgumentParser("python -m recognition.crops.composed_strings", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="strings of each set")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    shutil.rmtree(composed_root(), ignore_errors=True)
    for name, bank in held_out_banks(data_root()).items():
        with added_to(composed_root() / name) as add:
            for k, (text, crop) in enumerate(strings(bank, options.count, options.seed)):
                add(f"{k:05d}.png", text, "", SPLIT, crop)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
