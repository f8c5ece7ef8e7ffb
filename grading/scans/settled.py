"""When all pages of an exam are through, its marks are derived: by whoever completes the last page."""

from __future__ import annotations

from grading.core import jobs
from grading.core.models import Job, Stage
from grading.exams.models import Exam

BEFORE_MARKS = (Stage.SPLIT, Stage.PAGE, Stage.RECOGNIZE)


def lock(exam_id: int) -> Exam:
    """Hold the exam for this transaction, so that no two last pages each think the other is still open."""
    return Exam.objects.select_for_update().get(pk=exam_id)


def mark_when_settled(exam_id: int) -> None:
    """Queue the marking of the exam unless work on its pages is left; call it under `lock`."""
    live = (Job.State.QUEUED, Job.State.LEASED)
    if not Job.objects.filter(exam_id=exam_id, stage__in=BEFORE_MARKS, state__in=live).exists():
        jobs.enqueue(Stage.MARK, [exam_id], exam_id=exam_id)
