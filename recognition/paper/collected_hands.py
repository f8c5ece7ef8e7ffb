"""Writers from labelled sets of real handwriting: cut-out words and numbers, and single characters.

For trials on writers that no training saw: of labelled crops only the split kept for validation is used, of
single characters the test part, or every 40th where there is none (training leaves those out).
"""

from __future__ import annotations

import csv
import functools
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from recognition.paper.hands import EM, GlyphShelf, GlyphSource, Hand, glyph_shelf, shelf_hand, shipped_shelf
from recognition.paper.pen import Ink, Rng, scaled, trimmed
from recognition.reader.prepare import flatten

KEPT_SPLIT: Final = "val"
HELD_OUT_EVERY: Final = 40

_SIGN_NAMES: Final = {"dot": ".", "minus": "-", "plus": "+", "slash": "/"}
_NUMERIC: Final = frozenset("0123456789.,-+/ ")
_LONGEST_TEXT: Final = 26
_USUAL_HEIGHT: Final = 0.85
"""Height of a cut-out text in ems, in the middle of its set."""
_FAINTEST: Final = 40


@dataclass(frozen=True, slots=True)
class Cutting:
    """One crop of a set: its file's content, what it says, who wrote it, and ems a pixel."""

    file: bytes
    text: str
    writer: str
    ems: float


@dataclass(frozen=True, slots=True)
class Collection:
    """Everything that the given folders hold."""

    words: tuple[Cutting, ...]
    numbers: tuple[Cutting, ...]
    characters: GlyphShelf


@dataclass(frozen=True, slots=True)
class CollectedHands:
    """Hands from dataset folders: `labels.csv` with images, or `chars.npz`; any number of each."""

    folders: tuple[Path, ...]

    def hand(self, rng: Rng) -> Hand:
        """A new writer. About half of the writers keep the characters' own strokes instead of a pen's."""
        found = open_collection(self.folders)
        writers = sorted({cutting.writer for cutting in found.words})
        writer = str(rng.choice(writers)) if writers else ""
        return Hand(
            character=shelf_hand(found.characters, rng),
            phrase=_cuttings_of(found.words, writer),
            whole_number=_cuttings_of(found.numbers, ""),
            redraw_characters=bool(rng.random() < 0.5),
            redraw_phrases=False,
            texts=tuple(cutting.text for cutting in found.words),
            numbers=tuple(cutting.text for cutting in found.numbers),
        )


@functools.cache
def open_collection(folders: tuple[Path, ...]) -> Collection:
    """The crops and characters under `folders`. ValueError for a folder that holds neither."""
    cuttings: list[Cutting] = []
    shelves: list[GlyphShelf] = []
    for folder in folders:
        if (folder / "labels.csv").exists():
            cuttings += _labelled(folder)
        elif (folder / "chars.npz").exists():
            shelves.append(_characters(folder / "chars.npz"))
        else:
            raise ValueError(f"{folder} holds no handwriting: neither labels.csv nor chars.npz")
    words = tuple(c for c in cuttings if not _NUMERIC.issuperset(c.text))
    numbers = tuple(c for c in cuttings if _NUMERIC.issuperset(c.text))
    return Collection(words, numbers, _joined(shelves) if shelves else shipped_shelf())


def _labelled(folder: Path) -> list[Cutting]:
    with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == KEPT_SPLIT and row["text"].strip()]
    rows = [row for row in rows if len(row["text"]) <= _LONGEST_TEXT]
    if not rows:
        raise ValueError(f"{folder / 'labels.csv'} has no crop of the split {KEPT_SPLIT!r}")
    files = _contents(folder, [row["file"] for row in rows])
    heights = [ink_of(content).shape[0] for content in files[:: max(1, len(files) // 40)]]
    ems = _USUAL_HEIGHT / float(np.median(heights))
    writers = [f"{folder.name}/{row['writer']}" for row in rows]
    return [
        Cutting(content, row["text"], writer, ems)
        for content, row, writer in zip(files, rows, writers, strict=True)
    ]


def _contents(folder: Path, names: Sequence[str]) -> list[bytes]:
    if not (folder / "images.zip").exists():
        return [(folder / name).read_bytes() for name in names]
    with zipfile.ZipFile(folder / "images.zip") as archive:
        return [archive.read(name) for name in names]


def ink_of(content: bytes) -> Ink:
    """The ink of a cut-out text, paper and shadows removed, trimmed; at most 144 pixels high."""
    grey = np.asarray(Image.open(io.BytesIO(content)).convert("L"), np.uint8)
    darkness = (255 * (1 - flatten(grey))).astype(np.uint8)
    darkness[darkness < _FAINTEST] = 0
    return trimmed(_without_form_lines(darkness))


def _without_form_lines(ink: Ink) -> Ink:
    """`ink` without thin pieces at the rim: lines of the form that the crop was cut from."""
    high, wide = ink.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    x, y, w, h, area = stats.T
    near_rim = (x <= 4) | (y <= 4) | (x + w >= wide - 4) | (y + h >= high - 4)
    thin = (np.minimum(w, h) <= 0.1 * high) & (np.maximum(w, h) >= 0.35 * high)
    line = near_rim & thin
    line[0] = False
    return ink if area[1:][~line[1:]].sum() == 0 else np.where(line[labels], 0, ink).astype(np.uint8)


def _cuttings_of(cuttings: tuple[Cutting, ...], writer: str) -> GlyphSource:
    by_text: dict[str, list[Cutting]] = {}
    for cutting in cuttings:
        by_text.setdefault(cutting.text, []).append(cutting)

    def phrase(text: str, chance: Rng) -> Ink | None:
        alike = by_text.get(text, [])
        own = [cutting for cutting in alike if cutting.writer == writer] or alike
        if not own:
            return None
        chosen = own[int(chance.integers(len(own)))]
        return scaled(ink_of(chosen.file), EM * chosen.ems)

    return phrase


def _characters(path: Path) -> GlyphShelf:
    with np.load(path) as arrays:
        held_out = slice(None) if "x_test" in arrays else slice(None, None, HELD_OUT_EVERY)
        images = arrays["x_test" if "x_test" in arrays else "x"][held_out]
        names = _class_names(arrays["y_test" if "y_test" in arrays else "y"][held_out])
    dark_ink = float(images[: min(len(images), 200)].mean()) > 127
    return glyph_shelf(255 - images if dark_ink else images, names)


def _class_names(classes: npt.NDArray[np.generic]) -> npt.NDArray[np.str_]:
    """Characters: names of signs resolved, code points above 9 turned into characters."""
    if classes.dtype.kind == "U":
        return np.asarray([_SIGN_NAMES.get(str(name), str(name)) for name in classes], np.str_)
    codes = classes.astype(np.int64)
    return np.asarray([chr(code) if code > 9 else str(code) for code in codes], np.str_)


def _joined(shelves: Sequence[GlyphShelf]) -> GlyphShelf:
    return GlyphShelf(
        np.concatenate([shelf.images for shelf in shelves]),
        np.concatenate([shelf.classes for shelf in shelves]),
        np.concatenate([shelf.looks for shelf in shelves]),
    )
