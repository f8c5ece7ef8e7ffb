"""Sheets that were printed for students who did not come."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from grading.core import audit
from grading.core.actor import Actor
from grading.exams.models import Exam, Sheet
from grading.scans.models import Page


def set_absent(*, actor: Actor, exam: Exam, absent: Collection[int], present: Collection[int]) -> int:
    """Say of unscanned sheets (primary keys) whose students were absent and whose not; how many changed.

    Scanned sheets and those of other exams are left alone: what is on paper counts.
    """
    with transaction.atomic():
        scanned = Page.objects.filter(exam=exam, state=Page.State.USED, sheet__isnull=False).values("sheet")
        unseen = Sheet.objects.filter(exam=exam).exclude(pk__in=scanned)
        changed = unseen.filter(pk__in=absent, absent=False).update(absent=True)
        changed += unseen.filter(pk__in=present, absent=True).update(absent=False)
        if changed:
            numbers = list(Sheet.objects.filter(exam=exam, absent=True).values_list("number", flat=True))
            audit.record("sheets.absent", actor=actor, obj=exam, exam_id=exam.pk, data={"absent": numbers})
    return changed
