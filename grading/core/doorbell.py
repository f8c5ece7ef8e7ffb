"""Tells workers of the distributed service that there is something to do.

A ring carries no work and may be lost: the table is the queue, and the sweeper rings again.
"""

from __future__ import annotations

import logging
from functools import partial

from django.conf import settings
from django.db import transaction

from grading.core.models import Stage
from grading.core.stages import queue_of

log = logging.getLogger(__name__)


def ring_on_commit(stage: Stage) -> None:
    """Ring for `stage` once the present transaction is committed; embedded workers poll and need no bell."""
    if settings.DISTRIBUTED:
        transaction.on_commit(partial(ring, queue_of(stage)), robust=True)


def ring(queue: str) -> None:
    """Wake one worker of a queue. Redis being away is no error: the sweeper of each worker rings later."""
    from kombu.exceptions import KombuError
    from redis.exceptions import RedisError

    from grading.celery import serve

    try:
        serve.apply_async(args=(queue,), queue=queue, retry=False)
    except (KombuError, RedisError, OSError) as error:
        log.warning("Redis does not answer (%s); the jobs are kept and found by the sweeper", error)
