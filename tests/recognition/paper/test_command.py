from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.recognition.paper.small_quiz import QUESTIONS, printed


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recognition.paper", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def exam_file(folder: Path) -> Path:
    entries = [
        {"id": q.id, "type": q.type, "answer": list(q.keys) if q.type in ("multi", "text") else q.keys[0]}
        | ({"options": list(q.options)} if q.options else {})
        for q in QUESTIONS[:5]
    ]
    path = folder / "exam.json"
    path.write_text(json.dumps({"id": "small-quiz", "questions": entries}), encoding="utf-8")
    return path


def test_the_command_makes_scans_and_truth(tmp_path: Path) -> None:
    layout, sheets = printed(tmp_path, 2)
    done = run(
        "--layout", layout, "--sheets", sheets, "--exam", exam_file(tmp_path), "--out", tmp_path / "out",
        "--preset", "mild", "--seed", 3, "--no-faults", "--workers", 1,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    truth = json.loads((tmp_path / "out" / "truth.json").read_text(encoding="utf-8"))
    assert len(truth["pages"]) == 4
    assert len({s["student_id"] for s in truth["sheets"]}) == 2
    assert (tmp_path / "out" / "scans.pdf").read_bytes().startswith(b"%PDF-1.4")


def test_bad_input_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    bad = tmp_path / "layout.json"
    bad.write_text("{}", encoding="utf-8")
    done = run("--layout", bad, "--sheets", bad, "--exam", exam_file(tmp_path), "--out", tmp_path)
    assert done.returncode == 2
    assert "is no layout.json" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_argument_is_named(tmp_path: Path) -> None:
    done = run("--exam", exam_file(tmp_path))
    assert done.returncode == 2
    assert "--layout is missing" in done.stderr
