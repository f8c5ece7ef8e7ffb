"""Runs that differ in one choice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")

from recognition.training import ablations
from tests.recognition import labelled_sets

BASE = {
    "name": "tiny", "mixture": {"meza-numbers": 1.0}, "start": "scratch", "images": 4, "batch_pixels": 256,
    "block_size": 4, "workers": 0, "threads": 1, "validate_minutes": 0,
}  # fmt: skip


def runs_file(folder: Path, content: object) -> Path:
    path = folder / "runs.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    written = [("12", "train"), ("7,5", "train"), ("-3", "val"), ("8", "val")]
    labelled_sets.labelled_folder(tmp_path / "data" / "meza-numbers", written, zipped=True)
    monkeypatch.setenv("INKGRADE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INKGRADE_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_each_run_has_a_row_and_finished_runs_are_not_made_again(
    numbers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = runs_file(numbers, {"base": BASE, "changes": {"no dropout": {"network": {"dropout": 0.0}}}})
    assert ablations.main([str(path), "--out", str(numbers / "out")]) == 0
    first = capsys.readouterr().out
    rows = [line.split("|")[1].strip() for line in first.splitlines()]
    assert rows == ["run", "---", "as it is", ablations.LAST_STEP, "no dropout"]
    monkeypatch.setattr(ablations, "Training", None)
    ablations.main([str(path), "--out", str(numbers / "out")])
    assert capsys.readouterr().out == first


def test_a_file_without_changes_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"`base` .* and `changes`"):
        ablations.read_runs(runs_file(tmp_path, {"base": BASE}))


def test_a_misspelt_key_of_a_change_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown key 'dropuot'"):
        ablations.read_runs(runs_file(tmp_path, {"base": BASE, "changes": {"no dropout": {"dropuot": 0}}}))
