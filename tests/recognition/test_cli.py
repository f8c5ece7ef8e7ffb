"""The commands as processes: output as the contracts say, one line and exit code 2 for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.recognition import tiny_reader

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_reader.save(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def inked(tmp_path: Path) -> Path:
    """An image with a stroke on it; what it says does not matter here."""
    sheet = np.full((60, 80), 255, np.uint8)
    sheet[10:50, 30:36] = 0
    return saved(tmp_path / "inked.png", sheet)


def saved(path: Path, image: np.ndarray) -> Path:
    Image.fromarray(image).save(path)
    return path


def run(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "recognition", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(done: subprocess.CompletedProcess[str], reason: str, code: int = 2) -> None:
    assert done.returncode == code
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_every_input_comes_back_once_whatever_is_wrong_with_it(
    weights: Path, inked: Path, tmp_path: Path
) -> None:
    blank = saved(tmp_path / "blank.png", np.full((60, 80), 250, np.uint8))
    empty, text, cut = tmp_path / "empty.png", tmp_path / "text.png", tmp_path / "cut.png"
    empty.touch()
    text.write_text("no image")
    cut.write_bytes(inked.read_bytes()[:60])
    missing = tmp_path / "missing.png"
    files = [missing, inked, blank, empty, text, cut, tmp_path, inked]
    found = lines(run("read", "--kind", "digits", "--weights", weights, *files))
    assert sorted(f["file"] for f in found) == sorted(map(str, files))
    errors = {f["file"]: f["error"] for f in found}
    assert errors[str(inked)] is errors[str(blank)] is None
    reasons = [errors[str(f)] for f in (missing, empty, text, tmp_path)]
    assert reasons == [
        "no such file",
        "empty file",
        "not an image (PNG, JPEG and TIFF can be read)",
        "not a file",
    ]
    assert "damaged image" in errors[str(cut)]
    for f in found:
        assert set(f) == {"file", "text", "confidence", "alternatives", "blank", "error"}
        assert f["error"] is None or (f["text"], f["confidence"]) == ("", 0.0)
    assert {f["file"] for f in found if f["blank"]} == {str(blank)}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "1", "I;16", "L"])
def test_every_depth_and_colour_is_read_alike(weights: Path, inked: Path, tmp_path: Path, mode: str) -> None:
    grey = Image.open(inked)
    image = Image.fromarray(np.asarray(grey, np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    image.save(tmp_path / "other.png")
    first, second = lines(
        run("read", "--kind", "digits", "--weights", weights, inked, tmp_path / "other.png")
    )
    assert second["error"] is None
    assert not second["blank"]
    assert second["text"] == first["text"]


def test_light_writing_on_a_dark_ground_is_ink(weights: Path, inked: Path, tmp_path: Path) -> None:
    turned = saved(tmp_path / "turned.png", 255 - np.asarray(Image.open(inked)))
    first, second = lines(run("read", "--kind", "digits", "--weights", weights, inked, turned))
    assert first["text"] == second["text"]
    assert first["confidence"] == pytest.approx(second["confidence"], abs=0.05)


def test_lists_and_expected_answers(weights: Path, inked: Path, tmp_path: Path) -> None:
    (tmp_path / "files.txt").write_text(
        f"{inked}\n{tmp_path / 'nothing.png'}\n{inked}\n", encoding="utf-8-sig"
    )
    (tmp_path / "keys.txt").write_text("1\n2\n\n", encoding="utf-8")
    lists = ("--list", "files.txt", "--expect-list", "keys.txt")
    found = lines(run("read", "--kind", "digits", "--weights", weights, *lists, cwd=tmp_path))
    assert 0.0 <= found[0]["p_expected"] <= 1.0
    assert found[1]["p_expected"] == 0.0
    assert "p_expected" not in found[2]


def test_expected_answers_on_the_command_line(weights: Path, inked: Path) -> None:
    found = lines(run("read", "--kind", "text", "--weights", weights, inked, "--expect", "漢字"))
    assert found[0]["p_expected"] < 0.05


def test_a_file_name_that_is_not_utf8_is_read_and_named(weights: Path, inked: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xe4.png"
    Path(os.fsdecode(name)).write_bytes(inked.read_bytes())
    (tmp_path / "files.txt").write_bytes(name + b"\n")
    found = lines(run("read", "--kind", "digits", "--weights", weights, "--list", tmp_path / "files.txt"))
    assert found[0]["error"] is None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--kind", "formula", "a.png"], "invalid choice: 'formula'"),
        (["a.png"], "--kind"),
        (["--kind", "digits"], "give image files or --list"),
        (["--kind", "digits", "a.png", "--list", "b.txt"], "one of the two"),
        (["--kind", "digits", "--list", "nothing.txt"], "nothing.txt: No such file"),
        (["--kind", "digits", "a.png", "--expect", "1", "2"], "1 images but 2 expected answers"),
        (["--kind", "digits", "a.png", "--allowed", ""], "none of the allowed characters"),
        (["--kind", "digits", "a.png", "--allowed", "漢"], "none of the allowed characters"),
        (["--kind", "digits", "a.png", "--threads", "0"], "positive number"),
        (["--kind", "digits", "a.png", "--lexicon", "words.txt"], "--lexicon is for --kind text"),
        (["--kind", "text", "a.png", "--lexicon", "nothing.txt"], "nothing.txt: No such file"),
        (["--kind", "text", "a.png", "--lexicon-prior", "1"], "share between 0 and 1"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(weights: Path, arguments: list[str], reason: str) -> None:
    done = run("read", "--weights", weights, *arguments)
    errors = [line for line in done.stderr.splitlines() if "warning" not in line]
    assert done.returncode == 2
    assert len(errors) == 1
    assert reason in errors[0]
    assert done.stdout == ""


def test_missing_weights_are_a_failure_that_says_what_to_do(inked: Path, tmp_path: Path) -> None:
    refused(run("read", "--kind", "digits", "--weights", tmp_path, inked), "recognition export", 1)


@pytest.mark.parametrize(
    "command", ["read", "evaluate", "benchmark", "report", "train", "export", "calibrate"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout) > 200


def test_a_reader_that_goes_away_is_no_traceback(weights: Path, inked: Path, tmp_path: Path) -> None:
    (tmp_path / "files.txt").write_text(f"{inked}\n" * 300)
    process = subprocess.Popen(
        [sys.executable, "-m", "recognition", "read", "--kind", "digits", "--weights", str(weights),
         "--list", str(tmp_path / "files.txt")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == 1
    assert "Traceback" not in errors


@pytest.fixture
def labelled(tmp_path: Path, inked: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    rows = ["file,text,writer,split"]
    for k in range(8):
        (folder / f"{k}.png").write_bytes(inked.read_bytes())
        rows.append(f"{k}.png,{k},w{k % 2},{'val' if k < 6 else 'train'}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_evaluate_prints_and_writes_the_figures(weights: Path, labelled: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "figures.json"
    done = run("evaluate", labelled, "--split", "val", "--weights", weights, "--json", target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:3] == ["set", "digits", "6"]
    content = json.loads(target.read_text())
    figures = content["sets"]["set"]
    assert content["split"] == "val"
    assert figures["n"] == 6
    assert set(figures) >= {"cer", "wer", "exact", "ece", "aurc", "coverage", "images_per_second", "keys"}
    assert set(figures["coverage"]) == {"0.05", "0.01", "0.005", "0.001"}
    # One image under six labels: at most one of them can be right.
    assert figures["exact"] <= 1 / 6


def test_evaluate_draws_its_figures(weights: Path, labelled: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run("evaluate", labelled, "--limit", "3", "--weights", weights, "--plots", tmp_path / "plots")
    assert done.returncode == 0, done.stderr
    drawn = sorted((tmp_path / "plots").iterdir())
    assert [p.name for p in drawn] == ["reliability.png", "risk-coverage.png"]
    assert all(Image.open(p).size[0] > 400 for p in drawn)


def test_evaluate_names_what_is_wrong_with_a_set(weights: Path, labelled: Path, tmp_path: Path) -> None:
    for arguments, reason in (
        ([tmp_path / "none"], "no labelled set here"),
        ([labelled, "--split", "moon"], "no samples of split 'moon'"),
    ):
        done = run("evaluate", *arguments, "--weights", weights)
        assert done.returncode == 2
        assert reason in done.stderr
        assert "Traceback" not in done.stderr


def test_training_and_exporting_name_a_missing_file(tmp_path: Path) -> None:
    refused(run("train", tmp_path / "none.yaml"), "no such config file")
    refused(run("export", tmp_path / "none.pt"), "no such checkpoint")


@pytest.mark.parametrize(
    "arguments",
    [(), ("run.yaml", "--from", "weights", "--data", "set"), ("--from", "weights"), ("--data", "set")],
)
def test_training_takes_a_config_or_weights_with_corrections(arguments: tuple[str, ...]) -> None:
    refused(run("train", *arguments), "give the CONFIG of a run, or --from WEIGHTS and --data CORRECTIONS")


def test_calibrating_without_data_says_where_it_looked(weights: Path, tmp_path: Path) -> None:
    refused(
        run("calibrate", "--data", tmp_path / "none", "--weights", weights),
        "is not a folder of labelled sets",
    )
    refused(run("calibrate", "--data", tmp_path, "--weights", weights), "has none of the sets orand-car-a")
