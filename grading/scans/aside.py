"""A scanned sheet that does not count: begun anew on another one, or written by somebody of another class."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Sheet
from grading.scans import settled
from grading.scans.models import Page

SET_ASIDE = "its sheet was set aside by a person"


def set_aside(*, actor: Actor, sheet: Sheet) -> int:
    """Count none of the sheet's pages any more; how many those were. Their images are kept.

    A sheet printed for a student is booked as not handed in, so that the ledger adds up. Giving one of the
    pages its place again takes it back. Raises UserError for a sheet none of whose pages counts.
    """
    with transaction.atomic():
        settled.lock(sheet.exam_id)
        used = Page.objects.filter(sheet=sheet, state=Page.State.USED)
        pages = used.update(state=Page.State.FOREIGN, reason=SET_ASIDE)
        if not pages:
            raise UserError(_("no page of this sheet counts"), _("reload to see what became of it"))
        Sheet.objects.filter(pk=sheet.pk, printed_for__isnull=False).update(absent=True)
        settled.mark_when_settled(sheet.exam_id)
        data = {"sheet": sheet.number, "pages": pages}
        audit.record("sheet.set_aside", actor=actor, obj=sheet, exam_id=sheet.exam_id, data=data)
    return pages
