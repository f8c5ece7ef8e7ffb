"""The work queue: a table of leased jobs, one row for every stage and subject.

The database is the queue of record, SQLite and PostgreSQL alike. Every change of state goes through
`grading.core.states.move`; every write of a worker is fenced by the owner token of its claim.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from grading.core.doorbell import ring_on_commit
from grading.core.models import Job, Stage
from grading.core.stages import QUARANTINE_HOOKS
from grading.core.states import Event, State, move

MAX_ATTEMPTS = 3
CHUNK = 500
REASON_LENGTH = 500


class StaleJob(Exception):
    """The lease was lost: somebody else has the job now, and what this worker made of it must not be kept."""


def enqueue(
    stage: Stage,
    subject_ids: Iterable[int],
    *,
    exam_id: int | None = None,
    priority: int = 0,
    input_hash: str = "",
) -> None:
    """Ask for `stage` to be applied to each subject, again if it was before.

    Idempotent while a job waits. A job that is being worked on right now is worked on once more afterwards,
    because it may have read what the caller has just changed.
    """
    subjects = sorted(set(subject_ids))
    fresh = {"exam_id": exam_id, "priority": priority, "input_hash": input_hash}
    with transaction.atomic():
        for start in range(0, len(subjects), CHUNK):
            _enqueue(stage, subjects[start : start + CHUNK], fresh)
        if subjects:
            ring_on_commit(stage)


def _enqueue(stage: Stage, subjects: list[int], fresh: dict[str, int | str | None]) -> None:
    new = [Job(stage=stage, subject_id=subject, **fresh) for subject in subjects]
    Job.objects.bulk_create(new, ignore_conflicts=True)
    jobs = Job.objects.filter(stage=stage, subject_id__in=subjects)
    # Held until the commit, so that nobody begins one of them before the caller's change can be seen.
    list(jobs.select_for_update().order_by("pk").values_list("pk"))
    jobs.filter(state=State.LEASED).update(again=True)
    move(jobs, Event.REVIVE, attempts=0, reason="", due_at=timezone.now(), **fresh)


def worker_name() -> str:
    """A name for this process that no other worker has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"


def claim(stage: Stage, worker: str, limit: int) -> list[Job]:
    """Lease up to `limit` due jobs of a stage, oldest first, with the attempt already counted and committed.

    A job that failed before comes alone: what kills a worker takes no neighbour along a second time.
    """
    now = timezone.now()
    with transaction.atomic():
        due = Job.objects.filter(stage=stage, state=State.QUEUED, due_at__lte=now)
        found = list(_skip_locked(due.order_by("-priority", "due_at", "id"))[:limit])
        chosen = found[:1] if found and found[0].attempts else list(takewhile(_never_tried, found))
        owner = f"{worker}#{secrets.token_hex(4)}"
        lease_until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        keys = [job.pk for job in chosen]
        lease = {"owner": owner, "lease_until": lease_until, "started_at": now, "attempts": F("attempts") + 1}
        move(Job.objects.filter(pk__in=keys), Event.CLAIM, **lease)
    return list(Job.objects.filter(pk__in=keys, owner=owner).order_by("id")) if keys else []


def _never_tried(job: Job) -> bool:
    return job.attempts == 0


def _skip_locked(jobs: QuerySet[Job]) -> QuerySet[Job]:
    # SQLite has no row locks and needs none: its transactions begin IMMEDIATE, one writer at a time.
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True)
    return jobs


def nobody_works() -> bool:
    """Whether jobs have been due for a whole lease without any worker having one: all workers are away."""
    now = timezone.now()
    long_ago = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    if Job.objects.filter(state=State.LEASED, lease_until__gt=now).exists():
        return False
    if not Job.objects.filter(state=State.QUEUED, due_at__lt=long_ago).exists():
        return False
    # Between two batches nobody has a job for a moment.
    return not Job.objects.filter(Q(finished_at__gt=long_ago) | Q(started_at__gt=long_ago)).exists()


def renew(owner: str) -> int:
    """Prolong every lease of a claim; return how many jobs it still holds."""
    lease_until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    return Job.objects.filter(owner=owner, state=State.LEASED).update(lease_until=lease_until)


def held(job: Job) -> QuerySet[Job]:
    """The job as long as this claim holds it: the fence of every write."""
    return Job.objects.filter(pk=job.pk, owner=job.owner, state=State.LEASED)


def complete(job: Job, *, model_version: str = "") -> None:
    """Finish a job, in the transaction that writes its results; StaleJob if it was lost meanwhile."""
    now = timezone.now()
    done = {"finished_at": now, "model_version": model_version, "reason": ""}
    mine = held(job)
    if move(mine.filter(again=False), Event.COMPLETE, **done):
        return
    if not move(mine.filter(again=True), Event.REPEAT, attempts=0, due_at=now):
        raise StaleJob(f"{job} was taken over by another worker")
    ring_on_commit(Stage(job.stage))


def fail(job: Job, reason: str, *, retry: bool = True) -> None:
    """Record a failed attempt: the job is tried again, or given up after the third (without `retry`: now).

    Nothing happens to a job that was lost meanwhile.
    """
    mine = held(job)
    reason = reason[:REASON_LENGTH]
    later = timezone.now() + timedelta(seconds=settings.JOB_RETRY_SECONDS)
    with transaction.atomic():
        if move(mine.filter(again=True), Event.REPEAT, attempts=0, due_at=later, reason=reason):
            return
        if retry and job.attempts < MAX_ATTEMPTS:
            move(mine, Event.RETRY, due_at=later, reason=reason)
        elif move(mine, Event.GIVE_UP, finished_at=timezone.now(), reason=reason):
            job.refresh_from_db()
            for hook in QUARANTINE_HOOKS.get(Stage(job.stage), []):
                hook(job)


def release(job: Job) -> None:
    """Hand back a job that was not worked on; the attempt does not count."""
    move(held(job), Event.HAND_BACK, attempts=F("attempts") - 1)
    ring_on_commit(Stage(job.stage))


def sweep(worker: str | None = None) -> list[str]:
    """Take back what dead workers hold: expired leases, or every lease of `worker`, known to be dead.

    Returns the names of the workers that lost a job.
    """
    lost = Job.objects.filter(state=State.LEASED)
    lost = (
        lost.filter(owner__startswith=f"{worker}#") if worker else lost.filter(lease_until__lt=timezone.now())
    )
    losers = set()
    for job in lost.order_by("id"):
        fail(job, _died(job))
        ring_on_commit(Stage(job.stage))
        losers.add(job.owner.partition("#")[0])
    return sorted(losers)


def _died(job: Job) -> str:
    times = "once" if job.attempts == 1 else f"{job.attempts} times"
    return f"the worker died {times} on this ({Stage(job.stage).label}); the file may be damaged or too large"
