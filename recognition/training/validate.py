"""Figures of a reader in training, on crops that training never sees, by greedy decoding.

Sets of digits and numbers are read with the alphabet of their kind of box, as at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein

from recognition.crops import answers
from recognition.crops.augment import Grey, Plane, disorder, scan_disorder
from recognition.crops.cache import open_cached, set_path
from recognition.crops.glyphs import GlyphBank, Style, compose
from recognition.crops.mixture import held_out
from recognition.crops.synth import in_cell
from recognition.reader.charset import BLANK, allowed, decode, encode
from recognition.reader.model import Reader
from recognition.reader.prepare import prepare

DIGITS = "0123456789"
COLLECTED = {
    "iam-words": 300, "iam-lines": 16, "dhsd": 100, "meza-numbers": 200, "orand-car-a": 60, "names": 80,
    "sheet-cells": 400, "sheet-numbers": 100, "sheet-texts": 150
}  # fmt: skip
"""Sets with a val split, and how many of its crops are read."""

KINDS = {
    "meza-numbers": "number", "numbers": "number", "orand-car-a": "digits", "mnist-cells": "digits",
    "emnist-digits": "digits", "strings": "digits", "sheet-cells": "digits", "sheet-numbers": "number",
}  # fmt: skip
CHARACTERS = ("mnist", "emnist-byclass", "bhmsds")
MADE = {"mnist-cells": 400, "emnist-digits": 400, "strings": 150, "numbers": 100}


@dataclass(frozen=True, slots=True)
class Crop:
    plane: Plane
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """cer: edits a true character; exact: share of crops read without error."""

    count: int
    cer: float
    exact: float


def validation_crops(root: Path) -> dict[str, list[Crop]]:
    """The same crops at every call, evenly drawn from the val splits and made with fixed seeds."""
    present = {name: count for name, count in COLLECTED.items() if set_path(root, name).exists()}
    crops = {name: _collected(set_path(root, name), count) for name, count in present.items()}
    return crops | (_made(root) if all((root / name).exists() for name in CHARACTERS) else {})


def _collected(path: Path, count: int) -> list[Crop]:
    cached = open_cached(path)
    rows = cached.of_split("val")
    rows = rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64)]
    return [Crop(prepare(cached.image(int(k))), str(cached.texts[k])) for k in rows]


def _made(root: Path) -> dict[str, list[Crop]]:
    mnist, emnist, symbols = (open_cached(root / name) for name in CHARACTERS)
    unseen = GlyphBank.of(emnist, held_out(emnist, DIGITS))
    marks = GlyphBank.of(symbols, held_out(symbols, "-+/"))
    rng = np.random.default_rng(7)
    test = mnist.of_split("test")[:: 10000 // MADE["mnist-cells"]]
    cells = [(scan_disorder(in_cell(mnist.image(int(k)), rng), rng), str(mnist.texts[k])) for k in test]
    singles = held_out(emnist, DIGITS)[: MADE["emnist-digits"]]
    plain = [(emnist.image(int(k)), str(emnist.texts[k])) for k in singles]
    strings, numbers = [], []
    for _ in range(MADE["strings"]):
        text = "".join(map(str, rng.integers(0, 10, int(rng.integers(2, 7)))))
        strings.append((compose(text, unseen, marks, Style.drawn(rng), rng), text))
    for _ in range(MADE["numbers"]):
        text = answers.number(rng)
        numbers.append((disorder(compose(text, unseen, marks, Style.drawn(rng), rng), rng), text))
    made: dict[str, list[tuple[Grey, str]]] = {
        "mnist-cells": cells, "emnist-digits": plain, "strings": strings, "numbers": numbers
    }  # fmt: skip
    return {name: [Crop(prepare(image), text) for image, text in pairs] for name, pairs in made.items()}


@torch.no_grad()
def read_greedily(reader: Reader, crops: list[Crop], kind: str = "text", batch: int = 32) -> list[str]:
    """Texts of the crops in the alphabet of `kind`; crops of one width share a batch, so none is padded."""
    texts = [""] * len(crops)
    barred = torch.ones(reader.config.classes, dtype=torch.bool)
    barred[[BLANK, *encode(allowed(kind))]] = False
    order = sorted(range(len(crops)), key=lambda k: crops[k].plane.shape[1])
    for width in sorted({c.plane.shape[1] for c in crops}):
        rows = [k for k in order if crops[k].plane.shape[1] == width]
        for start in range(0, len(rows), batch):
            some = rows[start : start + batch]
            images = torch.from_numpy(np.stack([crops[k].plane for k in some]))[:, None]
            best = reader(images).masked_fill(barred, -torch.inf).argmax(dim=-1).tolist()
            for k, classes in zip(some, best, strict=True):
                texts[k] = decode(classes)
    return texts


def score(read: list[str], truth: list[str]) -> Score:
    """Character error rate and exact matches of `read` against `truth`."""
    edits = sum(Levenshtein.distance(a, b) for a, b in zip(read, truth, strict=True))
    exact = sum(a == b for a, b in zip(read, truth, strict=True)) / max(1, len(truth))
    return Score(len(truth), edits / max(1, sum(map(len, truth))), exact)


def validate(reader: Reader, crops: Mapping[str, list[Crop]]) -> dict[str, Score]:
    """Scores of every set of `crops`; the reader is left in evaluation mode."""
    reader.eval()
    scores = {}
    for name, some in crops.items():
        read = read_greedily(reader, some, KINDS.get(name, "text"))
        scores[name] = score(read, [c.text for c in some])
    return scores
