"""`manage.py demo`: a sample class, graded before your eyes."""

from __future__ import annotations

import argparse
import os
import secrets
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from grading.accounts.models import Role
from grading.accounts.services import LOCAL_EMAIL, create_member
from grading.core.commands import Command as BaseCommand
from grading.core.errors import UserError
from grading.core.serving import serve
from grading.core.workspace import in_workspace, run_in_workspace
from grading.reports.demo import DemoOutcome, DemoRequest, run_demo
from grading.reports.grade import SCHOOL
from grading.reports.truth import Comparison

FEWEST_STUDENTS, MOST_STUDENTS = 2, 2000
SHOWN_MISTAKES = 10
STRUCK_OUT_HELP = "share of what is written that is struck out and written anew (0 to 1, default: 0.04)"


class Command(BaseCommand):
    """Runs the demonstration in a database of its own, which is gone afterwards."""

    help = (
        "Print the sheets of a sample exam, let a simulated class fill them in with real handwriting, scan "
        "them with all that goes wrong on the way, grade the scans, and hold the marks against what was "
        "really written. Everything is left in DIR. With --serve, the portal then shows that class."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Size, seed and place of the class, and whether to serve it."""
        cores = os.cpu_count() or 1
        add = parser.add_argument
        add("--out", type=Path, default=Path("demo-output"), metavar="DIR", help="where everything goes")
        add("--students", type=int, default=24, metavar="N", help="size of the class (default: 24)")
        add("--seed", type=int, default=1, help="another seed is another class (default: 1)")
        add("--workers", type=int, default=cores, metavar="N", help="processes (default: cores)")
        add("--struck-out", type=float, metavar="SHARE", help=STRUCK_OUT_HELP)
        add("--serve", action="store_true", help="serve the portal with this class afterwards")
        add("--port", type=int, default=8000, help="port of the portal (default: 8000)")

    def run_from_argv(self, argv: list[str]) -> None:
        """Run beside the service's own data, never in it."""
        if in_workspace():
            super().run_from_argv(argv)
        else:
            raise SystemExit(run_in_workspace(argv[1:]))

    def handle(self, *_args: object, **options: Any) -> None:
        """Grade the class, say what came of it, and serve it if asked to."""
        request = _request(options)
        started = time.monotonic()
        call_command("migrate", verbosity=0)
        outcome = run_demo(request, self._say)
        self._say(outcome_text(outcome))
        self._say(f"The whole demonstration took {time.monotonic() - started:.0f} s.")
        if outcome.comparison.lost_pages:
            raise CommandError(f"{outcome.comparison.lost_pages} pages are not accounted for", returncode=1)
        if options["serve"]:
            self._serve(options["port"], request.workers)

    def _serve(self, port: int, workers: int) -> None:
        password = secrets.token_urlsafe(9)
        create_member(email=LOCAL_EMAIL, password=password, school=SCHOOL, name="Teacher", role=Role.OWNER)
        serve(
            host="127.0.0.1",
            port=port,
            workers=workers,
            on_ready=lambda address: self._say(
                f"\nThe portal shows this class at {address}\n"
                f"Log in as {LOCAL_EMAIL} with the password {password}  (Ctrl-C ends it)"
            ),
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _request(options: dict[str, Any]) -> DemoRequest:
    if not FEWEST_STUDENTS <= options["students"] <= MOST_STUDENTS:
        raise UserError(f"--students must be from {FEWEST_STUDENTS} to {MOST_STUDENTS}.")
    if options["workers"] < 1:
        raise UserError("--workers must be 1 or more.")
    if options["seed"] < 0:
        raise UserError("--seed must be 0 or more.")
    struck_out = options["struck_out"]
    if struck_out is not None and not 0 <= struck_out <= 1:
        raise UserError("--struck-out must be from 0 to 1.")
    return DemoRequest(options["out"], options["students"], options["seed"], options["workers"], struck_out)


def outcome_text(outcome: DemoOutcome) -> str:
    """The summary for people."""
    summary, found = outcome.summary, outcome.comparison
    pages, answers = summary.pages, summary.answers
    reports = (*summary.student_reports[:1], summary.class_report)
    parts = {
        "used": pages.used, "duplicate": pages.duplicate, "blank": pages.blank, "foreign": pages.foreign,
        "unreadable": pages.unreadable, "for a person": pages.needs_review,
    }  # fmt: skip
    fate = " + ".join(f"{name} {count}" for name, count in parts.items())
    accounted = f"{found.lost_pages} lost" if found.lost_pages else "all accounted for"
    decided = f"marked by the machine {answers.auto} + found empty {answers.blank}"
    lines = (
        "",
        f"Pages in {pages.pages_in} = {fate}: {accounted}",
        f"Answers {answers.total} = {decided} + left for people {answers.review}",
        _kinds(found),
        _mistakes(found),
        f"Sheets without a student {summary.unidentified}, given to the wrong one {len(found.strangers)}",
        f"Speed {summary.pages_a_minute:.0f} pages a minute ({summary.seconds:.1f} s from files to marks)",
        f"Reports {', '.join(str(path) for path in reports)}",
    )
    return "\n".join(lines)


def _kinds(found: Comparison) -> str:
    shares = (f"{kind} {tally.coverage:.0%}" for kind, tally in found.kinds.items())
    return "Decided by the machine: " + ", ".join(shares)


def _mistakes(found: Comparison) -> str:
    """How many marks are wrong, and which."""
    mistakes = found.mistakes
    head = f"Wrong against what was really written: {len(mistakes)} of {found.decided}"
    lines = [
        f"  sheet {m.sheet} question {m.question}: wrote {m.written!r}, read {m.read!r}, "
        f"got {m.given} instead of {m.deserved}"
        for m in mistakes[:SHOWN_MISTAKES]
    ]
    return "\n".join((head, *lines))
