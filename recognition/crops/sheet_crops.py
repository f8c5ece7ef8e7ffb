"""Crops as production sees them: written on printed sheets, scanned, found and cut by the page pipeline.

    python -m recognition.crops.sheet_crops --layout DIR/layout.json --sheets DIR/sheets.pdf --count 60

fills `--count` copies of the sheets with random answers in handwriting of the labelled sets and stores the
cut boxes as three labelled sets (cells, numbers, texts) in the cache, for training and for validation.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from recognition.crops import answers
from recognition.crops.augment import Grey, Rng
from recognition.crops.cache import cache_root, open_cached
from recognition.crops.data import data_root, decode_image
from recognition.crops.fonts import write
from recognition.crops.labelled_folder import added_to
from recognition.crops.mixture import kept, open_studio
from recognition.crops.synth import Studio
from recognition.page.pipeline import process_page
from recognition.paper.answers import Answer, Manner
from recognition.paper.collected_hands import CollectedHands
from recognition.paper.hands import EM, GlyphShelf, GlyphSource, Hand, glyph_shelf, shelf_hand
from recognition.paper.pen import Ink, scaled, trimmed
from recognition.paper.presets import PRESETS, Mode, Recipe, draw_recipe
from recognition.paper.printed import Colour, PrintedPage, PrintRun, read_layout, render_blank
from recognition.paper.scan import jpeg_bytes, scanned_picture
from recognition.paper.sheet import filled_page
from recognition.paper.writer import Writer, new_writer
from recognition.reader.prepare import flatten
from recognition.types import Box, BoxKind, Crop, PageCode, PageLayout, Rect

SETS = {BoxKind.DIGITS: "sheet-cells", BoxKind.NUMBER: "sheet-numbers", BoxKind.TEXT: "sheet-texts"}
_PAINT_DPI = 200
_MANNERS = (Manner.PLAIN, Manner.FAINT, Manner.TOUCHING, Manner.CROSSED_OUT)
_SHARES = (0.74, 0.1, 0.11, 0.05)
_KEPT_BACK = ("iam-words", "dhsd", "mnist", "bhmsds")


def sets_root() -> Path:
    """Where the crops are kept: the folder `sheets` of the cache."""
    return cache_root() / "sheets"


@dataclass(slots=True)
class Harvest:
    """Crops and labels of one split, by the name of their set."""

    split: str
    rows: list[tuple[str, str, Grey]] = field(default_factory=list)

    def add(self, crop: Crop, answer: Answer) -> None:
        """Keeps what is in the box; an answer that was crossed out reads as empty."""
        name = SETS[crop.box.kind]
        if not crop.cells:
            self.rows.append((name, answer.text, crop.clean))
            return
        for k, cell in enumerate(crop.cells):
            self.rows.append((name, answer.text[k : k + 1], cell))


def gather(layout: Path, sheets: Path, split: str, count: int, seed: int) -> Harvest:
    """Crops of `count` filled sheets in handwriting of the split ("train", or the kept-back "val")."""
    run, facts = read_layout(layout), json.loads(layout.read_text(encoding="utf-8"))
    harvest = Harvest(split)
    hands = _training_hands(data_root()) if split == "train" else _kept_back_hands(data_root())
    for k in range(count):
        rng = np.random.default_rng([seed, k])
        hand, texts = hands(rng)
        writer = new_writer(hand, rng)
        for page in run.sheets[0].pages:
            _fill_and_cut(run, facts, page, sheets, writer, texts, rng, harvest)
    return harvest


def _fill_and_cut(
    run: PrintRun,
    facts: dict[str, object],
    page: PrintedPage,
    sheets: Path,
    writer: Writer,
    texts: Sequence[str],
    rng: Rng,
    harvest: Harvest,
) -> None:
    put = {box.question: random_answer(box, texts, rng) for box in page.boxes if box.kind in SETS}
    blank = render_blank(sheets, page.pdf_page, _PAINT_DPI)
    painted = filled_page(blank, page, put, writer, run.page_size[0], rng)
    preset = PRESETS[str(rng.choice(sorted(PRESETS)))]
    scan = _scanned(painted, run.page_size, draw_recipe(preset, rng), rng)
    code = PageCode(run.exam, str(facts["run"]), run.sheets[0].sheet, page.page)
    geometry = _geometry(facts, run, page)
    try:
        found = process_page(scan, lambda _: geometry, str(facts["exam_key"]), code)
    except cv2.error:
        return  # a page that nobody can find has no crops to learn from
    for crop in found.crops:
        if crop.box.kind in SETS and (crop.aligned > 0.3 or not crop.ink.blank):
            harvest.add(crop, put[crop.box.question])


def random_answer(box: Box, texts: Sequence[str], rng: Rng) -> Answer:
    """What a pupil puts into the box: digits, a number or one of `texts`, some of it crossed out."""
    manner = _MANNERS[int(rng.choice(len(_MANNERS), p=_SHARES))]
    text = _text(box, texts, rng)
    if manner is Manner.CROSSED_OUT:
        return Answer("", manner=manner, discarded=(text,))
    return Answer(text, manner=manner)


def _text(box: Box, texts: Sequence[str], rng: Rng) -> str:
    if box.kind is BoxKind.DIGITS:
        return "".join(str(d) for d in rng.integers(0, 10, len(box.cells)))
    if box.kind is BoxKind.NUMBER:
        number = answers.number(rng)
        return number if len(number) < 9 else answers.digits(rng, 6)
    short = [texts[int(k)] for k in rng.integers(0, len(texts), 6)]
    return min(short, key=lambda t: abs(len(t) - 8))


def _scanned(painted: Colour, page_mm: tuple[float, float], recipe: Recipe, rng: Rng) -> Grey:
    picture = scanned_picture(painted, page_mm, recipe, rng)
    if recipe.mode is Mode.BILEVEL:
        return np.asarray(picture, np.uint8)
    return decode_image(jpeg_bytes(picture, recipe.quality), "a simulated scan")


def _geometry(facts: dict[str, object], run: PrintRun, page: PrintedPage) -> PageLayout:
    markers, codes = facts["markers_mm"], facts["codes_mm"]
    if not isinstance(markers, dict) or not isinstance(codes, list):
        raise TypeError("layout.json has no markers_mm and codes_mm: print the sheets with manage.py sheets")
    return PageLayout(
        page.page,
        run.page_size,
        {int(name): Rect(*place) for name, place in markers.items()},
        page.boxes,
        tuple(Rect(*place) for place in codes),
    )


Hands = Callable[[Rng], tuple[Hand, Sequence[str]]]


def _kept_back_hands(root: Path) -> Hands:
    source = CollectedHands(tuple(root / name for name in _KEPT_BACK))

    def draw(rng: Rng) -> tuple[Hand, Sequence[str]]:
        hand = source.hand(rng)
        return hand, hand.texts or ()

    return draw


def _training_hands(root: Path) -> Hands:
    """Writers whose characters and words come from training splits, or whose words come from a font."""
    studio, shelf = open_studio(root), _training_shelf(root)
    words = [open_cached(root / name) for name in ("iam-words", "dhsd")]
    places: dict[str, list[tuple[int, int]]] = {}
    for s, cached in enumerate(words):
        for row in cached.of_split("train"):
            places.setdefault(str(cached.texts[row]), []).append((s, int(row)))
    texts = [text for text in places if 0 < len(text) <= 16]

    def cut_out(text: str, chance: Rng) -> Ink | None:
        s, row = places[text][int(chance.integers(len(places[text])))]
        return _as_ink(words[s].image(row))

    def draw(rng: Rng) -> tuple[Hand, Sequence[str]]:
        real = rng.random() < 0.6
        phrase, listed = (cut_out, texts) if real else _font_phrase(studio, rng)
        own_strokes = bool(rng.random() < 0.5)
        return Hand(shelf_hand(shelf, rng), phrase, own_strokes, False, lambda *_: None), listed

    return draw


def _font_phrase(studio: Studio, rng: Rng) -> tuple[GlyphSource, list[str]]:
    hand = studio.hands[int(rng.integers(len(studio.hands)))]
    drawn = [studio.vocabulary.answer(rng) for _ in range(120)]
    listed = [text for text in drawn if hand.can_write(text) and len(text) <= 16]
    return lambda text, chance: _as_ink(write(text, hand, chance)), listed or ["no"]


def _training_shelf(root: Path) -> GlyphShelf:
    images, names = [], []
    for name, characters in (("mnist", "0123456789"), ("emnist-byclass", "0123456789"), ("bhmsds", "-+/")):
        cached = open_cached(root / name)
        for row in np.random.default_rng(1).permutation(kept(cached, "train", characters))[:5000]:
            images.append(255 - cached.image(int(row)))
            names.append(str(cached.texts[row]))
    return glyph_shelf(np.stack(images), np.array(names))


def _as_ink(image: Grey) -> Ink:
    ink = (255 * (1 - flatten(image))).astype(np.uint8)
    ink[ink < 40] = 0
    return scaled(trimmed(ink), 0.85 * EM / trimmed(ink).shape[0])


def store(harvest: Harvest, root: Path) -> None:
    """Adds the crops to the labelled sets under `root`."""
    for name in SETS.values():
        rows = [(text, crop) for kind, text, crop in harvest.rows if kind == name]
        with added_to(root / name) as add:
            for k, (text, crop) in enumerate(rows):
                add(f"{harvest.split}-{k:06d}.png", text, "", harvest.split, crop)


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the three sets anew."""
    parser = argparse.ArgumentParser("python -m recognition.crops.sheet_crops", description=__doc__)
    parser.add_argument("--layout", type=Path, required=True)
    parser.add_argument("--sheets", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60, help="filled copies for training")
    parser.add_argument("--kept-back", type=int, default=12, help="filled copies for validation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    shutil.rmtree(sets_root(), ignore_errors=True)
    for split, count in (("train", options.count), ("val", options.kept_back)):
        store(gather(options.layout, options.sheets, split, count, options.seed), sets_root())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
