"""The jobs of this app, as workers find them."""

from __future__ import annotations

from functools import partial

from grading.core.models import Job, Stage
from grading.core.stages import handler, on_quarantine
from grading.core.work import Batch, attempt, completing
from grading.marking import recognizing, replay_reading, services

PAGES_A_BATCH = 8


@handler(Stage.RECOGNIZE, batch=PAGES_A_BATCH)
def read(batch: Batch) -> None:
    """Read the boxes of pages."""
    recognizing.recognize_pages(batch)


@handler(Stage.MARK)
def mark(batch: Batch) -> None:
    """Derive the identities and marks of exams."""
    for job in batch:
        with attempt(job):
            services.mark_exam(exam_id=job.subject_id, within=partial(completing, job))


@handler(Stage.REREAD, batch=PAGES_A_BATCH)
def read_again(batch: Batch) -> None:
    """Read the boxes of pages beside what counts, for a comparison."""
    replay_reading.read_pages_again(batch)


@on_quarantine(Stage.REREAD)
def compare_without_it(job: Job) -> None:
    """A page that cannot be read again does not keep the others from being compared."""
    if job.exam_id is not None:
        replay_reading.compare_when_read(job.exam_id)


@handler(Stage.COMPARE)
def compare(batch: Batch) -> None:
    """Compare the readings of trials with those that count."""
    for job in batch:
        with attempt(job):
            replay_reading.compare(job)
