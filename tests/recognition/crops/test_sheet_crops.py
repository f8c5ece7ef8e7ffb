"""Training crops cut from simulated sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("fontTools")

from recognition.crops.data import read_set
from recognition.crops.sheet_crops import Harvest, random_answer, store
from recognition.paper.answers import Answer, Manner
from recognition.types import Box, BoxKind, Crop, Ink, Rect
from tests.recognition import labelled_sets

PLACE = Rect(0, 0, 30, 11)


def crop_of(kind: BoxKind, cells: tuple[str, ...] = ()) -> Crop:
    image = labelled_sets.crop("42")
    pieces = tuple(labelled_sets.crop(text) for text in cells)
    box = Box("1", kind, PLACE, cells=(PLACE,) * len(cells))
    return Crop(box, image, image, pieces, Ink(0.1, False), 1.0)


def test_each_cell_is_labelled_with_its_own_digit(tmp_path: Path) -> None:
    harvest = Harvest("train")
    harvest.add(crop_of(BoxKind.DIGITS, ("4", "2", "")), Answer("42"))
    store(harvest, tmp_path)
    samples = read_set(tmp_path / "sheet-cells")
    assert [(s.text, s.split) for s in samples] == [("4", "train"), ("2", "train"), ("", "train")]
    np.testing.assert_array_equal(samples[0].load(), labelled_sets.crop("4"))


def test_splits_are_stored_side_by_side(tmp_path: Path) -> None:
    for split, text in (("train", "1,5"), ("val", "2")):
        harvest = Harvest(split)
        harvest.add(crop_of(BoxKind.NUMBER), Answer(text))
        store(harvest, tmp_path)
    assert {(s.text, s.split) for s in read_set(tmp_path / "sheet-numbers")} == {
        ("1,5", "train"),
        ("2", "val"),
    }


def test_a_crossed_out_answer_was_written_and_reads_as_empty() -> None:
    box = crop_of(BoxKind.DIGITS, ("1", "2")).box
    drawn = [random_answer(box, ["word"], np.random.default_rng(seed)) for seed in range(200)]
    crossed = [a for a in drawn if a.manner is Manner.CROSSED_OUT]
    assert crossed
    assert all(a.text == "" and len(a.discarded[0]) == 2 for a in crossed)
    assert all(len(a.text) == 2 for a in drawn if a.manner is not Manner.CROSSED_OUT)
