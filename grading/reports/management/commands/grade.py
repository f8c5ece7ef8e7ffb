"""`manage.py grade`: scans of an exam become marks and reports."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from django.core.management import call_command

from grading.core.commands import Command as BaseCommand
from grading.core.errors import UserError
from grading.core.progress import moves, progress_bar
from grading.core.workspace import end_on_request, in_workspace, run_in_workspace
from grading.exams.examfile import load_exam
from grading.exams.layout_json import load_layout
from grading.exams.roster import load_roster
from grading.exams.spec_values import error_budget
from grading.reports.grade import GradeRequest, GradeSummary, grade


class Command(BaseCommand):
    """Grades a batch of scans in a database of its own."""

    help = (
        "Read the scanned sheets of an exam, mark them and write DIR/answers.csv, grades.csv, ledger.csv, "
        "review.csv, reports/ and crops/. Takes PDF, TIFF, PNG, JPEG and ZIP files. What the machine is not "
        "sure enough of is left for a person and has no marks."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The arguments of the contract, and the number of worker processes."""
        parser.add_argument("exam", type=Path, metavar="EXAM.yaml", help="the exam file (docs/exam-file.md)")
        parser.add_argument("scans", type=Path, nargs="+", metavar="SCANS", help="scanned files")
        parser.add_argument(
            "--roster", type=Path, metavar="ROSTER.csv", help="student_id,name[,email,section]"
        )
        parser.add_argument(
            "--layout", type=Path, metavar="LAYOUT.json", help="what `sheets` wrote with the print"
        )
        parser.add_argument(
            "--error-budget", metavar="P", help="share of automatic marks that may be wrong, such as 0.2%%"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
        parser.add_argument(
            "--workers",
            type=int,
            default=os.cpu_count() or 1,
            metavar="N",
            help="worker processes (default: cores)",
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Run in a database of its own, which is gone afterwards: a batch never mixes with the portal's."""
        if in_workspace():
            super().run_from_argv(argv)
        else:
            raise SystemExit(run_in_workspace(argv[1:]))

    def handle(self, *_args: object, **options: Any) -> None:
        """Check everything that was given, grade, and say what became of it."""
        end_on_request()
        request = _request(options)
        call_command("migrate", verbosity=0)
        with progress_bar("Reading", unit="job") as bar:
            summary = grade(request, moves(bar))
        self.stdout.write(summary_text(summary, request.out))


def summary_text(summary: GradeSummary, out: Path) -> str:
    """The totals of a run, for people."""
    pages, answers = summary.pages, summary.answers
    waiting = f" + for a person {pages.needs_review}" if pages.needs_review else ""
    ledger = (
        f"Pages in {pages.pages_in} = used {pages.used} + duplicate {pages.duplicate} + blank {pages.blank} "
        f"+ foreign {pages.foreign} + unreadable {pages.unreadable}{waiting}"
    )
    marks = (
        f"Answers {answers.total}: marked by the machine {answers.auto}, empty {answers.blank}, "
        f"left for people {answers.review}; sheets without a student {summary.unidentified}"
    )
    speed = f"{summary.pages_a_minute:.0f} pages a minute ({summary.seconds:.1f} s from files to marks)"
    return "\n".join((ledger, marks, speed, f"Results: {out}"))


def _request(options: dict[str, Any]) -> GradeRequest:
    spec = load_exam(options["exam"])
    if options["error_budget"] is not None:
        try:
            spec = spec.model_copy(update={"error_budget": error_budget(options["error_budget"])})
        except ValueError as problem:
            raise UserError(f"--error-budget: {problem}") from problem
    for path in options["scans"]:
        if not path.is_file():
            raise UserError(f"{path}: no such file.", "Give the scanned PDF, TIFF, PNG, JPEG or ZIP files.")
    if options["workers"] < 1:
        raise UserError("--workers must be 1 or more.")
    return GradeRequest(
        spec=spec,
        scans=tuple(options["scans"]),
        out=options["out"],
        roster=load_roster(options["roster"]) if options["roster"] else None,
        layout=load_layout(options["layout"]) if options["layout"] else None,
        workers=options["workers"],
    )
