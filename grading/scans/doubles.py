"""Two students wrote on one sheet number: the pages of one of them get a sheet of their own."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_uppercase

from django.db import transaction
from django.utils.translation import gettext as _

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.models import Sheet
from grading.scans import settled
from grading.scans.models import Page

SEPARABLE = (Page.State.NEEDS_REVIEW, Page.State.DUPLICATE)


def give_own_sheet(*, actor: Actor, page: Page) -> Sheet:
    """Move ``page`` to a sheet of its own, with the other pages of the same file that are in the same doubt.

    A page that follows later from the same file joins them. Raises UserError for a page that shares no place.
    """
    with transaction.atomic():
        settled.lock(page.exam_id)
        locked = Page.objects.select_related("sheet__print_run").get(pk=page.pk)
        if locked.state not in SEPARABLE or locked.sheet is None:
            raise UserError(
                _("this page shares its sheet number with no other"), _("reload to see what became of it")
            )
        together = _together(locked)
        new = _sibling(locked) or _new_sheet(locked.sheet)
        Page.objects.filter(pk__in=[found.pk for found in together]).update(
            sheet=new, state=Page.State.USED, reason="", given_by=actor.user_id
        )
        jobs.enqueue(Stage.RECOGNIZE, [found.pk for found in together], exam_id=page.exam_id)
        data = {"from": locked.sheet.number, "to": new.number, "pages": [p.number for p in together]}
        audit.record("page.own_sheet", actor=actor, obj=page, exam_id=page.exam_id, data=data)
    return new


def _together(page: Page) -> list[Page]:
    """The page, and one page of every other number that came in with it and waits for the same decision."""
    others = Page.objects.filter(sheet=page.sheet, file=page.file_id, state=Page.State.NEEDS_REVIEW).exclude(
        number=page.number
    )
    by_number = {other.number: other for other in others.order_by("-scan_page")}
    return [page, *(by_number[number] for number in sorted(by_number, key=lambda n: n or 0))]


def _sibling(page: Page) -> Sheet | None:
    """The sheet that pages of the same file were moved to before, if it lacks this page."""
    if page.sheet is None:
        return None
    moved = Sheet.objects.filter(
        print_run=page.sheet.print_run_id,
        number__in=list(_numbers(page.sheet.number)),
        pages__file=page.file_id,
        pages__state=Page.State.USED,
    )
    has_it = Page.objects.filter(number=page.number, state=Page.State.USED).values("sheet")
    return moved.exclude(pk__in=has_it).distinct().first()


def _new_sheet(shared: Sheet) -> Sheet:
    names = list(_numbers(shared.number))
    known = Sheet.objects.filter(print_run=shared.print_run_id, number__in=names)
    taken = set(known.values_list("number", flat=True))
    free = next((name for name in names if name not in taken), None)
    if free is None:
        raise UserError(
            _("too many sheets carry the number %(number)s") % {"number": shared.number},
            _("drop the pages that are scanned twice first"),
        )
    return Sheet.objects.create(exam_id=shared.exam_id, print_run_id=shared.print_run_id, number=free)


def _numbers(number: str) -> Iterable[str]:
    """0007-B, 0007-C, ...: the first sheet of that number is A without saying so."""
    return (f"{number[:13]}-{letter}" for letter in ascii_uppercase[1:])
