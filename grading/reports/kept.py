"""What is computed of a whole exam, kept until its answers change, or a minute where it takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Max
from django.utils import timezone
from pydantic import TypeAdapter

from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking.models import Cutoffs
from grading.reports.models import Analysis, Comparison

SHAPE = 2
"""Goes up when what is kept holds something else: what was kept before is then computed anew."""
QUICK = 0.02
"""Seconds of processor time: what took less is always of now, however busy the machine; what took longer
may be as old as PATIENCE."""
PATIENCE = timedelta(seconds=60)

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Found]):
    """What was found, with the moment whose answers it shows; ``old``: answers have changed since."""

    found: Found
    at: datetime
    old: bool


def stamp(exam: Exam) -> str:
    """What the answers depend on: when they were derived, and the newest event of the exam.

    Every decision, key and identity that changes an answer writes an event in its own transaction.
    """
    marked = Cutoffs.objects.filter(exam=exam).values_list("marked_at", flat=True).first()
    newest = AuditEvent.objects.filter(exam_id=exam.pk).aggregate(pk=Max("pk"))["pk"]
    return f"{SHAPE}/{marked.isoformat() if marked else ''}/{newest or 0}"


def will_do(row: Analysis | Comparison) -> bool:
    """Whether what took so long to compute, and was made then, is shown although answers have changed."""
    readable = row.stamp.startswith(f"{SHAPE}/")
    return readable and row.seconds > QUICK and timezone.now() - row.made_at < PATIENCE


def recent(
    rows: type[Analysis | Comparison],
    exam: Exam,
    plain: TypeAdapter[Found],
    make: Callable[[], Found],
    beside: Callable[[Found], dict[str, Any]] = lambda _: {},
    *,
    patient: bool = True,
) -> Kept[Found]:
    """What ``rows`` hold of the exam, or what ``make`` finds now, kept there with the columns ``beside`` it.

    ``patient``: may be a minute old where it takes long and answers just changed.
    """
    now = stamp(exam)
    row = rows._default_manager.filter(exam=exam).first()
    if row and (row.stamp == now or (patient and will_do(row))):
        return Kept(plain.validate_python(row.data), row.made_at, old=row.stamp != now)
    begun, at = time.thread_time(), timezone.now()
    found = make()
    data, seconds = plain.dump_python(found, mode="json"), time.thread_time() - begun
    values = {"stamp": now, "data": data, "seconds": seconds, "made_at": at, **beside(found)}
    rows._default_manager.update_or_create(exam=exam, defaults=values)
    return Kept(found, at, old=False)
