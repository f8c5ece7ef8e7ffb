"""Loaders of labelled sets, and their cache."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from recognition.crops.cache import TALLEST, open_cached
from recognition.crops.data import data_root, read_set
from tests.recognition import labelled_sets


@pytest.mark.parametrize("zipped", [True, False])
def test_a_labelled_folder_is_read_zipped_or_not(tmp_path: Path, zipped: bool) -> None:
    samples = read_set(
        labelled_sets.labelled_folder(tmp_path / "s", [("4,2", "train"), ("no", "val")], zipped)
    )
    assert [(s.text, s.split, s.writer, s.kind) for s in samples] == [
        ("4,2", "train", "w0", "number"),
        ("no", "val", "w1", "text"),
    ]
    np.testing.assert_array_equal(samples[0].load(), labelled_sets.crop("4,2"))


def test_iam_as_distributed_is_read_without_its_failed_segmentations(tmp_path: Path) -> None:
    (sample,) = read_set(labelled_sets.iam(tmp_path))
    assert (sample.text, sample.writer) == ("MOVE", "a01-000u")
    assert sample.load().shape == labelled_sets.crop("MOVE").shape


def test_idx_digits_come_with_dark_ink_and_emnist_upright(tmp_path: Path) -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 2:20, 5] = 255
    labelled_sets.idx(tmp_path / "m", "train", image, [7])
    labelled_sets.idx(tmp_path / "e", "emnist-byclass-test", image, [36])
    (digit,) = read_set(tmp_path / "m")
    (letter,) = read_set(tmp_path / "e")
    assert (digit.text, digit.split, digit.kind) == ("7", "train", "digits")
    assert digit.load()[10, 5] == 0
    assert digit.load()[10, 6] == 255
    assert (letter.text, letter.split) == ("a", "test")
    assert letter.load()[5, 10] == 0


def test_character_arrays_come_with_dark_ink_and_their_symbols(tmp_path: Path) -> None:
    root = labelled_sets.character_sets(tmp_path)
    mnist = read_set(root / "mnist")
    assert {s.split for s in mnist} == {"train", "test"}
    assert np.median(mnist[0].load()) == 255
    assert {s.text for s in read_set(root / "emnist-byclass")} == set("0123456789")
    symbols = read_set(root / "bhmsds" / "chars.npz")
    assert {s.text for s in symbols} == set("0123456789-+/.")
    assert np.median(symbols[0].load()) == 255


def test_what_is_no_set_is_refused_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"labels\.csv"):
        read_set(tmp_path)
    (tmp_path / "labels.csv").write_text("file,transcription\n", encoding="utf-8")
    with pytest.raises(ValueError, match="'text' is missing"):
        read_set(tmp_path)


def test_an_unreadable_image_is_named(tmp_path: Path) -> None:
    folder = labelled_sets.labelled_folder(tmp_path / "s", [("1", "train")], zipped=False)
    (folder / "0.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"0\.png"):
        read_set(folder)[0].load()


def test_the_data_folder_must_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("INKGRADE_DATA", raising=False)
    with pytest.raises(ValueError, match="INKGRADE_DATA"):
        data_root()
    monkeypatch.setenv("INKGRADE_DATA", str(tmp_path))
    assert data_root() == tmp_path


def test_the_cache_holds_the_same_crops_reduced_and_dark(tmp_path: Path) -> None:
    folder = labelled_sets.labelled_folder(tmp_path / "s", [("12", "train"), ("7", "val")], zipped=True)
    cached = open_cached(folder, tmp_path / "cache")
    again = open_cached(folder, tmp_path / "cache")
    assert list(cached.texts) == ["12", "7"]
    assert list(cached.of_split("val")) == [1]
    np.testing.assert_array_equal(again.image(0), labelled_sets.crop("12"))
    assert all(cached.shapes[:, 0] <= TALLEST)


def test_a_changed_set_is_cached_anew(tmp_path: Path) -> None:
    folder = labelled_sets.labelled_folder(tmp_path / "s", [("12", "train")], zipped=False)
    open_cached(folder, tmp_path / "cache")
    (folder / "labels.csv").write_text("file,text,writer,split\n0.png,13,w,train\n", encoding="utf-8")
    assert list(open_cached(folder, tmp_path / "cache").texts) == ["13"]


@pytest.mark.skipif("INKGRADE_DATA" not in os.environ, reason="INKGRADE_DATA is not set")
def test_the_real_sets_load() -> None:
    samples = read_set(data_root() / "meza-numbers")
    assert {s.split for s in samples} == {"train", "val"}
    assert samples[0].load().ndim == 2
