"""The scanner's folder: whole files only, each once, none deleted."""

from __future__ import annotations

import time
from pathlib import Path

from grading.accounts.models import School
from grading.scans.dropfolder import DropFolder
from grading.scans.models import ScanFile
from tests.classroom import EXAM, small_exam
from tests.conftest import Manage


def _settled(folder: DropFolder) -> list[str]:
    """Look twice with nothing changing in between."""
    assert list(folder.look()) == []
    return [arrival.reason or arrival.path.name for arrival in folder.look()]


def test_a_file_is_taken_in_once_and_moved_aside(school: School, tmp_path: Path) -> None:
    exam = small_exam(school)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1")
    watched = DropFolder(tmp_path, quiet_seconds=0)
    assert _settled(watched) == ["scan.pdf"]
    assert list(watched.look()) == []
    assert list(ScanFile.objects.values_list("exam_id", "name")) == [(exam.pk, "scan.pdf")]
    assert (tmp_path / "taken-in" / "small" / "scan.pdf").read_bytes() == b"%PDF-1"


def test_a_growing_file_is_left_alone(school: School, tmp_path: Path) -> None:
    small_exam(school)
    scan = tmp_path / "scan.pdf"
    watched = DropFolder(tmp_path, quiet_seconds=0)
    for length in range(1, 4):
        scan.write_bytes(b"%PDF-1" * length)
        assert list(watched.look()) == []
    assert [arrival.path for arrival in watched.look()] == [scan]
    assert ScanFile.objects.get().size == 18


def test_a_quiet_time_has_to_pass(school: School, tmp_path: Path) -> None:
    small_exam(school)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1")
    watched = DropFolder(tmp_path, quiet_seconds=0.3)
    started = time.monotonic()
    while not list(watched.look()):
        assert time.monotonic() - started < 10
    assert time.monotonic() - started >= 0.3


def test_a_folder_named_after_an_exam_chooses_it(school: School, tmp_path: Path) -> None:
    small_exam(school)
    other = small_exam(school, text=EXAM.replace("id: small", "id: other"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.pdf").write_bytes(b"%PDF-1")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1")
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing" / "c.pdf").write_bytes(b"%PDF-1")
    found = _settled(DropFolder(tmp_path, quiet_seconds=0))
    assert found[0].startswith("more than one exam is open")
    assert found[1].startswith("nothing names no open exam")
    assert found[2] == "a.pdf"
    assert ScanFile.objects.get().exam == other
    assert "more than one" in (tmp_path / "refused" / "b.pdf.txt").read_text()
    assert (tmp_path / "refused" / "c.pdf").exists()


def test_a_second_file_of_the_same_name_replaces_nothing(school: School, tmp_path: Path) -> None:
    small_exam(school)
    watched = DropFolder(tmp_path, quiet_seconds=0)
    for content in (b"%PDF-1", b"%PDF-2"):
        (tmp_path / "scan.pdf").write_bytes(content)
        assert _settled(watched) == ["scan.pdf"]
    kept = {path.read_bytes() for path in (tmp_path / "taken-in" / "small").iterdir()}
    assert kept == {b"%PDF-1", b"%PDF-2"}


def test_a_missing_folder_is_bad_input(manage: Manage) -> None:
    result = manage("watch", "nowhere")
    assert result.returncode == 2
    assert "nowhere" in result.stderr
