"""Labelled crops as production sees them: writing in a printed box, scanned, straightened, its lines erased.

Each maker takes `write`, a callable (rng) -> (picture of a text with dark ink on light paper, the text), so
that training plugs in its own sources. The crops come out of `recognition.page.boxes`, which cuts real pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from recognition.page.boxes import cut_box
from recognition.page.flatten import flatten
from recognition.page.registration import Shift, box_shift
from recognition.paper.patch import AROUND_MM, painted, straightened
from recognition.paper.pen import Rng
from recognition.paper.presets import PRESETS, draw_recipe
from recognition.types import Box, BoxKind, Crop, Grey, Rect

Made = tuple[Grey, str]
Write = Callable[[Rng], Made]

_CELL_MM: Final = (9.0, 11.0, 10.5)
"""Width and height of a cell, and the distance from cell to cell, as the sheets print them."""
_PATCH_SHARE: Final = 0.03
"""Share of a page's specks that fall on a patch."""
_LINES_SEEN: Final = 0.45
_PRESETS: Final = ("mild", "office", "office", "rough", "phone")


def cell_samples(write: Write, count: int, rng: Rng, empty_share: float = 0.08) -> list[Made]:
    """A row of `count` digit cells as (cleaned cell, text); `write` gives one character at a time.

    Some cells stay empty; their text is "".
    """
    width, height, pitch = _CELL_MM
    cells = tuple(Rect(AROUND_MM + k * pitch, AROUND_MM, width, height) for k in range(count))
    rect = Rect(AROUND_MM, AROUND_MM, cells[-1].x + width - AROUND_MM, height)
    box = Box("1", BoxKind.DIGITS, rect, cells)
    made = [None if rng.random() < empty_share else write(rng) for _ in cells]
    pieces = [(one[0], cell) for one, cell in zip(made, cells, strict=True) if one is not None]
    crop = _scanned_crop(box, pieces, rng)
    texts = ["" if one is None else one[1] for one in made]
    return list(zip(crop.cells, texts, strict=True))


def box_sample(write: Write, kind: BoxKind, rng: Rng) -> Made:
    """A number or text box as (cleaned crop, text)."""
    image, text = write(rng)
    height = float(rng.uniform(11, 14))
    width = float(np.clip(height * image.shape[1] / image.shape[0] * rng.uniform(0.9, 2.2), 25, 130))
    box = Box("1", kind, Rect(AROUND_MM, AROUND_MM, width, height))
    return _scanned_crop(box, [(image, box.rect)], rng).clean, text


def samples(write_character: Write, write_text: Write, seed: int, cell_share: float = 0.5) -> Iterator[Made]:
    """An endless stream of crops, cells and boxes mixed; the same seed gives the same stream."""
    rng = np.random.default_rng(seed)
    while True:
        if rng.random() < cell_share:
            yield from cell_samples(write_character, int(rng.integers(1, 8)), rng)
        else:
            yield box_sample(write_text, BoxKind.TEXT, rng)


def _scanned_crop(box: Box, pieces: Sequence[tuple[Grey, Rect]], rng: Rng) -> Crop:
    patch = painted(box, pieces, rng)
    recipe = draw_recipe(PRESETS[str(rng.choice(_PRESETS))], rng)
    on_patch = replace(recipe, specks=int(rng.poisson(_PATCH_SHARE * recipe.specks)))
    flat = flatten(straightened(patch, on_patch, rng), (patch.marker,))
    found = box_shift(flat, box)
    # A page lends its general shift to a box whose lines the scan lost; a lone box has none to lend.
    return cut_box(flat, box, found if found.seen >= _LINES_SEEN else Shift(0.0, 0.0, found.seen))
