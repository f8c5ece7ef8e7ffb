"""The jobs of this app, as workers find them."""

from __future__ import annotations

from grading.core.models import Job, Stage
from grading.core.stages import handler, on_quarantine
from grading.core.work import Batch, attempt
from grading.scans import paging, splitting, uploads

PAGES_A_BATCH = 8


@handler(Stage.SPLIT)
def split(batch: Batch) -> None:
    """Take files apart into pages."""
    for job in batch:
        with attempt(job):
            splitting.split_file(job)
    uploads.sweep()


@handler(Stage.PAGE, batch=PAGES_A_BATCH)
def find(batch: Batch) -> None:
    """Find out what each page is and cut its boxes."""
    paging.process_pages(batch)


@on_quarantine(Stage.SPLIT)
@on_quarantine(Stage.PAGE)
@on_quarantine(Stage.RECOGNIZE)
def give_up(job: Job) -> None:
    """A page or file that no worker can handle is shown as unreadable, with the reason."""
    paging.give_up(job)
