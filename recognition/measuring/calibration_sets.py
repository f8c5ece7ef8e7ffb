"""Crops that training never saw, to calibrate on: held-out writers, strings and cells of held-out digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from recognition.crops import answers
from recognition.crops.augment import Rng, disorder
from recognition.crops.cache import open_cached
from recognition.crops.data import read_set
from recognition.crops.glyphs import GlyphBank, Style, compose
from recognition.crops.mixture import held_out
from recognition.crops.synth import cross_out, in_cell, scribble
from recognition.measuring import wrong_labels
from recognition.reader.charset import DIGITS, is_writable
from recognition.reader.prepare import ink_dark
from recognition.types import Grey

OTHER = "other"
"""Label of a cell that holds something else than one digit or nothing."""

SCANNED = " scanned"
"""Behind the name of a source: its crops as a scan would show them."""

_LETTERS = "ABDEFGHKLMNPQRTUVWXYZabdefhkmnrt"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One crop to calibrate on.

    `group`: crops of one writer (or one image, where writers are unknown) share it, for cross-fitting.
    `noise`: share of this source's labels that are known to be wrong.
    """

    source: str
    text: str
    group: str
    noise: float
    load: Callable[[], Grey]


@dataclass(frozen=True, slots=True)
class Source:
    """A labelled set with its held-out split. `noise`: share of its labels that are wrong unseen."""

    name: str
    split: str
    noise: float = 0.0


COLLECTED = {
    "digits": (Source("orand-car-a", "val"),),
    "number": (Source("meza-numbers", "val", 0.007),),
    "text": (
        Source("iam-words", "val"),
        Source("iam-lines", "val"),
        Source("dhsd", "val"),
        Source("names", "val", 0.07),
        Source("sse-letters", "val"),
    ),
}
"""By kind. The shares of wrong labels are those that the sets' own notes state, without those that were seen
(`wrong_labels`) and are left out."""

DISORDERED = ("iam-words", "sse-letters")
"""Clean binarised sets, of which a third of the crops are also taken as a scan would show them."""

SINGLES, STRINGS, NUMBERS, STRUCK_OUT = 700, 1000, 600, 70


def crops(root: Path, kind: str, limit: int | None) -> list[Labelled]:
    """Crops of `kind` from the sets under `root`, at most `limit` of a set. ValueError when none is there."""
    found = [crop for source in COLLECTED[kind] for crop in _thinned(_collected(root, source), limit)]
    if not found:
        raise ValueError(f"{root} has none of the sets {', '.join(s.name for s in COLLECTED[kind])}")
    found += _thinned([_as_scanned(c, k) for k, c in enumerate(found) if c.source in DISORDERED][::3], limit)
    if kind != "text":
        found += _made(root, kind, limit)
    if kind == "text":
        found += _thinned(_struck_out(found), limit)
    return found


def _thinned(found: list[Labelled], limit: int | None) -> list[Labelled]:
    if limit is None or len(found) <= limit:
        return found
    return [found[k * len(found) // limit] for k in range(limit)]


def _collected(root: Path, source: Source) -> list[Labelled]:
    if not (root / source.name).exists():
        return []
    wrong = wrong_labels.listed(wrong_labels.SEEN)
    return [
        Labelled(source.name, s.text, f"{source.name}/{s.writer or s.file}", source.noise, s.load)
        for s in read_set(root / source.name)
        if s.split == source.split and s.text and is_writable(s.text) and (s.source, s.file) not in wrong
    ]


def _as_scanned(crop: Labelled, seed: int) -> Labelled:
    """Dark ink on paper first: some sets show light ink on black, which no scan does."""
    return replace(
        crop,
        source=f"{crop.source}{SCANNED}",
        load=lambda: disorder(ink_dark(crop.load()), np.random.default_rng(seed)),
    )


def _struck_out(found: list[Labelled]) -> list[Labelled]:
    """Answers that were crossed out, and read as empty."""
    words = [c for c in found if c.source == "iam-words" and len(c.text) > 2][::7][:STRUCK_OUT]
    return [
        replace(c, source="struck out", text="", load=partial(_crossed, c.load, k))
        for k, c in enumerate(words)
    ]


def _crossed(load: Callable[[], Grey], seed: int) -> Grey:
    rng = np.random.default_rng(seed)
    return cross_out(load(), rng)


@dataclass(frozen=True, slots=True)
class _Glyphs:
    """Held-out digits of three sources, and held-out marks."""

    digits: tuple[GlyphBank, ...]
    marks: GlyphBank
    letters: GlyphBank

    def bank(self, rng: Rng) -> GlyphBank:
        return self.digits[int(rng.integers(len(self.digits)))]

    def digit(self, text: str, rng: Rng) -> Grey:
        return self.bank(rng).draw_image(text, rng)


def _glyphs(root: Path) -> _Glyphs:
    mnist, emnist, symbols = (open_cached(root / name) for name in ("mnist", "emnist-byclass", "bhmsds"))
    banks = (
        GlyphBank.of(mnist, mnist.of_split("test")),
        GlyphBank.of(emnist, held_out(emnist, DIGITS)),
        GlyphBank.of(symbols, held_out(symbols, DIGITS)),
    )
    # EMNIST twice: it is the source nearest to pens on forms.
    digits = (banks[0], banks[1], banks[1], banks[2])
    return _Glyphs(
        digits,
        GlyphBank.of(symbols, held_out(symbols, "-+/")),
        GlyphBank.of(emnist, held_out(emnist, _LETTERS)),
    )


def _made(root: Path, kind: str, limit: int | None) -> Iterator[Labelled]:
    """Single digits and composed strings; every second one disordered as by a scan."""
    glyphs = _glyphs(root)
    makers = {
        "digits": ((_single, SINGLES), (_string, STRINGS), (_struck, STRUCK_OUT)),
        "number": ((_number, NUMBERS), (_struck, STRUCK_OUT)),
    }[kind]
    for make, count in makers:
        for seed in range(min(count, limit or count)):
            rng = np.random.default_rng([count, seed])
            image, text = make(glyphs, rng)
            image = disorder(image, rng) if seed % 2 else image
            name = f"{make.__name__.strip('_')}{SCANNED if seed % 2 else ''}"
            yield Labelled(name, text, f"{name}/{seed}", 0.0, partial(_itself, image))


def _itself(image: Grey) -> Grey:
    return image


def _single(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    text = str(rng.integers(10))
    return glyphs.digit(text, rng), text


def _string(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    text = "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(2, 7))))
    return compose(text, glyphs.bank(rng), glyphs.marks, Style.drawn(rng), rng), text


def _struck(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    return cross_out(_string(glyphs, rng)[0], rng), ""


def _number(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    text = answers.number(rng).replace("'", " ")
    return compose(text, glyphs.bank(rng), glyphs.marks, Style.drawn(rng), rng), text


CELLS, EMPTY_CELLS, OTHER_CELLS = 9000, 600, 600


def cells(root: Path, limit: int | None) -> list[Labelled]:
    """Digit cells as scanned sheets give them: digits, struck-out ones (""), and what is no single digit."""
    glyphs = _glyphs(root)
    plans = ((_digit_cell, CELLS), (_empty_cell, EMPTY_CELLS), (_other_cell, OTHER_CELLS))
    found: list[Labelled] = []
    for make, count in plans:
        for seed in range(min(count, limit or count)):
            rng = np.random.default_rng([count, len(found), seed])
            image, text = make(glyphs, rng)
            found.append(Labelled("cells", text, f"cells/{len(found)}", 0.0, partial(_itself, image)))
    return found


def _digit_cell(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    text = str(rng.integers(10))
    return disorder(in_cell(glyphs.digit(text, rng), rng), rng), text


def _empty_cell(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    image = in_cell(glyphs.digit(str(rng.integers(10)), rng), rng)
    struck = scribble(image, rng) if rng.random() < 0.5 else cross_out(image, rng)
    return disorder(struck, rng), ""


def _other_cell(glyphs: _Glyphs, rng: Rng) -> tuple[Grey, str]:
    if rng.random() < 0.4:
        pair = "".join(str(d) for d in rng.integers(0, 10, 2))
        image = compose(pair, glyphs.bank(rng), glyphs.marks, Style.drawn(rng), rng)
    else:
        letters = sorted(glyphs.letters.by_weight)
        image = glyphs.letters.draw_image(letters[int(rng.integers(len(letters)))], rng)
    return disorder(in_cell(image, rng), rng), OTHER
