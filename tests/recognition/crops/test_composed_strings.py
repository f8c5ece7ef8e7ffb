"""Composed strings of digits that training does not see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("fontTools")

from recognition.crops import composed_strings
from recognition.crops.cache import open_cached
from recognition.crops.data import read_set
from recognition.crops.mixture import kept
from tests.recognition.labelled_sets import character_sets


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKGRADE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("INKGRADE_DATA", str(tmp_path / "sets"))
    return character_sets(tmp_path / "sets", each=80)


def test_no_digit_of_a_string_was_trained_on(root: Path) -> None:
    bank = composed_strings.held_out_banks(root)["emnist-strings"]
    emnist = open_cached(root / "emnist-byclass")
    seen = {int(row) for rows in bank.by_weight.values() for row in rows}
    assert set(bank.by_weight) == set("0123456789")
    assert not seen & {int(row) for row in kept(emnist, "train", "0123456789")}


def test_the_strings_are_the_same_each_time(root: Path) -> None:
    assert composed_strings.main(["--count", "30"]) == 0
    first = read_set(composed_strings.composed_root() / "mnist-strings")
    images = [sample.load() for sample in first]
    assert composed_strings.main(["--count", "30"]) == 0
    again = read_set(composed_strings.composed_root() / "mnist-strings")
    assert [s.text for s in first] == [s.text for s in again]
    assert all(np.array_equal(image, sample.load()) for image, sample in zip(images, again, strict=True))
    assert {len(s.text) for s in first} == {2, 3, 4, 5, 6}
    assert {s.split for s in first} == {"test"}


def test_a_longer_string_is_a_wider_crop(root: Path) -> None:
    bank = composed_strings.held_out_banks(root)["mnist-strings"]
    shapes = {text: image.shape for text, image in composed_strings.strings(bank, 60, seed=3)}
    ratio = {n: np.median([w / h for t, (h, w) in shapes.items() if len(t) == n]) for n in (2, 6)}
    assert ratio[6] > 2 * ratio[2]
