"""Sheets whose student a person must say, one after another: the number, the head of the page, candidates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from grading.core.actor import Actor
from grading.exams.models import Exam, Sheet
from grading.marking.models import Identity
from grading.marking.sheet_owners import Doubtful, doubtful_sheet
from grading.review import leases
from grading.review.models import Lease
from grading.scans.models import Page

ABOVE_NUMBER_MM = 22.0  # as much of the page above the number box as holds the line for the name
BELOW_NUMBER_MM = 4.0
HEAD_MM = 60.0  # shown of a page that has no number box


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the page image, in millimetres of the sheet: ``top`` to ``top + height``, the whole width."""

    page: Page
    page_width: float
    page_height: float
    top: float
    height: float


def waiting(exam: Exam) -> QuerySet[Sheet]:
    """The sheets that are not clear, by their numbers."""
    unclear = Identity.objects.filter(sheet=OuterRef("pk"), state=Identity.State.REVIEW)
    return Sheet.objects.filter(Exists(unclear), exam=exam).order_by("number", "pk")


def next_sheet(*, actor: Actor, exam: Exam, after: Sheet | None = None) -> Sheet | None:
    """Lend the next unclear sheet behind ``after``, then from the first one; None when none is left."""
    held = Lease.objects.filter(sheet=OuterRef("pk"), until__gt=timezone.now())
    free = waiting(exam).exclude(Exists(held.exclude(reviewer_id=actor.user_id)))
    parts = [free.filter(number__gt=after.number), free.exclude(pk=after.pk)] if after else [free]
    return leases.take_first(actor=actor, items=chain.from_iterable(part[:5] for part in parts))


def facts(sheet: Sheet) -> Doubtful | None:
    """What helps to say whose sheet it is; None when it is clear by now."""
    identity = Identity.objects.filter(sheet=sheet, state=Identity.State.REVIEW).first()
    return doubtful_sheet(identity) if identity else None


def head(page: Page | None) -> Band | None:
    """The head of a sheet's page, where name and number are written."""
    if page is None or page.sheet is None or not page.preview:
        return None
    layout = page.sheet.print_run.layout
    width, height = layout["page_size_mm"]
    boxes = [box for leaf in layout["pages"] if leaf["page"] == page.number for box in leaf["boxes"]]
    number = next((box["rect_mm"] for box in boxes if box["kind"] == "student_id"), None)
    if number is None:
        return Band(page, width, height, 0.0, HEAD_MM)
    top = max(0.0, number[1] - ABOVE_NUMBER_MM)
    return Band(page, width, height, top, number[1] + number[3] + BELOW_NUMBER_MM - top)
