"""The data report: what it counts in every layout, and that it finds the labels that are wrong."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from recognition.cli import main
from recognition.crops.data import read_set
from recognition.measuring import label_doubts
from recognition.measuring.contact_sheet import CELL_WIDTH, contact_sheet
from recognition.measuring.data_report import counts
from tests.recognition import labelled_sets, tiny_reader


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture
def mislabelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Planes of the tiny reader: two labels are wrong, one has a foreign character, one crop is torn."""
    monkeypatch.setattr(label_doubts, "prepare", lambda image: image.astype(np.float32) / 255)
    written = ["42", "17", "99", "305", "8", "64"]
    labels = ["42", "77", "99", "305", "漢", "46"]
    folder = tmp_path / "numbers"
    folder.mkdir()
    for k, text in enumerate(written):
        cv2.imwrite(str(folder / f"{k}.png"), np.asarray(255 * tiny_reader.plane(text), np.uint8))
    (folder / "6.png").write_bytes(b"torn")
    rows = [f"{k}.png,{label},w{k % 2},val" for k, label in enumerate([*labels, "5"])]
    (folder / "labels.csv").write_text("\n".join(["file,text,writer,split", *rows]) + "\n", encoding="utf-8")
    return folder


def report(*arguments: object) -> int:
    return main(["report", *map(str, arguments)])


def test_wrong_labels_are_found_with_what_was_read(mislabelled: Path, tmp_path: Path) -> None:
    weights, out = tiny_reader.save(tmp_path / "weights"), tmp_path / "out"
    assert report(mislabelled, "--out", out, "--weights", weights, "--split", "val") == 0
    with (out / "numbers" / "doubts.csv").open(encoding="utf-8") as lines:
        found = {row["file"]: row for row in csv.DictReader(lines)}
    assert set(found) == {"1.png", "4.png", "5.png", "6.png"}
    assert (found["1.png"]["label"], found["1.png"]["reading"]) == ("77", "17")
    assert float(found["1.png"]["p_label"]) < 0.01 < 0.5 < float(found["1.png"]["p_reading"])
    assert "not an image" in found["6.png"]["problem"]
    facts = json.loads((out / "report.json").read_text(encoding="utf-8"))["sets"]["numbers"]
    assert (facts["crops"], facts["read"], facts["label_is_not_the_reading"]) == (7, 7, 4)
    assert facts["not_writable"] == ["漢"]
    assert (facts["writers"], facts["length"]["most"], facts["characters"]["4"]) == (2, 3, 2)
    for name in ("samples.png", "doubts.png"):
        assert Image.open(out / "numbers" / name).width == 4 * CELL_WIDTH


def test_a_limit_reads_less_and_counts_all(mislabelled: Path, tmp_path: Path) -> None:
    weights, out = tiny_reader.save(tmp_path / "weights"), tmp_path / "out"
    assert report(mislabelled, "--out", out, "--weights", weights, "--limit", "2") == 0
    facts = json.loads((out / "report.json").read_text(encoding="utf-8"))["sets"]["numbers"]
    assert (facts["crops"], facts["read"]) == (7, 2)


def test_every_layout_is_reported(tmp_path: Path) -> None:
    weights, out = tiny_reader.save(tmp_path / "weights"), tmp_path / "out"
    words = labelled_sets.iam(tmp_path / "iam")
    digits = np.zeros((3, 28, 28), np.uint8)
    digits[:, 8:20, 12:16] = 255
    idx = labelled_sets.idx(tmp_path / "idx", "train", digits, [1, 1, 7])
    npz = labelled_sets.character_sets(tmp_path / "sets", each=1) / "mnist"
    assert report(words, idx, npz, "--out", out, "--weights", weights) == 0
    content = json.loads((out / "report.json").read_text(encoding="utf-8"))["sets"]
    assert {name: facts["crops"] for name, facts in content.items()} == {"iam": 1, "idx": 3, "mnist": 20}
    assert all((out / name / "doubts.png").exists() for name in content)


def test_counts_name_splits_and_lengths(tmp_path: Path) -> None:
    rows = [("12", "val"), ("7", "train"), ("7", "train")]
    found = counts(read_set(labelled_sets.labelled_folder(tmp_path / "set", rows, zipped=True)))
    assert found["splits"] == {"train": 2, "val": 1}
    assert found["lengths"] == {"1": 2, "2": 1}
    assert found["distinct_texts"] == 2


def test_a_sheet_has_a_place_for_every_crop() -> None:
    crops = [(labelled_sets.crop("8"), ["label: 8", "read: 3"])] * 5
    sheet = contact_sheet(crops, columns=2)
    assert sheet.width == 2 * CELL_WIDTH
    assert sheet.height % 3 == 0
    last_row = np.asarray(sheet)[-sheet.height // 3 :]
    assert last_row[:, :CELL_WIDTH].min() < 100
    assert last_row[:, CELL_WIDTH:].min() == 255
