"""The loop of an embedded worker: claim a batch, work on it, look again."""

from __future__ import annotations

import logging
import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from grading.core.jobs import claim, worker_name
from grading.core.models import Job, Stage
from grading.core.stages import HANDLERS, Handler, in_order
from grading.core.states import State
from grading.core.work import TimeUp, run_batch

log = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.5


def due_stages(by: datetime | None = None) -> list[Stage]:
    """Stages with a job due now (or `by` a time), those that finish pages first; takes no write lock."""
    due = Job.objects.filter(state=State.QUEUED, due_at__lte=by or timezone.now())
    return in_order(due.order_by().values_list("stage", flat=True).distinct())


def claim_next(worker: str, stages: Callable[[], list[Stage]] = due_stages, *, share: int = 1) -> list[Job]:
    """The next batch for a worker that shares the queue with `share - 1` others; [] when nothing is due.

    A batch is never more than the worker's share of what waits, so that the last pages end at the same time.
    """
    for stage in stages():
        waiting = Job.objects.filter(stage=stage, state=State.QUEUED).count()
        jobs = claim(stage, worker, min(HANDLERS[stage].batch, max(1, math.ceil(waiting / share))))
        if jobs:
            return jobs
    return []


class Worker:
    """One process that works until it is asked to stop (SIGTERM) or its parent is gone."""

    def __init__(self, *, name: str = "", parent: int = 0, share: int = 1) -> None:
        self.name = name or worker_name()
        self._parent = parent
        self._share = share
        self._stopping = False

    def stop(self, *_: object) -> None:
        """Finish the job in hand, hand back the others, end."""
        self._stopping = True

    def stopping(self) -> bool:
        """Whether to end; also when the supervisor was killed, which nobody could tell this process."""
        return self._stopping or bool(self._parent and os.getppid() != self._parent)

    def run(self) -> None:
        """Work until asked to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        pause = SHORTEST_PAUSE
        while not self.stopping():
            if self._work_once():
                pause = SHORTEST_PAUSE
            else:
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _work_once(self) -> bool:
        try:
            jobs = claim_next(self.name, share=self._share)
            if jobs:
                self._work(HANDLERS[Stage(jobs[0].stage)], jobs)
        except (OperationalError, InterfaceError) as error:
            # A database that restarts comes back; the leases of this batch expire or are taken back.
            log.warning("the database does not answer: %s", error)
            connections.close_all()
            return False
        return bool(jobs)

    def _work(self, handler: Handler, jobs: list[Job]) -> None:
        with time_limit(settings.JOB_LIMIT_SECONDS):
            run_batch(handler, jobs, self.stopping)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the body after `seconds`; only in a main thread."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
