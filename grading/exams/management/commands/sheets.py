"""`manage.py sheets`: an exam file becomes sheets to print and the layout that reads them back."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from grading.core.commands import Command as BaseCommand
from grading.core.errors import UserError
from grading.exams.examfile import load_exam
from grading.exams.layout_json import layout_text
from grading.exams.printing import write_pdf
from grading.exams.roster import Roster, load_roster
from grading.exams.sheet_print import SheetPrint, plan_print


class Command(BaseCommand):
    """Prints answer sheets."""

    help = (
        "Write DIR/sheets.pdf (print it at 100 % size) and DIR/layout.json (where every box stands). With a "
        "roster, every student gets a sheet with name and number on it, and --copies adds sheets without a "
        "name. Without a roster, --copies sheets are printed (default 1). Same input, same files."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The arguments of the contract, and ``--run`` for a further print of the same exam."""
        parser.add_argument("exam", type=Path, metavar="EXAM.yaml", help="the exam file (docs/exam-file.md)")
        parser.add_argument(
            "--roster", type=Path, metavar="ROSTER.csv", help="student_id,name[,email,section]"
        )
        parser.add_argument("--copies", type=int, metavar="N", help="sheets without a name")
        parser.add_argument(
            "--run", help="an id for this print of your own, up to 16 letters, digits, _ or -"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the two files go")

    def handle(self, *_args: object, **options: Any) -> None:
        """Plans and writes the print, and says what was made."""
        if options["copies"] is not None and options["copies"] < 0:
            raise UserError("--copies must be 0 or more.")
        spec = load_exam(options["exam"])
        roster = load_roster(options["roster"]) if options["roster"] else Roster(())
        for warning in roster.warnings:
            self.stderr.write(f"Warning: {warning}")
        copies = options["copies"] if options["copies"] is not None else int(not roster.students)
        sheets = plan_print(spec, roster.students, copies=copies, run=options["run"])
        _write_both(sheets, options["out"])
        self.stdout.write(_summary(sheets, options["out"], copies))


def _write_both(sheets: SheetPrint, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UserError(f"{folder}: cannot be made into a folder ({problem.strerror}).") from problem
    count = len(sheets.layout.sheets)
    with tqdm(total=count, desc="Sheets", unit="sheet", disable=None, leave=False) as bar:
        _write_beside(folder / "sheets.pdf", lambda path: write_pdf(sheets, path, lambda: _tick(bar)))
    _write_beside(folder / "layout.json", lambda path: _write_text(path, layout_text(sheets.layout)))


def _tick(bar: tqdm[Any]) -> None:
    bar.update()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write_beside(path: Path, write: Callable[[Path], None]) -> None:
    """Writes to a file beside ``path`` and renames it, so that no half file is ever in its place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(beside)
        beside.replace(path)
    except OSError as problem:
        raise UserError(f"{path}: cannot be written ({problem.strerror or problem}).") from problem
    finally:
        beside.unlink(missing_ok=True)


def _summary(sheets: SheetPrint, folder: Path, copies: int) -> str:
    count, pages, named = len(sheets.layout.sheets), len(sheets.plan.pages), len(sheets.students)
    parts = ((named, "with a name"), (copies, "without a name"))
    who = " and ".join(f"{number} {words}" for number, words in parts if number)
    return (
        f"{_counted(count, 'sheet')} of {_counted(pages, 'page')} ({who}), run {sheets.layout.run}: "
        f"{folder / 'sheets.pdf'}, {folder / 'layout.json'}"
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
