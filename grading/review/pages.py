"""Pages that the machine could not place, one after another."""

from __future__ import annotations

from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.review import leases
from grading.review.models import Lease
from grading.scans.models import Page
from grading.scans.wall import PROBLEMS


def waiting(exam: Exam) -> QuerySet[Page]:
    """The pages that need a person, as they came in."""
    return Page.objects.filter(exam=exam, state__in=PROBLEMS).order_by("pk")


def next_page(*, actor: Actor, exam: Exam, after: Page | None = None) -> Page | None:
    """Lend the next page behind ``after``, then from the first one; None when none is left."""
    held = Lease.objects.filter(page=OuterRef("pk"), until__gt=timezone.now())
    free = waiting(exam).exclude(Exists(held.exclude(reviewer_id=actor.user_id)))
    parts = [free.filter(pk__gt=after.pk), free.filter(pk__lt=after.pk)] if after else [free]
    return leases.take_first(actor=actor, items=chain.from_iterable(part[:5] for part in parts))


def rival(page: Page) -> Page | None:
    """The page that is used now in this one's place."""
    if page.sheet_id is None or page.number is None:
        return None
    same = Page.objects.filter(sheet_id=page.sheet_id, number=page.number, state=Page.State.USED)
    return same.exclude(pk=page.pk).select_related("file").first()
