"""A real server of the distributed kind: PostgreSQL, gunicorn, a large exam, on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services import new_postgres_database

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Service:
    """Where the portal is, and who is logged in; ``facts`` are those that the seed printed."""

    address: str
    facts: dict[str, Any]


@contextmanager
def service(home: Path, *, sheets: int, reviewers: int, workers: int) -> Iterator[Service]:
    """Seed a database and serve it until the end of the block."""
    with new_postgres_database() as url:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "grading.settings",
            "PYTHONPATH": str(ROOT),
            "INKGRADE_HOME": str(home),
            "DATABASE_URL": url,
        }
        run(environment, "manage.py", "migrate", "--verbosity=0")
        told = run(environment, "-m", "tests.load.seed", f"--sheets={sheets}", f"--reviewers={reviewers}")
        facts = json.loads(told.splitlines()[-1])
        with served(environment, workers) as address:
            yield Service(address, facts)


def run(environment: dict[str, str], *arguments: str) -> str:
    """What a command of the project prints; raises when it fails."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@contextmanager
def served(environment: dict[str, str], workers: int) -> Iterator[str]:
    """The address of a gunicorn that answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = (
        f"--bind=127.0.0.1:{port}",
        f"--workers={workers}",
        "--threads=4",
        "--keep-alive=90",
        "--preload",
        "--log-level=warning",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "grading.wsgi:application", *options], cwd=ROOT, env=environment
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str, seconds: float = 120) -> None:
    """Return when ``url`` answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
