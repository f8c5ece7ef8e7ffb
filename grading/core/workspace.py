"""A database and files for one command alone: made for it, removed after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from django.conf import settings

MARK = "INKGRADE_WORKSPACE"
SHARED = ("DATABASE_URL", "REDIS_URL", "INKGRADE_STORAGE_URL")
"""Settings that lead to the service's own data; a workspace knows none of them."""


def in_workspace() -> bool:
    """Whether this process works in a workspace already."""
    return bool(os.environ.get(MARK))


def run_in_workspace(arguments: Sequence[str]) -> int:
    """Run a management command in a fresh workspace; its exit code. A request to stop reaches the command."""
    with tempfile.TemporaryDirectory(prefix="inkgrade-") as home:
        environment = {name: value for name, value in os.environ.items() if name not in SHARED}
        paths = [str(settings.BASE_DIR), *filter(None, [environment.get("PYTHONPATH")])]
        environment |= {MARK: "1", "INKGRADE_HOME": home, "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "django", *arguments]
        process = subprocess.Popen(command, env=environment)  # noqa: S603  (our own)
        before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            return _waited(process)
        finally:
            signal.signal(signal.SIGTERM, before)


def end_on_request() -> None:
    """Let SIGTERM end the command as Ctrl-C does, so that it tidies up behind itself."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _waited(process: subprocess.Popen[bytes]) -> int:
    """The exit code; Ctrl-C has reached the command as well, which ends by itself."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
