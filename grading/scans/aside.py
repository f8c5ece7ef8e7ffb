"""A scanned sheet that does not count: begun anew on another one, or written by somebody of another class."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.models import Sheet
from grading.scans import gateway, settled
from grading.scans.models import Page
from grading.scans.placing import place

SET_ASIDE = "its sheet was set aside by a person"
OTHER_WRITING = (
    "its sheet was set aside by a person, but this page was no part of that: say whether it counts"
)


def set_aside(*, actor: Actor, sheet: Sheet) -> int:
    """Count none of the sheet's pages any more; how many those were. Their images are kept.

    A sheet printed for a student is booked as not handed in, so that the ledger adds up. It stays set aside
    when it is scanned again, until somebody counts it again. Raises UserError for a sheet none of whose
    pages counts.
    """
    with transaction.atomic():
        settled.lock(sheet.exam_id)
        used = Page.objects.filter(sheet=sheet, state=Page.State.USED)
        pages = used.update(state=Page.State.FOREIGN, reason=SET_ASIDE)
        if not pages:
            raise UserError(_("no page of this sheet counts"), _("reload to see what became of it"))
        Sheet.objects.filter(pk=sheet.pk).update(set_aside=True)
        Sheet.objects.filter(pk=sheet.pk, printed_for__isnull=False).update(absent=True)
        settled.mark_when_settled(sheet.exam_id)
        data = {"sheet": sheet.number, "pages": pages}
        audit.record("sheet.set_aside", actor=actor, obj=sheet, exam_id=sheet.exam_id, data=data)
    return pages


def count_again(*, actor: Actor, sheet: Sheet) -> int:
    """Count the sheet's pages again, and those that were scanned meanwhile; how many count now.

    Raises UserError for a sheet that is not set aside.
    """
    with transaction.atomic():
        settled.lock(sheet.exam_id)
        pages = bring_back(actor, sheet)
        if pages is None:
            raise UserError(_("this sheet is not set aside"), _("reload to see what became of it"))
        settled.mark_when_settled(sheet.exam_id)
    return pages


def bring_back(actor: Actor, sheet: Sheet) -> int | None:
    """Place the pages that were left out, as they came in; how many count now, None if none was set aside.

    Call it in a transaction that holds the exam's lock.
    """
    if not Sheet.objects.filter(pk=sheet.pk, set_aside=True).update(set_aside=False, absent=False):
        return None
    pages = Page.objects.select_related("file").filter(sheet=sheet, reason__in=(SET_ASIDE, OTHER_WRITING))
    counted = [page.pk for page in pages if place(page, gateway.same_writing)]
    jobs.enqueue(Stage.RECOGNIZE, counted, exam_id=sheet.exam_id)
    data = {"sheet": sheet.number, "pages": len(counted)}
    audit.record("sheet.counted_again", actor=actor, obj=sheet, exam_id=sheet.exam_id, data=data)
    return len(counted)


def left_out(page: Page) -> bool:
    """Leave ``page`` (sheet and number set) out of account and save it, if its sheet is set aside.

    A page that was not among those set aside, or shows other writing, is for a person: it may be somebody
    else's who wrote on the same number. Call it in a transaction that holds the exam's lock.
    """
    if page.sheet_id is None or not Sheet.objects.filter(pk=page.sheet_id, set_aside=True).exists():
        return False
    aside = Page.objects.filter(sheet=page.sheet_id, number=page.number, reason=SET_ASIDE).exclude(pk=page.pk)
    known = any(gateway.same_writing(page.fingerprint, other.fingerprint) for other in aside)
    page.state, page.reason = (
        (Page.State.FOREIGN, SET_ASIDE) if known else (Page.State.NEEDS_REVIEW, OTHER_WRITING)
    )
    page.save()
    return True
