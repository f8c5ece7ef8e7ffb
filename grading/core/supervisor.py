"""Worker processes of the embedded service: started, watched, replaced when they die."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import close_old_connections

from grading.core.jobs import sweep, worker_name
from grading.core.stages import load_handlers

log = logging.getLogger(__name__)

TICK_SECONDS = 0.2
STOP_SECONDS = 20.0
EARLY_DEATH_SECONDS = 5.0
MOST_EARLY_DEATHS = 5


class WorkersFail(Exception):
    """Workers end as soon as they start, so that nothing would ever be done."""


@dataclass(slots=True)
class Child:
    """One worker process."""

    name: str
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)


class Supervisor:
    """Keeps `workers` processes of `manage.py worker` alive and takes back what dead ones held.

    Real processes: a page that crashes its worker, exhausts memory or is killed harms nothing else.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._children: list[Child] = []
        self._early_deaths = 0
        self._swept = 0.0

    def __enter__(self) -> Self:
        load_handlers()
        self._children = [self._start() for _ in range(self._workers)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pids(self) -> list[int]:
        """The process numbers of the present workers."""
        return [child.process.pid for child in self._children]

    def tend(self) -> None:
        """Replace dead workers and take back lost jobs; call it a few times a second."""
        close_old_connections()
        for place, child in enumerate(self._children):
            if child.process.poll() is not None:
                self._bury(child)
                self._children[place] = self._start()
        if time.monotonic() - self._swept > settings.JOB_SWEEP_SECONDS:
            self._swept = time.monotonic()
            self._end_stuck(sweep())

    def stop(self) -> None:
        """Ask the workers to end, wait for the job in their hands, take back what is left."""
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            sweep(child.name)
        self._children = []

    def _start(self) -> Child:
        name = worker_name()
        arguments = ["worker", "--name", name, "--parent", str(os.getpid()), "--share", str(self._workers)]
        paths = [str(settings.BASE_DIR), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        # A session of its own: Ctrl-C reaches the supervisor, which then ends its workers in order.
        command = [sys.executable, "-m", "django", *arguments]
        process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  (our own)
        return Child(name, process)

    def _bury(self, child: Child) -> None:
        code = child.process.returncode
        log.warning("worker %s ended with code %s", child.name, code)
        early = time.monotonic() - child.started < EARLY_DEATH_SECONDS
        # A death over a page is the page's fault and counted there; a kill from outside is nobody's.
        innocent = bool(sweep(child.name)) or code in {-signal.SIGKILL, -signal.SIGTERM}
        self._early_deaths = self._early_deaths + 1 if early and not innocent else 0
        if self._early_deaths >= MOST_EARLY_DEATHS:
            raise WorkersFail(
                "Workers end as soon as they start; run `manage.py worker --traceback` to see why."
            )

    def _end_stuck(self, losers: list[str]) -> None:
        """A worker that lost its lease while it lives hangs so hard that not even its heartbeat runs."""
        for child in self._children:
            if child.name in losers:
                log.warning("worker %s hangs and is replaced", child.name)
                child.process.kill()
