"""Celery as the doorbell, with a real broker: nothing is lost with a worker or with the broker's memory."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grading.core.models import Job
from tests.conftest import ROOT
from tests.probe.subjects import CRASHES, FIRST_GOOD

pytestmark = [pytest.mark.redis, pytest.mark.pg]


@pytest.fixture
def environment(postgres_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    own = {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "INKGRADE_HOME": str(tmp_path),
        "INKGRADE_LEASE_SECONDS": "3",
        "INKGRADE_SWEEP_SECONDS": "1",
        "INKGRADE_RETRY_SECONDS": "0",
        "DJANGO_SETTINGS_MODULE": "tests.probe.settings",
        "PYTHONPATH": str(ROOT),
    }
    made = os.environ | own
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--run-syncdb", "--verbosity=0"]
    subprocess.run(command, env=made, check=True, capture_output=True)
    return made


@pytest.fixture
def celery(environment: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "grading", "worker", "-Q", "ingest", "-c", "2"]
        process = subprocess.Popen(
            command,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def enqueue(environment: dict[str, str], *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "probe", "--workers=0", *map(str, args)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def report(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, _ = process.communicate(timeout=60)
    loaded: dict[str, Any] = json.loads(output)
    return loaded


def wait_for_results(database: str, count: int) -> None:
    import psycopg2

    deadline = time.monotonic() + 30
    with contextlib.closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM probe_result")
            if cursor.fetchone()[0] >= count:
                return
            connection.rollback()
            time.sleep(0.05)
    pytest.fail(f"no {count} results in 30 s")


Start = Callable[[], "subprocess.Popen[bytes]"]


def test_celery_workers_do_every_job_once_and_give_up_the_bad_one(
    environment: dict[str, str], celery: Start
) -> None:
    celery()
    outcome = report(enqueue(environment, "--jobs=100", "--bad", CRASHES))
    assert outcome["results"] == list(range(FIRST_GOOD, FIRST_GOOD + 100))
    assert outcome["states"].pop(str(CRASHES)) == Job.State.QUARANTINED
    assert set(outcome["states"].values()) == {Job.State.DONE}


@pytest.mark.fault
def test_jobs_whose_bell_was_lost_with_a_killed_worker_are_found_again(
    environment: dict[str, str], celery: Start, redis_url: str
) -> None:
    import redis

    first = celery()
    waiting = enqueue(environment, "--jobs=600")
    wait_for_results(environment["DATABASE_URL"], 30)
    os.killpg(first.pid, signal.SIGKILL)
    redis.Redis.from_url(redis_url).flushdb()
    celery()
    outcome = report(waiting)
    assert outcome["results"] == list(range(FIRST_GOOD, FIRST_GOOD + 600))


@pytest.mark.fault
def test_work_is_accepted_while_redis_is_away(environment: dict[str, str]) -> None:
    away = environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    command = "from grading.core.jobs import enqueue; enqueue('page', [1]); print('accepted')"
    run = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-c", command],
        env=away,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "accepted" in run.stdout
    assert "Redis does not answer" in run.stderr
