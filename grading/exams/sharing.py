"""Who sees an exam: its course, and whether its reviewers see names."""

from __future__ import annotations

from django.db import transaction

from grading.accounts.models import Course
from grading.core.actor import Actor
from grading.core.audit import record
from grading.exams.models import Exam


@transaction.atomic
def share(*, actor: Actor, exam: Exam, course: Course | None, anonymous: bool) -> Exam:
    """Put the exam into a course, or into none; hide names from reviewers, or show them."""
    if course is not None and course.school_id != exam.school_id:
        raise ValueError("A course of another school.")
    locked = Exam.objects.select_for_update().get(pk=exam.pk)
    if locked.course_id != (course.pk if course else None):
        data = {"course": course.name if course else ""}
        record("exam.course_set", actor=actor, obj=locked, exam_id=locked.pk, data=data)
    if locked.anonymous != anonymous:
        verb = "exam.made_anonymous" if anonymous else "exam.names_shown"
        record(verb, actor=actor, obj=locked, exam_id=locked.pk)
    locked.course, locked.anonymous = course, anonymous
    locked.save(update_fields=["course", "anonymous"])
    return locked
