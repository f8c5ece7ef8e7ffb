"""How far the work is: counts of the queue, and a bar on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from tqdm import tqdm

from grading.core.models import Job, Stage
from grading.core.states import State

Subjects = QuerySet[Any, int]
"""Keys of what jobs are about."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Jobs by what became of them."""

    queued: int = 0
    leased: int = 0
    done: int = 0
    quarantined: int = 0

    @property
    def open(self) -> int:
        """Jobs that still have to end."""
        return self.queued + self.leased

    @property
    def ended(self) -> int:
        return self.done + self.quarantined

    @property
    def total(self) -> int:
        return self.open + self.ended


def progress(
    *, exam_id: int | None = None, stage: Stage | None = None, subjects: Subjects | None = None
) -> Progress:
    """The present counts, of one exam, stage or of some subjects of a stage if given."""
    jobs = Job.objects.all()
    if exam_id is not None:
        jobs = jobs.filter(exam_id=exam_id)
    if stage is not None:
        jobs = jobs.filter(stage=stage)
    if subjects is not None:
        jobs = jobs.filter(subject_id__in=subjects)
    counts = dict(jobs.order_by().values_list("state").annotate(n=Count("*")))
    return Progress(**{state.value: counts.get(state.value, 0) for state in State})


@contextmanager
def progress_bar(label: str, *, total: int | None = None, unit: str = "page") -> Iterator[tqdm[Any]]:
    """A bar on a terminal, nothing at all in a pipe."""
    with tqdm(total=total, desc=label, unit=unit, disable=None, leave=False) as bar:
        yield bar


def moves(bar: tqdm[Any]) -> Callable[[str, Progress], None]:
    """A function that moves `bar` to the counts it is told, under the name of what is being done."""

    def show(what: str, now: Progress) -> None:
        bar.set_description(what, refresh=False)
        bar.total, bar.n = now.total, now.ended
        bar.refresh()

    return show
