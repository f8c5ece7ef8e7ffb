"""Figures of a set, from readings whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.crops.data import Sample
from recognition.measuring import evaluate, wrong_labels
from recognition.measuring.evaluate import Options, Outcome


def sample(text: str, file: str = "a.png", split: str = "val") -> Sample:
    return Sample("set", file, text, "w", split, lambda: np.zeros((4, 4), np.uint8))


def outcome() -> Outcome:
    return Outcome(
        "set",
        "digits",
        ("12", "34", "56", "78"),
        ("12", "34", "57", "78"),
        np.array([0.999, 0.9, 0.6, 0.8]),
        np.array([True, True, False, True]),
        np.array([0.999, 0.995, 0.005, 0.9]),
        np.array([0.001, 0.992, 0.1, 0.2]),
        np.array([0.0, 0.0, 0.0, 0.0]),
        2.0,
    )


def test_the_kind_of_a_set_is_the_narrowest_that_holds_all_its_labels() -> None:
    assert evaluate.widest_kind([sample("12"), sample("7")]) == "digits"
    assert evaluate.widest_kind([sample("12"), sample("")]) == "digits"
    assert evaluate.widest_kind([sample("12"), sample("-7.5")]) == "number"
    assert evaluate.widest_kind([sample("12"), sample("-7.5"), sample("mass")]) == "text"


def test_figures_are_those_of_the_contract() -> None:
    found = evaluate.figures(outcome())
    assert (found["n"], found["exact"]) == (4, 0.75)
    assert found["cer"] == pytest.approx(1 / 8)
    assert found["images_per_second"] == pytest.approx(2.0)
    assert found["coverage"] == {"0.05": 0.75, "0.01": 0.75, "0.005": 0.75, "0.001": 0.75}


def test_false_correct_and_false_wrong_are_told_apart() -> None:
    keys = evaluate.key_figures(outcome())
    assert keys["true_sure"] == 0.5
    assert keys["false_correct_hard"] == 0.25
    assert keys["false_correct_other"] == 0.0
    assert keys["false_wrong"] == 0.25
    assert keys["accepted"] == 0.5


def test_the_table_has_a_line_a_set() -> None:
    lines = evaluate.table(
        {"one": evaluate.figures(outcome()), "two": evaluate.figures(outcome())}
    ).splitlines()
    assert len(lines) == 3
    assert lines[1].split()[:3] == ["one", "digits", "4"]
    assert len({len(line) for line in lines}) == 1


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    rows = ["file,text,writer,split", *(f"{k}.png,{k},w,{'val' if k % 2 else 'train'}" for k in range(20))]
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    return tmp_path


def test_a_limit_takes_samples_evenly_over_the_set(listed: Path) -> None:
    chosen = evaluate.select(listed, Options("val", None, 5))
    assert [s.text for s in chosen] == ["1", "5", "9", "13", "17"]
    assert len(evaluate.select(listed, Options(limit=50))) == 20


def test_listed_crops_are_left_out(listed: Path, tmp_path: Path) -> None:
    every = evaluate.select(listed, Options())
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"set,file,why\n{every[0].source},{every[0].file},shifted\nelsewhere,{every[1].file},\n")
    left = evaluate.select(listed, Options(without=wrong_labels.listed(wrong)))
    assert [s.file for s in left] == [s.file for s in every[1:]]


def test_a_list_without_files_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("set,name\na,b\n")
    with pytest.raises(ValueError, match="column 'file' is missing"):
        wrong_labels.listed(wrong)


def test_a_split_that_nobody_has_is_refused(listed: Path) -> None:
    with pytest.raises(ValueError, match="no samples of split 'test'"):
        evaluate.select(listed, Options("test"))


def test_the_calibration_error_in_the_table_is_that_of_the_readings() -> None:
    figures = evaluate.figures(outcome())
    titles, row = (line.split() for line in evaluate.table({"one": figures}).splitlines())
    assert float(row[titles.index("ECE")]) == pytest.approx(figures["ece"], abs=1e-4)
    assert figures["ece"] != figures["keys"]["ece"]  # type: ignore[index]
