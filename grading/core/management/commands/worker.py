"""`manage.py worker`: one worker process of the embedded service."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from grading.core import commands
from grading.core.stages import load_handlers
from grading.core.worker import Worker


class Command(commands.Command):
    help = "Works on the queue until it is stopped. `up`, `grade` and `demo` start such processes themselves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name", default="", help="name in the job table (default: host, process, random)"
        )
        parser.add_argument(
            "--parent", type=int, default=0, help="end when this process is no longer the parent"
        )
        parser.add_argument("--share", type=int, default=1, help="number of workers that share the queue")

    def handle(self, *args: Any, **options: Any) -> None:
        load_handlers()
        Worker(name=options["name"], parent=options["parent"], share=options["share"]).run()
