"""The queue under real faults: several worker processes, SIGKILL in the middle, both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grading.core.models import Job
from tests import services
from tests.conftest import ROOT, Manage
from tests.probe.subjects import CRASHES, FIRST_GOOD, HANGS, OUT_OF_MEMORY

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


@pytest.mark.pg
def test_the_promises_of_the_queue_hold_on_postgresql(postgres_url: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "tests/core/test_jobs.py"]
    environment = os.environ | {"DATABASE_URL": postgres_url}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
