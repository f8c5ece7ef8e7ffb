"""`manage.py watch`: takes in whatever a scanner drops into a folder."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from grading.core.commands import Command as BaseCommand
from grading.core.errors import UserError
from grading.scans.dropfolder import DropFolder

POLL_SECONDS = 1.0


class Command(BaseCommand):
    """Watches a folder until it is stopped."""

    help = (
        "Take in whatever a scanner drops into DIR: files in DIR/EXAM/ for the exam of that id, files in DIR "
        "itself for the one open exam. What was taken in is moved to DIR/taken-in/, the rest to DIR/refused/ "
        "with the reason. Pages are processed by the workers of `up` or of Celery. Ctrl-C ends it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The folder; ``--once`` is for schedulers."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that the scanner writes to")
        parser.add_argument(
            "--once", action="store_true", help="take in what is there and end instead of waiting for more"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Look into the folder once a second."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise UserError(
                f"{folder}: no such folder.", "Make it, or name the one that the scanner writes to."
            )
        watched = DropFolder(folder)
        started = time.monotonic()
        while True:
            for arrival in watched.look():
                self.stdout.write(f"{arrival.path}: {arrival.reason or 'taken in'}")
            if options["once"] and time.monotonic() - started > 2 * watched.quiet_seconds:
                return
            time.sleep(POLL_SECONDS)
