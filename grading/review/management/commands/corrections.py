"""`manage.py corrections`: what reviewers corrected, as a labelled set for `recognition train --from`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from grading.core.actor import MACHINE
from grading.core.commands import Command as BaseCommand
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.review.corrections import export_corrections


class Command(BaseCommand):
    """Exports corrected readings."""

    help = (
        "Write crops of numbers and short texts, with the texts that reviewers typed or confirmed, to DIR: a "
        "labelled set that `python -m recognition train --from WEIGHTS --data DIR` learns from. It holds "
        "handwriting of students, which is personal data even without names (and none are written): export "
        "it only where the students or their school agreed. The audit log says that it was done."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The exams and the folder."""
        parser.add_argument("exams", nargs="*", metavar="EXAM", help="ids of exams (default: all)")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")

    def handle(self, *_args: object, **options: Any) -> None:
        """Export and say how much there was."""
        exams = _exams(options["exams"])
        count = export_corrections(actor=MACHINE, exams=exams, out=options["out"])
        self.stdout.write(f"{count} crops of {len(exams)} exams: {options['out']}")


def _exams(codes: list[str]) -> list[Exam]:
    found = Exam.objects.order_by("pk")
    if not codes:
        return list(found)
    chosen = list(found.filter(code__in=codes))
    if unknown := sorted(set(codes) - {exam.code for exam in chosen}):
        raise UserError(f"There is no exam {unknown[0]}.", "Give the id that stands in its exam file.")
    return chosen
