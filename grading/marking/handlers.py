"""The jobs of this app, as workers find them."""

from __future__ import annotations

from functools import partial

from grading.core.models import Stage
from grading.core.stages import handler
from grading.core.work import Batch, attempt, completing
from grading.marking import recognizing, services

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
