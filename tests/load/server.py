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

from tests.load.database import Facts, copy_of_large_exam

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Service:
    """Where the portal is, and who is logged in; ``facts`` are those that the seed printed."""

    address: str
    facts: dict[str, Any]


@contextmanager
def service(home: Path, *, sheets: int, reviewers: int, workers: int) -> Iterator[Service]:
    """Serve the large exam until the end of the block, with as many processes as `docker/Dockerfile` says."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grading.settings",
        "PYTHONPATH": str(ROOT),
        "INKGRADE_HOME": str(home),
        "SECRET_KEY": "the sessions of the kept database are signed with it; it guards nothing else",
    }

    def fill(url: str) -> Facts:
        there = environment | {"DATABASE_URL": url}
        run(there, "manage.py", "migrate", "--verbosity=0")
        told = run(there, "-m", "tests.load.seed", f"--sheets={sheets}", f"--reviewers={reviewers}")
        facts: Facts = json.loads(told.splitlines()[-1])
        return facts

    with copy_of_large_exam(sheets=sheets, reviewers=reviewers, fill=fill) as (url, facts):
        here = environment | {"DATABASE_URL": url}
        run(here, "manage.py", "migrate", "--verbosity=0")  # the kept one may be older
        run(here, "-m", "tests.load.images", str(home / "media"))
        with served(here, workers) as address:
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
        "--max-requests=2000",
        "--max-requests-jitter=200",
        "--log-level=warning",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "tests.load.wsgi:application", *options], cwd=ROOT, env=environment
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
