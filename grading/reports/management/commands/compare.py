"""`manage.py compare`: results of `grade` against the truth about simulated scans."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from grading.core.commands import Command as BaseCommand
from grading.exams.examfile import load_exam
from grading.reports.truth import Comparison, compare


class Command(BaseCommand):
    """Measures the machine on a class whose answers are known."""

    help = (
        "Hold the results of `grade` against the truth.json that `python -m recognition.paper` wrote with "
        "the scans: per kind of question, how many answers the machine decided, and how many of them wrongly."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The exam, the results and the truth."""
        parser.add_argument("exam", type=Path, metavar="EXAM.yaml", help="the exam file")
        parser.add_argument("results", type=Path, metavar="DIR", help="the folder that `grade` wrote")
        parser.add_argument("truth", type=Path, metavar="TRUTH.json", help="what was really written")

    def handle(self, *_args: object, **options: Any) -> None:
        """Compare and print."""
        self.stdout.write(text(compare(load_exam(options["exam"]), options["results"], options["truth"])))


def text(found: Comparison) -> str:
    """A line a kind, then every mistake."""
    lines = [f"{'kind':8} {'answers':>8} {'decided':>8} {'share':>7} {'wrong':>6}"]
    lines += [
        f"{kind:8} {t.answers:8} {t.decided:8} {t.coverage:7.1%} {len(t.mistakes):6}"
        for kind, t in found.kinds.items()
    ]
    lines += [
        f"sheet {m.sheet} question {m.question}: wrote {m.written!r}, read {m.read!r}, "
        f"got {m.given} instead of {m.deserved}"
        for m in found.mistakes
    ]
    lines.append(f"wrong students: {', '.join(found.strangers) or 'none'}; pages lost: {found.lost_pages}")
    return "\n".join(lines)
