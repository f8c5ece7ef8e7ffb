"""Workers of the distributed service: `celery -A grading worker -Q ingest,recognize,report`.

Celery is only the doorbell: a message says "look at queue X". The work itself is claimed from the job table;
a message lost, doubled or late changes nothing. GPU workers: `-Q recognize -P solo`, one process a GPU.
"""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from threading import Thread
from typing import Any

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_ready
from celery.worker import state

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(seconds=2)

app = Celery("grading", broker=settings.REDIS_URL)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_soft_time_limit=settings.JOB_LIMIT_SECONDS,
    task_time_limit=int(1.5 * settings.JOB_LIMIT_SECONDS),
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    broker_transport_options={"visibility_timeout": 900, "socket_connect_timeout": 2, "socket_timeout": 10},
)


def _stopping() -> bool:
    return state.should_stop not in {None, False}


@app.task(name="grading.serve")
def serve(queue: str) -> None:
    """Claim one batch of a queue and work on it; ring before, so that idle workers share the load."""
    from grading.core.doorbell import ring
    from grading.core.jobs import worker_name
    from grading.core.models import Stage
    from grading.core.stages import HANDLERS, QUEUES, load_handlers
    from grading.core.work import INTERRUPTS, run_batch
    from grading.core.worker import claim_next, due_stages

    load_handlers()
    if SoftTimeLimitExceeded not in INTERRUPTS:
        INTERRUPTS.append(SoftTimeLimitExceeded)
    jobs = claim_next(worker_name(), lambda: [stage for stage in due_stages() if stage in QUEUES[queue]])
    if jobs:
        ring(queue)
        run_batch(HANDLERS[Stage(jobs[0].stage)], jobs, _stopping)


@worker_ready.connect
def start_sweeper(**_: Any) -> None:
    """Every worker sweeps, so that no single process has to be alive for lost jobs to be found."""
    Thread(target=_sweep_forever, name="sweeper", daemon=True).start()


def _sweep_forever() -> None:
    from grading.core.stages import load_handlers

    load_handlers()
    while not _stopping():
        time.sleep(settings.JOB_SWEEP_SECONDS)
        try:
            sweep_and_ring()
        except DatabaseError as error:
            log.warning("the sweeper could not reach the database: %s", error)
        finally:
            # The pool forks from this process: no connection may be open while nobody is looking.
            connections.close_all()


def sweep_and_ring() -> None:
    """Take back expired leases, and ring again for jobs that wait because a bell was lost."""
    from grading.core.doorbell import ring
    from grading.core.jobs import sweep
    from grading.core.stages import queue_of
    from grading.core.worker import due_stages

    sweep()
    for queue in {queue_of(stage) for stage in due_stages(timezone.now() - FORGOTTEN_AFTER)}:
        ring(queue)
