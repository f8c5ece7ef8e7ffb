from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grading.reports.demo import EXAMPLE, class_of
from tests.reports.scanned_class import ROOT, service_environment


def demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "demo", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=service_environment(), capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.slow
def test_the_demo_accounts_for_every_page_and_leaves_its_files(tmp_path: Path) -> None:
    done = demo("--students", 2, "--out", tmp_path / "demo", "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert "all accounted for" in done.stdout
    assert "Wrong against what was really written: 0 of" in done.stdout
    truth = json.loads((tmp_path / "demo" / "scans" / "truth.json").read_text(encoding="utf-8"))
    assert truth["ledger"] == {"blank": 1, "duplicate": 1, "foreign": 1, "used": 3}
    for name in (
        "sheets/sheets.pdf",
        "results/answers.csv",
        "results/ledger.csv",
        "results/reports/class.pdf",
    ):
        assert (tmp_path / "demo" / name).stat().st_size > 100


def test_a_class_larger_than_the_roster_gets_made_up_students() -> None:
    roster = class_of(30)
    numbers = [student.student_id for student in roster.students]
    assert len(set(numbers)) == 30
    assert {len(number) for number in numbers} == {7}
    assert (EXAMPLE / "roster.csv").read_text(encoding="utf-8").count("\n") <= 26


def test_a_class_of_nobody_is_refused_in_one_line() -> None:
    done = demo("--students", 0)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == "Error: --students must be from 2 to 2000."


def test_more_struck_out_than_written_is_refused_in_one_line() -> None:
    done = demo("--struck-out", 2)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == "Error: --struck-out must be from 0 to 1."
