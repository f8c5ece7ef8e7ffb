"""Making results final, again after changes, and opening them. What every student was told is kept."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.reports.blockers import blockers
from grading.reports.differences import Difference, differences, found_in
from grading.reports.models import Comparison, Release, ReleasedResult
from grading.reports.since_release import newest_release
from grading.reports.told import Told, told_by, told_now

ROWS_AT_ONCE = 1000


def release(*, actor: Actor, exam: Exam, seen: str = "") -> Exam:
    """Make the results final, or those that changed since; ``seen``: the changes that the person saw, if any.

    Raises UserError that says what is still in the way; then nothing is released.
    """
    with transaction.atomic():
        found = Exam.objects.select_for_update().get(pk=exam.pk)
        in_the_way = blockers(found)
        if in_the_way:
            raise UserError("the results cannot be released yet:", "; ".join(map(str, in_the_way)))
        before, told = newest_release(found), told_now(found)
        changes = differences(told_by(before), told) if before else []
        if before and found.state == Exam.State.RELEASED and not changes:
            raise UserError("nothing differs from what was released", "there is nothing to release")
        if seen and seen != found_in(changes).seen:
            raise UserError("the results have changed since you looked", "look again at what would change")
        made = _kept(found, actor, before, told, changes)
        found.state, found.released_at = Exam.State.RELEASED, made.at
        found.save(update_fields=["state", "released_at"])
        data = {"release": made.number, "students": made.students, "changed": made.changed}
        audit.record("exam.released", actor=actor, obj=found, exam_id=found.pk, data=data)
    return found


def withdraw_release(*, actor: Actor, exam: Exam) -> Exam:
    """Open a released exam again; what was released stays known."""
    with transaction.atomic():
        found = Exam.objects.select_for_update().get(pk=exam.pk)
        found.state, found.released_at = Exam.State.OPEN, None
        found.save(update_fields=["state", "released_at"])
        audit.record("exam.release_withdrawn", actor=actor, obj=found, exam_id=found.pk)
    return found


def _kept(
    exam: Exam, actor: Actor, before: Release | None, told: Collection[Told], changes: Collection[Difference]
) -> Release:
    """Store what every student is told from now on."""
    changed = {change.student for change in changes if change.after}
    made = Release.objects.create(
        exam=exam,
        number=before.number + 1 if before else 1,
        at=timezone.now(),
        by_id=actor.user_id,
        students=sum(1 for one in told if one.passed is not None),
        changed=len(changed),
        gone=sum(1 for change in changes if change.kind == "gone"),
    )
    rows = (
        ReleasedResult(
            release=made,
            student_id=one.student,
            sheet_id=one.sheet,
            marks=one.marks,
            percent=one.percent,
            passed=one.passed,
            earned=one.earned,
            changed=one.student in changed,
        )
        for one in told
        if one.percent is not None and one.passed is not None
    )
    ReleasedResult.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    Comparison.objects.filter(exam=exam).delete()  # it spoke of the release before
    return made
