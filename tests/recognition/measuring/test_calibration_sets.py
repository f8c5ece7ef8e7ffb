"""Calibration from raw sets to a file that the reader uses, on a tiny tree of sets."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recognition.measuring import calibration_sets
from recognition.measuring.calibrate import calibrate
from recognition.measuring.calibration_sets import OTHER
from recognition.reader.engine import Reader
from tests.recognition import tiny_reader

DIGITS = "0123456789"
LIMIT = 12


def glyphs(count: int, seed: int) -> np.ndarray:
    """Little crosses and strokes, light ink on black as the character sets have it."""
    rng = np.random.default_rng(seed)
    images = np.zeros((count, 28, 28), np.uint8)
    for image in images:
        left = int(rng.integers(8, 18))
        image[4:24, left : left + 3] = 255
        image[int(rng.integers(6, 20)), 6:22] = 255
    return images


def characters(folder: Path, **arrays: Any) -> None:
    folder.mkdir(parents=True)
    named: dict[str, Any] = {name: np.asarray(value) for name, value in arrays.items()}
    np.savez(folder / "chars.npz", **named)


def crops(folder: Path, texts: list[str], split: str, light: bool = False) -> None:
    """A set of dark ink on paper, or of light ink on black."""
    folder.mkdir(parents=True)
    rows = ["file,text,writer,split"]
    for k, (text, image) in enumerate(zip(texts, glyphs(len(texts), len(folder.name)), strict=True)):
        Image.fromarray(image if light else 255 - image).save(folder / f"{k}.png")
        rows.append(f'{k}.png,"{text}",w{k % 6},{split if k % 4 else "train"}')
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    ten = list(range(10))
    characters(root / "mnist", x_train=glyphs(20, 1), y_train=ten * 2, x_test=glyphs(20, 2), y_test=ten * 2)
    codes = [ord(c) for c in DIGITS + "ABDEFGHKLM" for _ in range(40)]
    characters(root / "emnist-byclass", x=glyphs(len(codes), 3), y=codes)
    names = [c for c in [*DIGITS, "minus", "plus", "slash"] for _ in range(40)]
    characters(root / "bhmsds", x=255 - glyphs(len(names), 4), y=names)
    crops(root / "orand-car-a", [str(100 + k) for k in range(16)], "val")
    crops(root / "meza-numbers", [f"{k}.{k % 10}" for k in range(16)], "val")
    crops(root / "iam-words", [f"word{k}" for k in range(24)], "val")
    return root


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKGRADE_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("cache")
def test_only_held_out_crops_are_taken_and_writers_stay_together(data: Path) -> None:
    words = [c for c in calibration_sets.crops(data, "text", None) if c.source == "iam-words"]
    assert len(words) == 18
    assert {c.group for c in words} == {f"iam-words/w{k}" for k in range(6)}
    scanned = [c for c in calibration_sets.crops(data, "text", None) if c.source == "iam-words scanned"]
    assert {c.group for c in scanned} <= {c.group for c in words}


@pytest.mark.usefixtures("cache")
def test_light_ink_on_black_becomes_dark_ink_on_paper_before_it_is_scanned(tmp_path: Path) -> None:
    data = tmp_path / "data"
    crops(data / "sse-letters", ["A"] * 24, "val", light=True)
    scanned = [c for c in calibration_sets.crops(data, "text", None) if c.source == "sse-letters scanned"]
    assert np.median([np.median(c.load()) for c in scanned]) > 150


@pytest.mark.usefixtures("cache")
def test_struck_out_words_are_labelled_empty_and_still_hold_ink(data: Path) -> None:
    struck = [c for c in calibration_sets.crops(data, "text", None) if c.source == "struck out"]
    assert struck
    assert all(c.text == "" for c in struck)
    assert all(c.load().min() < 100 for c in struck)


@pytest.mark.usefixtures("cache")
def test_the_same_crops_are_made_at_every_call(data: Path) -> None:
    first, second = (calibration_sets.crops(data, "number", LIMIT) for _ in range(2))
    assert [c.text for c in first] == [c.text for c in second]
    assert all(np.array_equal(a.load(), b.load()) for a, b in zip(first, second, strict=True))


@pytest.mark.usefixtures("cache")
def test_cells_hold_digits_struck_out_ones_and_other_things(data: Path) -> None:
    labels = {c.text for c in calibration_sets.cells(data, LIMIT)}
    assert {"", OTHER} < labels
    assert labels - {"", OTHER} <= set(DIGITS)


@pytest.mark.usefixtures("cache")
def test_calibrating_makes_a_file_that_the_reader_takes_for_its_own(data: Path, tmp_path: Path) -> None:
    weights = tiny_reader.save(tmp_path / "weights")
    calibrate(data, weights, limit=LIMIT)
    content = json.loads((weights / "calibration.json").read_text())
    assert set(content["readings"]) == set(content["keys"]) == {"digits", "number", "text"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reader = Reader(weights)
    assert reader.version.split("/")[-1] not in ("uncalibrated", "")
    assert not reader.version.endswith("stale")
    content["weights"] = "another"
    (weights / "calibration.json").write_text(json.dumps(content))
    with pytest.warns(UserWarning, match="other weights"):
        assert Reader(weights).version.endswith("-stale")
