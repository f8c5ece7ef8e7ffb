"""Work that behaves as its subject says."""

from __future__ import annotations

import os
import signal
import time

from grading.core.models import Job, Stage
from grading.core.stages import handler, on_quarantine
from grading.core.work import Batch, attempt, completing
from tests.probe.models import Loss, Result
from tests.probe.subjects import CRASHES, FIRST_SLOW, HANGS, OUT_OF_MEMORY


@handler(Stage.PAGE, batch=8)
def work(jobs: Batch) -> None:
    for job in jobs:
        with attempt(job):
            misbehave(job.subject_id)
            time.sleep(0.5 if job.subject_id >= FIRST_SLOW else 0.005)
            with completing(job, model_version="probe"):
                Result.objects.create(subject_id=job.subject_id, worker=job.owner)


def misbehave(subject_id: int) -> None:
    if subject_id == CRASHES:
        os.kill(os.getpid(), signal.SIGKILL)
    if subject_id == HANGS:
        time.sleep(600)
    if subject_id == OUT_OF_MEMORY:
        raise MemoryError


@on_quarantine(Stage.PAGE)
def tell(job: Job) -> None:
    Loss.objects.create(subject_id=job.subject_id, reason=job.reason)
