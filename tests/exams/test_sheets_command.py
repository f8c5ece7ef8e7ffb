"""`manage.py sheets` as a process: two files, one line of news, one line of trouble."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from django.core.management import call_command

from grading.core.errors import UserError
from grading.exams.layout_json import load_layout
from tests.conftest import Manage
from tests.exams.test_exam_file import SAMPLE

ROSTER = SAMPLE.parent / "roster.csv"


def test_a_class_and_two_spare_sheets_are_printed(manage: Manage, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "print"
    done = manage("sheets", SAMPLE, "--roster", ROSTER, "--copies", 2, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "26 sheets of 2 pages (24 with a name and 2 without a name)" in done.stdout
    assert {path.name for path in out.iterdir()} == {"sheets.pdf", "layout.json"}
    layout = load_layout(out / "layout.json")
    assert len(pypdfium2.PdfDocument(out / "sheets.pdf")) == 52
    assert [sheet.student_id for sheet in layout.sheets[23:]] == ["4712114", None, None]


def test_one_sheet_is_printed_without_roster_and_copies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("sheets", SAMPLE, "--out", tmp_path)
    assert "1 sheet of 2 pages (1 without a name)" in capsys.readouterr().out
    assert load_layout(tmp_path / "layout.json").sheets[0].student_id is None


def test_bad_input_is_one_line_and_exit_code_2(manage: Manage, tmp_path: Path) -> None:
    (tmp_path / "exam.yaml").write_text("id: x\ntitel: T\nquestions: 3\n", encoding="utf-8")
    done = manage("sheets", tmp_path / "exam.yaml", "--out", tmp_path / "out")
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert "exam.yaml:1: title: is required" in line
    assert "exam.yaml:3: questions: expected a list" in line
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--copies", "-1"), "--copies must be 0 or more"),
        (("--roster", "none.csv"), "none.csv: no such file"),
        (("--run", "a b"), "cannot be printed"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_written(
    tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        call_command("sheets", SAMPLE, *more, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be made into a folder"):
        call_command("sheets", SAMPLE, "--out", tmp_path / "file" / "out")


def test_a_failed_print_leaves_the_files_before_it_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("sheets", SAMPLE, "--out", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full_disk(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grading.exams.management.commands.sheets.write_pdf", full_disk)
    with pytest.raises(UserError, match="No space left"):
        call_command("sheets", SAMPLE, "--copies", "3", "--out", tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
