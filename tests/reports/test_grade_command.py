"""`manage.py grade` as a process: its files, its totals, its exit codes."""

from __future__ import annotations

import csv
import os
import signal
import time
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Manage
from tests.reports.conftest import Graded, start_grade
from tests.reports.scanned_class import EXAM, ROSTER, ScannedClass, run

COLUMNS = {
    "answers.csv": "sheet,page,student_id,question,kind,read,confidence,status,verdict,marks,max_marks",
    "grades.csv": "student_id,name,sheet,marks,max_marks,percent,grade_status,open_items",
    "ledger.csv": "file,scan_page,sheet,page,state,reason",
    "review.csv": "sheet,question,read,confidence,reason,crop",
}


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", COLUMNS)
def test_files_have_the_columns_of_the_contract(graded: Graded, name: str) -> None:
    with (graded.out / name).open(encoding="utf-8") as file:
        assert file.readline().rstrip("\n") == COLUMNS[name]


def test_every_page_is_accounted_for_and_found_where_it_belongs(sample: ScannedClass, graded: Graded) -> None:
    rows = {int(row["scan_page"]): row for row in _rows(graded.out, "ledger.csv")}
    assert sorted(rows) == [page["scan_page"] for page in sample.truth["pages"]]
    assert Counter(row["state"] for row in rows.values()) == Counter(sample.truth["ledger"])
    for page in sample.truth["pages"]:
        row = rows[page["scan_page"]]
        if row["state"] in ("used", "duplicate"):
            assert (row["sheet"], row["page"]) == (page["sheet"], str(page["page"]))
    total = len(rows)
    assert f"Pages in {total} = used {sample.truth['ledger']['used']} + duplicate 1" in graded.printed.stdout


def test_no_sheet_is_silently_given_to_a_wrong_student(sample: ScannedClass, graded: Graded) -> None:
    wrote = {sheet["sheet"]: sheet["student_id"] for sheet in sample.truth["sheets"]}
    found = {row["sheet"]: row["student_id"] for row in _rows(graded.out, "answers.csv")}
    assert found
    assert all(student in ("", wrote[sheet]) for sheet, student in found.items())


def test_undecided_answers_have_no_marks_and_stand_in_the_review_list(graded: Graded) -> None:
    answers = _rows(graded.out, "answers.csv")
    undecided = {(row["sheet"], row["question"]) for row in answers if row["status"] == "review"}
    assert undecided
    for row in answers:
        if row["status"] == "review":
            assert (row["marks"], row["verdict"]) == ("", "")
        else:
            assert Decimal(row["marks"]) <= Decimal(row["max_marks"])
            assert row["verdict"] in ("correct", "partial", "wrong")
    listed = {(row["sheet"], row["question"]) for row in _rows(graded.out, "review.csv") if row["question"]}
    assert listed == undecided
    assert all((graded.out / row["crop"]).is_file() for row in _rows(graded.out, "review.csv") if row["crop"])


def test_choices_are_marked_as_they_were_crossed(sample: ScannedClass, graded: Graded) -> None:
    wrote = {sheet["sheet"]: sheet["answers"] for sheet in sample.truth["sheets"]}
    auto = [
        row for row in _rows(graded.out, "answers.csv") if row["kind"] == "choice" and row["status"] == "auto"
    ]
    assert auto
    for row in auto:
        assert row["read"] == ", ".join(wrote[row["sheet"]][row["question"]]["written"])


def test_there_is_a_report_of_every_sheet_and_of_the_class(graded: Graded) -> None:
    sheets = {row["sheet"] for row in _rows(graded.out, "answers.csv")}
    reports = sorted((graded.out / "reports").glob("*.pdf"))
    assert len(reports) == len(sheets) + 1
    assert all(path.read_bytes().startswith(b"%PDF") for path in reports)
    assert (graded.out / "reports" / "class.pdf") in reports


def test_a_pipe_sees_no_progress_bar(graded: Graded) -> None:
    assert "\r" not in graded.printed.stdout + graded.printed.stderr


def test_one_worker_finds_the_same_as_two(sample: ScannedClass, graded: Graded, tmp_path: Path) -> None:
    process = start_grade(sample, tmp_path / "out", "--workers", 1)
    assert process.wait(timeout=300) == 0
    for name in COLUMNS:
        assert (tmp_path / "out" / name).read_text() == (graded.out / name).read_text()


@pytest.mark.fault
def test_killed_workers_change_nothing(sample: ScannedClass, graded: Graded, tmp_path: Path) -> None:
    process = start_grade(sample, tmp_path / "out")
    killed: set[int] = set()
    deadline = time.monotonic() + 240
    while process.poll() is None and len(killed) < 4 and time.monotonic() < deadline:
        alive = _workers(process.pid) - killed
        if alive:
            time.sleep(1.5)  # let them begin some work
        for pid in alive:
            with suppress(ProcessLookupError):  # it may have ended by itself; then it does not count
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
        time.sleep(0.1)
    assert process.wait(timeout=240) == 0
    assert len(killed) >= 2
    for name in COLUMNS:
        assert (tmp_path / "out" / name).read_text() == (graded.out / name).read_text()


@pytest.mark.fault
def test_a_stopped_run_leaves_no_process_and_no_half_result(sample: ScannedClass, tmp_path: Path) -> None:
    process = start_grade(sample, tmp_path / "out")
    deadline = time.monotonic() + 60
    while not _workers(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    workers = _workers(process.pid)
    assert workers
    process.terminate()
    assert process.wait(timeout=60) == 130
    assert not any(_read(f"/proc/{pid}/cmdline") for pid in workers)
    assert list(tmp_path.iterdir()) == []


def _workers(parent: int) -> set[int]:
    """The worker processes below a grade command."""
    found = {parent}
    for _ in range(3):
        found |= {pid for pid, above in _parents().items() if above in found}
    return {pid for pid in found if b"\0worker\0" in _read(f"/proc/{pid}/cmdline")}


def _parents() -> dict[int, int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    stats = {pid: _read(f"/proc/{pid}/stat") for pid in pids}
    return {pid: int(stat.rpartition(b")")[2].split()[1]) for pid, stat in stats.items() if stat}


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.yaml", "scan.pdf", "--out", "out"], "missing.yaml"),
        ([EXAM, "no-such-scan.pdf", "--out", "out"], "no-such-scan.pdf"),
        ([EXAM, ROSTER, "--roster", "nobody.csv", "--out", "out"], "nobody.csv"),
        ([EXAM, ROSTER, "--layout", "none.json", "--out", "out"], "none.json"),
        ([EXAM, ROSTER, "--error-budget", "40%", "--out", "out"], "--error-budget"),
        ([EXAM, ROSTER, "--workers", "0", "--out", "out"], "--workers"),
        ([EXAM, "--out", "out"], "SCANS"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(manage: Manage, tmp_path: Path, arguments, says: str) -> None:
    result = manage("grade", *arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_files_that_are_no_scans_are_accounted_for_not_fatal(manage: Manage, tmp_path: Path) -> None:
    result = manage("grade", EXAM, ROSTER, "--out", "out")
    assert result.returncode == 0
    assert "Pages in 1 = used 0 + duplicate 0 + blank 0 + foreign 0 + unreadable 1" in result.stdout
    assert _rows(tmp_path / "out", "ledger.csv")[0]["state"] == "unreadable"


def test_a_layout_of_another_exam_is_refused(manage: Manage, sample: ScannedClass, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(EXAM.read_text().replace("id: phys-quiz-3", "id: other-quiz"))
    result = manage("grade", other, sample.scans, "--layout", sample.layout, "--out", "out")
    assert result.returncode == 2
    assert "phys-quiz-3" in result.stderr


def test_without_its_layout_a_print_is_still_read(
    sample: ScannedClass, graded: Graded, tmp_path: Path
) -> None:
    files = (EXAM, sample.scans, "--roster", ROSTER, "--out", tmp_path / "out")
    run(Path(__file__).parents[2] / "manage.py", "grade", *files)
    assert (tmp_path / "out" / "ledger.csv").read_text() == (graded.out / "ledger.csv").read_text()
