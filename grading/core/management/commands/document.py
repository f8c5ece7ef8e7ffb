"""`manage.py document`: writes the generated pages of docs/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from grading.core import commands
from grading.core.documentation import pages


class Command(commands.Command):
    help = "Writes docs/settings.md and docs/commands.md from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        folder = Path(settings.BASE_DIR) / "docs"
        parser.add_argument("--out", type=Path, default=folder, help="folder to write to (default: docs)")

    def handle(self, *args: Any, **options: Any) -> None:
        options["out"].mkdir(parents=True, exist_ok=True)
        for path, text in pages().items():
            (options["out"] / path).write_text(text, encoding="utf-8")
            self.stdout.write(f"{options['out'] / path}")
