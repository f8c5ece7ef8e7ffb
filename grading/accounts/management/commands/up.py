"""`manage.py up`: the whole service on one machine."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from grading.accounts.services import LOCAL_EMAIL, first_login
from grading.core import commands
from grading.core.serving import serve


class Command(commands.Command):
    help = (
        "Serves the portal with its worker processes, on SQLite and local files; nothing else has to be "
        "started. The first start makes the database and an account, and prints its password. Ctrl-C ends it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        cores = os.cpu_count() or 1
        parser.add_argument(
            "--workers", type=int, default=cores, help="worker processes (default: %(default)s)"
        )
        parser.add_argument(
            "--port", type=int, default=8000, help="port of the portal (default: %(default)s)"
        )
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen at (default: this machine only)"
        )
        parser.add_argument("--open", action="store_true", help="open the portal in the browser")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in _long_work(options["host"], options["port"], options["workers"]):
            self.stderr.write(line, str)  # no error, so not in its colour
        call_command("migrate", verbosity=0)
        password = first_login()
        serve(
            host=options["host"],
            port=options["port"],
            workers=options["workers"],
            on_ready=lambda address: self._greet(address, password, open_browser=options["open"]),
        )

    def _greet(self, address: str, password: str | None, *, open_browser: bool) -> None:
        self.stdout.write(f"Inkgrade is at {address} (Ctrl-C ends it)")
        if password:
            self.stdout.write(f"Log in as {LOCAL_EMAIL} with the password {password} (shown this once)")
        self.stdout.flush()
        if open_browser:
            webbrowser.open(address)


def _long_work(host: str, port: int, workers: int) -> Iterator[str]:
    """What a first start does while nothing can be seen of it, and the first one after an update."""
    executor = MigrationExecutor(connection)
    changes = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not changes:
        return
    database = f"{connection.display_name}, {connection.settings_dict['NAME']}"
    if executor.loader.applied_migrations:
        yield f"Database: bringing it up to date, {changes} changes ({database})"
    else:
        yield f"Database: making it ({database})"
        yield f"Keys and files: in {settings.INKGRADE_HOME}"
    yield f"Workers: starting {workers}"
    if port:
        yield f"Portal: will be at http://{host}:{port}/ in a moment"
