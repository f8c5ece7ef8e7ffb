"""A supervisor whose workers cannot start says so instead of starting them for ever."""

from __future__ import annotations

import subprocess
import sys
import time
from unittest.mock import patch

import pytest

from grading.core.supervisor import Child, Supervisor, WorkersFail

pytestmark = pytest.mark.django_db


def ended(code: str) -> Child:
    process = subprocess.Popen([sys.executable, "-c", code])
    process.wait()
    return Child("probe", process, started=time.monotonic())


def test_workers_that_end_as_soon_as_they_start_are_given_up() -> None:
    failing = patch.object(Supervisor, "_start", lambda self: ended("raise SystemExit(1)"))
    with failing, Supervisor(1) as supervisor, pytest.raises(WorkersFail, match="worker --traceback"):
        tend_often(supervisor)


def test_workers_that_somebody_kills_are_replaced_for_ever() -> None:
    killed = patch.object(Supervisor, "_start", lambda self: ended("import os; os.kill(os.getpid(), 9)"))
    with killed, Supervisor(1) as supervisor:
        tend_often(supervisor)
        assert len(supervisor.pids) == 1


def tend_often(supervisor: Supervisor) -> None:
    for _ in range(8):
        supervisor.tend()
