"""What knowing words does to misspelt answers: does the reader put them right, and how sure is it of that?

    python -m recognition.measuring.misspelt

writes words and misspelt ones (a letter left out, doubled or taken for another, two letters swapped) in the
handwriting fonts, disorders them like scans, reads them and counts, above several confidences, what was read
otherwise than written, and the misspelt words that were read as if they were right.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from tqdm import tqdm

from recognition.crops.answers import DICTIONARIES
from recognition.crops.augment import Rng, disorder
from recognition.crops.fonts import Hand, fonts_root, open_hands, write
from recognition.reader.engine import Reader
from recognition.reader.known_words import rarity_of
from recognition.types import Grey, Reading, ReadRequest

LENGTHS = range(5, 12)
RAREST = 6.0
"""Words of one in a million and more frequent ones, as answers of exams mostly are."""

CHUNK = 256
BOUNDS = (0.9, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True)
class Written:
    """A crop of `text`, which is `meant` or a misspelt form of it."""

    image: Grey
    text: str
    meant: str


def misspelt(word: str, rng: Rng) -> str:
    """`word` with one fault of spelling that makes no other known word."""
    while True:
        place = int(rng.integers(1, len(word)))
        left, right = word[:place], word[place:]
        faults = (
            left + right[1:],
            left + ascii_lowercase[int(rng.integers(len(ascii_lowercase)))] + right[1:],
            left + left[-1] + right,
            left[:-1] + right[0] + left[-1] + right[1:],
        )
        found = faults[int(rng.integers(len(faults)))]
        if found != word and rarity_of(found) is None:
            return found


def common_words(dictionary: Path) -> list[str]:
    """Words of a list, one a line, that are long enough to be misspelt and frequent enough to be answers."""
    lines = dictionary.read_text(encoding="utf-8").split()
    plain = sorted({word for word in lines if word.isalpha() and word.islower() and len(word) in LENGTHS})
    return [word for word in plain if (rarity_of(word) or RAREST) < RAREST]


def write_pairs(words: Sequence[str], hands: Sequence[Hand], count: int, rng: Rng) -> list[Written]:
    """`count` words, each written as it is and misspelt, by hands of their own."""
    pairs = []
    for _ in range(count):
        word = words[int(rng.integers(len(words)))]
        for text in (misspelt(word, rng), word):
            able = [hand for hand in hands if hand.can_write(text)]
            hand = able[int(rng.integers(len(able)))]
            pairs.append(Written(disorder(write(text, hand, rng), rng), text, word))
    return pairs


def report(name: str, written: Sequence[Written], readings: Sequence[Reading]) -> str:
    """A line of figures: read exactly, put right, and the same above each of BOUNDS."""
    sure = np.array([reading.confidence for reading in readings])
    exact = np.array([r.text == w.text for r, w in zip(readings, written, strict=True)])
    mended = np.array([r.text == w.meant != w.text for r, w in zip(readings, written, strict=True)])
    above = [
        f"above {bound}: {int((sure >= bound).sum())}, {int((~exact & (sure >= bound)).sum())} wrong, "
        f"{int((mended & (sure >= bound)).sum())} put right"
        for bound in BOUNDS
    ]
    head = f"{name} {len(written)}, exact {exact.mean():.3f}, put right {int(mended.sum())}"
    return "\n  ".join([head, *above]) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=1500, help="words of each sort (default: 1500)")
    parser.add_argument("--words", type=Path, default=DICTIONARIES[0], help="list of words, one a line")
    parser.add_argument("--weights", type=Path, help="folder of a reader (default: the shipped one)")
    options = parser.parse_args()
    rng = np.random.default_rng(5)
    written = write_pairs(common_words(options.words), open_hands(fonts_root()), options.count, rng)
    reader, readings = Reader(options.weights), []
    for start in tqdm(range(0, len(written), CHUNK), disable=None, leave=False):
        readings += reader.read([ReadRequest(one.image, "text") for one in written[start : start + CHUNK]])
    for name, wanted in (("misspelt", True), ("right", False)):
        rows = [k for k, one in enumerate(written) if (one.text != one.meant) == wanted]
        sys.stdout.write(report(name, [written[k] for k in rows], [readings[k] for k in rows]))


if __name__ == "__main__":
    main()
