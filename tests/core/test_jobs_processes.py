"""The queue under real faults: several worker processes, SIGKILL in the middle, both databases."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grading.core.models import Job
from tests import services
from tests.conftest import ROOT, Manage
from tests.probe.subjects import CRASHES, FIRST_GOOD, FIRST_SLOW, HANGS, OUT_OF_MEMORY

pytestmark = pytest.mark.fault


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/probe.sqlite3"
    else:
        with services.new_postgres_database() as url:
            yield url


def probe(manage: Manage, *args: object, **environment: str) -> dict[str, Any]:
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.probe.settings", "PYTHONPATH": str(ROOT)}
    made = manage("migrate", "--run-syncdb", "--verbosity=0", **environment)
    assert made.returncode == 0, made.stderr
    run = manage("probe", *args, timeout=60, **environment)
    assert run.returncode == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def test_every_job_is_done_once_although_workers_are_killed(manage: Manage, database: str) -> None:
    report = probe(manage, "--jobs=500", "--kills=8", "--workers=3", DATABASE_URL=database)
    assert report["killed"] == 8
    assert report["results"] == list(range(FIRST_GOOD, FIRST_GOOD + 500))
    assert set(report["states"].values()) == {Job.State.DONE}


def test_a_page_that_crashes_hangs_or_eats_memory_harms_no_neighbour(manage: Manage, tmp_path: Path) -> None:
    limits = {
        "INKGRADE_LEASE_SECONDS": "2",
        "INKGRADE_SWEEP_SECONDS": "1",
        "INKGRADE_JOB_LIMIT_SECONDS": "2",
        "INKGRADE_RETRY_SECONDS": "0",
    }
    report = probe(manage, "--jobs=20", "--bad", CRASHES, HANGS, OUT_OF_MEMORY, **limits)
    assert report["results"] == list(range(FIRST_GOOD, FIRST_GOOD + 20))
    assert report["losses"] == {
        str(CRASHES): "the worker died 3 times on this (finding pages); the file may be damaged or too large",
        str(HANGS): "takes too long",
        str(OUT_OF_MEMORY): "needs more memory than there is",
    }


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
        return connection.execute(query).fetchall()


def test_a_worker_told_to_end_finishes_the_job_in_hand_and_hands_back_the_rest(
    manage: Manage, tmp_path: Path
) -> None:
    database = tmp_path / "probe.sqlite3"
    own = {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "tests.probe.settings"}
    probe(manage, **own)
    slow = f"from grading.core.jobs import enqueue; enqueue('page', range({FIRST_SLOW}, {FIRST_SLOW + 8}))"
    assert manage("shell", "--no-imports", "-c", slow, PYTHONPATH=str(ROOT), **own).returncode == 0
    environment = os.environ | own | {"INKGRADE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "worker"], env=environment)
    deadline = time.monotonic() + 60
    while not rows(database, "SELECT id FROM probe_result") and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    states = dict(rows(database, "SELECT state, count(*) FROM core_job GROUP BY state"))
    assert sum(states.values()) == 8
    assert set(states) == {"done", "queued"}
    assert rows(database, "SELECT count(*) FROM probe_result") == [(states["done"],)]
    assert rows(database, "SELECT DISTINCT attempts FROM core_job WHERE state = 'queued'") == [(0,)]


@pytest.mark.pg
def test_the_promises_of_the_queue_hold_on_postgresql(postgres_url: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "tests/core/test_jobs.py"]
    environment = os.environ | {"DATABASE_URL": postgres_url}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
