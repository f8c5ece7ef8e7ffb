"""Doing the work of a claimed batch: every job ends completed, failed or handed back, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import overload

from django.db import InterfaceError, OperationalError, transaction

from grading.core import jobs as queue
from grading.core.errors import UserError
from grading.core.heartbeat import Heartbeat
from grading.core.models import Job
from grading.core.stages import Handler

log = logging.getLogger(__name__)


class TimeUp(Exception):
    """The batch took longer than it may."""


# What ends a whole batch instead of one job; Celery's own time limit joins in grading.celery.
INTERRUPTS: list[type[Exception]] = [TimeUp]


class Batch(Sequence[Job]):
    """The jobs of one claim. Going through them ends early when the worker is asked to stop."""

    def __init__(self, jobs: Sequence[Job], stopping: Callable[[], bool] = lambda: False) -> None:
        self._jobs = tuple(jobs)
        self.stopping = stopping

    def __len__(self) -> int:
        return len(self._jobs)

    @overload
    def __getitem__(self, index: int) -> Job: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Job, ...]: ...

    def __getitem__(self, index: int | slice) -> Job | tuple[Job, ...]:
        return self._jobs[index]

    def __iter__(self) -> Iterator[Job]:
        for job in self._jobs:
            if self.stopping():
                return
            yield job


def describe(error: BaseException) -> str:
    """An error as the reason that a teacher reads."""
    if isinstance(error, MemoryError):
        return "needs more memory than there is"
    if isinstance(error, tuple(INTERRUPTS)):
        return "takes too long"
    if isinstance(error, UserError):
        return str(error)
    return f"{type(error).__name__}: {error}"


@contextmanager
def attempt(job: Job) -> Iterator[None]:
    """The work on one job: what goes wrong inside is recorded as this job's failure and goes no further.

    A lost lease is no failure, a broken database nobody's in particular, and bad input is not tried again.
    """
    try:
        yield
    except queue.StaleJob as lost:
        log.info("%s", lost)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("%s failed: %s", job, describe(error), exc_info=not isinstance(error, UserError))
        queue.fail(job, describe(error), retry=not isinstance(error, UserError))
        if isinstance(error, tuple(INTERRUPTS)):
            raise


@contextmanager
def completing(job: Job, *, model_version: str = "") -> Iterator[None]:
    """A transaction that completes the job and keeps what the body writes, or neither.

    The completion comes first: its row lock makes a second worker wait, and StaleJob ends a late one
    before it writes anything.
    """
    with transaction.atomic():
        queue.complete(job, model_version=model_version)
        yield


def run_batch(handler: Handler, jobs: Sequence[Job], stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a stage's handler on claimed jobs and settle what it leaves behind."""
    batch = Batch(jobs, stopping)
    failure: Exception | None = None
    with Heartbeat(jobs[0].owner):
        try:
            handler.work(batch)
        except Exception as error:
            log.exception("%s stopped with %d jobs", handler.stage.label, len(batch))
            failure = error
    _settle(batch, failure)
    if isinstance(failure, (OperationalError, InterfaceError)):
        raise failure


def _settle(batch: Batch, failure: Exception | None) -> None:
    """Jobs still held: not the fault of those when the batch was interrupted, else failed with the reason."""
    interrupted = batch.stopping() or isinstance(failure, tuple(INTERRUPTS))
    for job in batch[:]:
        if not queue.held(job).exists():
            continue
        if interrupted:
            queue.release(job)
        else:
            queue.fail(job, describe(failure) if failure else "was left unfinished")
