"""Which function does the work of which stage.

An app registers its work in `grading/<app>/handlers.py`, which only workers and sweepers import:

    @handler(Stage.PAGE, batch=16)
    def find_pages(jobs: Batch) -> None:
        for job in jobs:
            with attempt(job):                     # a failure is this job's alone
                result = look_at(job.subject_id)   # slow, outside any transaction
                with completing(job):              # the result and the completion in one transaction,
                    save(result)                   # rolled back if the lease was lost meanwhile
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.module_loading import autodiscover_modules

from grading.core.models import Job, Stage

if TYPE_CHECKING:
    from grading.core.work import Batch

# A page is finished before a new one is begun.
FINISHING_FIRST = (
    *(Stage.MARK, Stage.RECOGNIZE, Stage.PAGE, Stage.SPLIT),
    *(Stage.REPORT, Stage.ARCHIVE, Stage.COMPARE, Stage.REREAD),
)
QUEUES: dict[str, tuple[Stage, ...]] = {
    "ingest": (Stage.MARK, Stage.PAGE, Stage.SPLIT, Stage.COMPARE),
    "recognize": (Stage.RECOGNIZE, Stage.REREAD),
    "report": (Stage.REPORT, Stage.ARCHIVE),
}

Work = Callable[["Batch"], None]
Hook = Callable[[Job], None]
W = TypeVar("W", bound=Work)
H = TypeVar("H", bound=Hook)


@dataclass(frozen=True, slots=True)
class Handler:
    """The work of a stage, given up to `batch` jobs at once."""

    stage: Stage
    work: Work
    batch: int


HANDLERS: dict[Stage, Handler] = {}
QUARANTINE_HOOKS: dict[Stage, list[Hook]] = {}


def handler(stage: Stage, *, batch: int = 1) -> Callable[[W], W]:
    """Register a function as the work of `stage`; a stage has one."""

    def register(work: W) -> W:
        known = HANDLERS.get(stage)
        if known is not None and known.work is not work:
            raise ValueError(f"The stage {stage.value} has two handlers: {known.work} and {work}.")
        HANDLERS[stage] = Handler(stage, work, batch)
        return work

    return register


def on_quarantine(stage: Stage) -> Callable[[H], H]:
    """Register a function that is told of every job of `stage` that is given up, in the same transaction."""

    def register(hook: H) -> H:
        QUARANTINE_HOOKS.setdefault(stage, []).append(hook)
        return hook

    return register


def load_handlers() -> None:
    """Import every app's `handlers` module."""
    autodiscover_modules("handlers")


def queue_of(stage: Stage | str) -> str:
    """The Celery queue of a stage."""
    return next(name for name, stages in QUEUES.items() if stage in stages)


def in_order(stages: Iterable[Stage | str]) -> list[Stage]:
    """The stages that have a handler, those that finish pages first."""
    wanted = set(stages)
    return [stage for stage in FINISHING_FIRST if stage in wanted and stage in HANDLERS]
