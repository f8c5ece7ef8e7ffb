"""A thread that keeps a batch's leases alive, and ends a process that hangs."""

from __future__ import annotations

import logging
import os
import signal
import time
from threading import Event, Thread
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connections

from grading.core.jobs import renew

log = logging.getLogger(__name__)


class Heartbeat:
    """Renews the leases of one claim every third of their length, as long as the batch is within its limit.

    After the limit it ends the process: a native library that hangs cannot be interrupted in any other way,
    and the supervisor (or Celery's pool) starts a new worker.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._over = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)
        self._deadline = time.monotonic() + 1.5 * settings.JOB_LIMIT_SECONDS

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(settings.JOB_LEASE_SECONDS / 3):
                self._renew()
        finally:
            connections.close_all()

    def _renew(self) -> None:
        if time.monotonic() > self._deadline:
            log.error("the batch %s hangs; ending this worker", self._owner)
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            renew(self._owner)
        except DatabaseError as error:
            log.warning("the lease of %s was not renewed: %s", self._owner, error)
            connections.close_all()
