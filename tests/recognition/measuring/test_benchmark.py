"""The benchmark: the same crops for everybody, the way that suits a peer, peers that are not installed."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from recognition.cli import main
from recognition.crops.held_out import held_out_sets
from recognition.measuring import benchmark, benchmark_peers
from recognition.measuring.benchmark import Crops, measure
from recognition.measuring.benchmark_peers import Answer, Tesseract, answers_of_tsv, masked_text
from recognition.measuring.metrics import edit_distance
from recognition.types import Grey
from tests.recognition import labelled_sets, tiny_reader


class Clever:
    """Reads all crops as a word, and none as a line."""

    name = "Clever"
    ways = ("line", "word")

    def read(self, images: Sequence[Grey], kind: str, way: str) -> list[Answer]:
        return [("42" if way == "word" else "", 0.9) for _ in images]


def test_a_peer_is_reported_in_the_way_that_suits_a_set() -> None:
    crops = Crops("set", "val", "digits", (labelled_sets.crop("42"),) * 3, ("42", "42", "4"))
    result = measure(Clever(), crops)
    assert (result.way, result.n, result.exact) == ("word", 3, pytest.approx(2 / 3))
    assert result.cer == pytest.approx(1 / 5)
    assert result.coverage == 0.0  # all as sure, one wrong: nothing can be accepted at 1 % error
    assert result.images_per_second > 0


@pytest.fixture
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark_peers, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.mark.usefixtures("nobody_else")
def test_peers_that_are_missing_are_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tiny_reader.save(tmp_path / "weights")
    rows = [("42", "val"), ("7", "val"), ("1", "train")]
    labelled_sets.labelled_folder(tmp_path / "data" / "numbers", rows, zipped=True)
    labelled_sets.labelled_folder(tmp_path / "data" / "unsplit", [("1", "train")], zipped=True)
    monkeypatch.setenv("INKGRADE_DATA", str(tmp_path / "data"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert main(["benchmark", "--weights", str(weights), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "PP-OCRv6-small is not installed: pip install --no-deps 'rapidocr" in printed
    assert "Tesseract is not installed: apt-get install tesseract-ocr" in printed
    content = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    assert [(r["set"], r["contestant"], r["n"]) for r in content["results"]] == [("numbers", "Inkgrade", 2)]
    assert len(content["missing"]) == 2
    assert "| numbers | Inkgrade | as it is | 2 |" in (tmp_path / "out" / "benchmark.md").read_text()


def test_without_data_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("INKGRADE_DATA", raising=False)
    assert main(["benchmark"]) == 2
    assert "set INKGRADE_DATA" in capsys.readouterr().err


def test_only_sets_with_held_out_crops_take_part(tmp_path: Path) -> None:
    labelled_sets.labelled_folder(tmp_path / "held", [("1", "val"), ("2", "train")], zipped=True)
    labelled_sets.labelled_folder(tmp_path / "all-for-training", [("1", "train")], zipped=True)
    (tmp_path / "something-else").mkdir()
    assert [path.name for path in held_out_sets(tmp_path)] == ["held"]


def test_a_mask_leaves_only_the_alphabet_of_the_box() -> None:
    characters = ["blank", "l", "1", "7"]
    frames = np.array(
        [[0.1, 0.6, 0.3, 0.0], [0.1, 0.6, 0.3, 0.0], [0.9, 0.1, 0.0, 0.0], [0.2, 0.0, 0.2, 0.6]], np.float32
    )
    text, sure = masked_text(frames, characters, "0123456789")
    assert text == "17"
    assert sure == pytest.approx((0.75 + 0.75 + 0.6) / 3, abs=0.08)
    assert masked_text(frames, characters, "017l")[0] == "l7"


def test_words_of_a_page_are_one_answer_as_sure_as_the_least_of_them() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    rows = [
        head, "1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t", "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96\tNeue",
        '5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t41\t"Straße', "1\t2\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t",
        "5\t3\t1\t1\t1\t1\t0\t0\t9\t9\t80\t7",
    ]  # fmt: skip
    assert answers_of_tsv("\n".join(rows), 3) == [('Neue "Straße', 0.41), ("", 0.0), ("7", 0.8)]


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs the tesseract program")
def test_tesseract_reads_every_crop_in_its_place() -> None:
    texts = ["MOVE", "stop", "1234"]
    images = [labelled_sets.crop(text, 60) for text in texts]
    for (read, sure), text in zip(Tesseract(threads=1).read(images, "text", "--psm 8"), texts, strict=True):
        # It need not read print of this kind without error, but each crop must be nearest to its own text.
        assert min(texts, key=lambda other: edit_distance(read.upper(), other.upper())) == text
        assert 0.0 < sure <= 1.0


def test_what_everybody_reads_is_spread_over_the_set(tmp_path: Path) -> None:
    rows = [(str(k), "val") for k in range(20)]
    path = labelled_sets.labelled_folder(tmp_path / "set", rows, zipped=True)
    crops = benchmark.crops_of(path, 5)
    assert (crops.kind, crops.split, crops.texts) == ("digits", "val", ("0", "4", "8", "12", "16"))
