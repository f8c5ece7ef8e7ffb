"""Adaptation: what is learnt from, what judges, and that a worse child never takes its parent's place."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from recognition.crops.data import Sample
from recognition.reader import engine
from recognition.reader.engine import Reader
from recognition.reader.version import CALIBRATION
from recognition.training.adapt import Learner, Refused, Task, adapt
from recognition.training.adapt_judge import compared, why_not
from recognition.training.adapt_sets import LEAST, parted
from tests.recognition import tiny_reader

CONFUSED = tiny_reader.ALPHABET.replace("7", "*").replace("1", "7").replace("*", "1")
"""Takes 1 for 7 and 7 for 1."""

PAPER = np.full((48, 64), 255, np.uint8)


@pytest.fixture(autouse=True)
def crops_are_planes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(engine, "prepare", lambda image: image.astype(np.float32) / 255)
    monkeypatch.setattr(engine, "ink_fraction", lambda image: float(np.mean(image < 200)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def weights(folder: Path, alphabet: str = tiny_reader.ALPHABET, mark: str = "") -> Path:
    """The tiny reader that takes its classes for `alphabet`; `mark` makes it other weights."""
    tiny_reader.save(folder)
    facts = json.loads((folder / "reader.json").read_text()) | {"alphabet": alphabet}
    (folder / "reader.json").write_text(json.dumps(facts))
    model = onnx.load(str(folder / "reader.onnx"))
    model.doc_string = mark
    onnx.save(model, str(folder / "reader.onnx"))
    return folder


def labelled(folder: Path, texts: Sequence[str], split: str = "", writers: int = 8) -> Path:
    folder.mkdir(parents=True)
    lines = ["file,text,writer,split"]
    for k, text in enumerate(texts):
        plane = np.asarray(255 * tiny_reader.plane(text), np.uint8)
        cv2.imwrite(str(folder / f"{k}.png"), plane)
        lines.append(f"{k}.png,{text},w{k % writers},{split}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def child_with(alphabet: str) -> Learner:
    """A learner whose child takes its classes for `alphabet`."""

    def learn(task: Task) -> list[str]:
        weights(task.out, alphabet, "a child")
        return []

    return learn


@pytest.fixture
def corrections(tmp_path: Path) -> Path:
    """Numbers with a 1 or a 7 in each."""
    return labelled(tmp_path / "corrections", [f"{k % 10}{'17'[k % 2]}" for k in range(80)])


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_a_child_that_mends_becomes_weights_with_its_descent(corrections: Path, tmp_path: Path) -> None:
    parent = weights(tmp_path / "parent", CONFUSED)
    before = files(parent)
    out = adapt(parent, corrections, tmp_path / "out", None, child_with(tiny_reader.ALPHABET))
    facts = json.loads((out / "reader.json").read_text())
    assert (facts["parent"], facts["version"]) == ("tiny-1", Reader(out).fingerprint)
    assert facts["corrections"]["learnt"] + facts["corrections"]["held_out"] == 80
    assert facts["judged"][0]["right_before"] < facts["judged"][0]["right_after"]
    assert facts["checked_on_base_sets"] is False
    assert files(parent) == before


def test_the_network_that_reads_what_was_corrected_is_the_one_that_learns(
    corrections: Path, tmp_path: Path
) -> None:
    parent = tiny_reader.save(tmp_path / "parent", numbers=True)
    tasks: list[Task] = []

    def learn(task: Task) -> list[str]:
        tasks.append(task)
        return []

    for data in (corrections, labelled(tmp_path / "words", ["ab", "ba"] * 40)):
        with pytest.raises(Refused):
            adapt(parent, data, tmp_path / "out", None, learn)
    assert [task.model for task in tasks] == ["numbers.onnx", "reader.onnx"]


def test_a_child_that_gains_nothing_is_refused(corrections: Path, tmp_path: Path) -> None:
    parent = weights(tmp_path / "parent")
    before = files(parent)
    for alphabet in (tiny_reader.ALPHABET, CONFUSED):
        with pytest.raises(Refused, match="no better"):
            adapt(parent, corrections, tmp_path / "out", None, child_with(alphabet))
    assert not (tmp_path / "out").exists()
    assert files(parent) == before


def test_a_child_that_forgets_a_base_set_is_refused_however_much_it_gained(
    corrections: Path, tmp_path: Path
) -> None:
    """It tells 1 from 7 now, and takes 2 for 3."""
    forgetful = tiny_reader.ALPHABET.replace("2", "*").replace("3", "2").replace("*", "3")
    labelled(tmp_path / "data" / "twos", ["22"] * 20, split="val")
    # The corrections hold a 2 or 3 seldom enough that the child gains on them.
    with pytest.raises(Refused, match=r"other handwriting worse .*twos: 20 of 20 right before, 0 after"):
        adapt(
            weights(tmp_path / "parent", CONFUSED),
            corrections,
            tmp_path / "out",
            tmp_path / "data",
            child_with(forgetful),
        )
    assert not (tmp_path / "out").exists()


def test_confidence_is_marked_stale_when_it_could_not_be_fitted(
    corrections: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parent = weights(tmp_path / "parent", CONFUSED)
    shipped = json.loads((engine.WEIGHTS / CALIBRATION).read_text())
    shipped["weights"] = Reader(parent).fingerprint
    (parent / CALIBRATION).write_text(json.dumps(shipped))
    assert not Reader(parent).version.endswith("-stale")
    labelled(tmp_path / "data" / "ones", ["41"] * 12, split="val")
    child = child_with(tiny_reader.ALPHABET)
    out = adapt(parent, corrections, tmp_path / "out", tmp_path / "data", child)
    assert Reader(out).version.endswith("-stale")
    assert json.loads((out / "reader.json").read_text())["calibrated"] is False
    assert "could not be fitted" in capsys.readouterr().out


def test_weights_are_never_overwritten(corrections: Path, tmp_path: Path) -> None:
    parent = weights(tmp_path / "parent", CONFUSED)
    with pytest.raises(ValueError, match="never overwritten"):
        adapt(parent, corrections, parent, None, child_with(tiny_reader.ALPHABET))


def sample(k: int, writer: str, split: str = "") -> Sample:
    return Sample("set", f"{k}.png", "12", writer, split, lambda: PAPER)


Maker = Callable[[int], Sample]


@pytest.mark.parametrize(
    ("make", "parted_by"),
    [
        (lambda k: sample(k, f"w{k % 9}"), "writer"),
        (lambda k: sample(k, ""), "image"),
        (lambda k: sample(k, "only one"), "image"),
        (lambda k: sample(k, "w", "val" if k % 3 else "train"), "their own split"),
    ],
)
def test_nobody_judges_who_was_learnt_from(make: Maker, parted_by: str) -> None:
    samples = [make(k) for k in range(90)]
    found = parted(samples)
    assert found.parted_by == parted_by
    assert parted(samples) == found
    assert {s.file for s in found.learn} | {s.file for s in found.judge} == {s.file for s in samples}
    assert not {s.file for s in found.learn} & {s.file for s in found.judge}
    assert len(found.judge) >= len(samples) / 8
    if parted_by == "writer":
        assert not {s.writer for s in found.learn} & {s.writer for s in found.judge}


def test_too_few_corrections_are_bad_input() -> None:
    with pytest.raises(ValueError, match=f"at least {LEAST}"):
        parted([sample(k, "w") for k in range(LEAST - 1)])


def test_worse_means_beyond_noise() -> None:
    judge = partial(compared, "set", characters=400)
    broken = judge([0] * 100, [1] * 6 + [0] * 94)
    assert broken.worse
    assert broken.p_broken == pytest.approx(0.5**6)
    assert not judge([1, 0] * 50, [0, 1] * 50).worse  # as many mended as broken
    assert not judge([0] * 100, [1] * 3 + [0] * 97).worse  # 3 of 3 happen by chance in 1 of 8 cases
    # Wrong before and after, and far more wrong: no crop is broken, the edits tell.
    assert judge([1] * 30 + [0] * 70, [3] * 30 + [0] * 70).worse


def test_a_gain_within_noise_is_a_gain_but_none_is_none() -> None:
    gain = compared("held-out corrections", [1, 1, 0], [0, 1, 0], 6)
    nothing = compared("held-out corrections", [1, 1, 0], [1, 1, 0], 6)
    assert why_not(gain, []) == ""
    assert "no better" in why_not(nothing, [])
