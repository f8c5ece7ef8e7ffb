"""Giving an exam its students."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.models import Stage
from grading.core.name_order import name_key
from grading.exams.models import Exam, Student
from grading.exams.roster import FACTS, Roster, facts
from grading.exams.roster import Student as RosterStudent
from grading.exams.roster_preview import with_paper


@dataclass(frozen=True, slots=True)
class RosterChange:
    """How many students a new roster added, changed and removed."""

    added: int
    changed: int
    removed: int


def set_roster(*, actor: Actor, exam: Exam, roster: Roster, keep: bool = False) -> RosterChange:
    """Make ``roster`` the exam's, or only add it with ``keep``; a student with a sheet stays in any case."""
    with transaction.atomic():
        Exam.objects.select_for_update().get(pk=exam.pk)
        known = {student.student_id: student for student in exam.students.all()}
        wanted = {entry.student_id: entry for entry in roster.students}
        added = [entry for number, entry in wanted.items() if number not in known]
        changed = [
            student
            for number, student in known.items()
            if number in wanted and _update(student, wanted[number])
        ]
        Student.objects.bulk_create(
            Student(exam=exam, student_id=entry.student_id, **facts(entry)) for entry in added
        )
        Student.objects.bulk_update(changed, [*FACTS, "sort_name", "on_roster"], batch_size=200)
        kept = with_paper(exam)
        gone = [
            student.pk
            for number, student in known.items()
            if not keep and number not in wanted and student.on_roster and student.pk not in kept
        ]
        removed = Student.objects.filter(pk__in=gone).delete()[1].get("exams.Student", 0)
        change = RosterChange(len(added), len(changed), removed)
        data = {"added": change.added, "changed": change.changed, "removed": change.removed}
        audit.record("roster.set", actor=actor, obj=exam, exam_id=exam.pk, data=data)
        jobs.enqueue(Stage.MARK, [exam.pk], exam_id=exam.pk)
    return change


def _update(student: Student, entry: RosterStudent) -> bool:
    """Take over what the roster says of a student; whether anything changed."""
    said, known = facts(entry), facts(student)
    if student.on_roster and said == known:
        return False
    for fact, value in said.items():
        setattr(student, fact, value)
    student.on_roster = True
    student.sort_name = name_key(entry.family, entry.name)
    return True
