"""What a new roster would change, student by student, before it does."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from grading.exams.models import Exam, Sheet, Student
from grading.exams.roster import Roster


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """Students by what would become of them; ``kept`` are gone from the list but have a printed sheet."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    same: int

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.added or self.changed or self.removed)


def preview(exam: Exam, roster: Roster) -> RosterPreview:
    """Compare ``roster`` with the exam's own; nothing is written."""
    known = {student.student_id: student for student in Student.objects.filter(exam=exam)}
    wanted = {entry.student_id: entry for entry in roster.students}
    named = Sheet.objects.filter(exam=exam, printed_for__isnull=False)
    printed = set(named.values_list("printed_for", flat=True))
    gone = [student for number, student in known.items() if number not in wanted and student.on_roster]
    changed = [
        f"{_called(known[number])} → {entry.name} {entry.email} {entry.section}".rstrip()
        for number, entry in wanted.items()
        if number in known and _facts(known[number]) != (entry.name, entry.email, entry.section, True)
    ]
    added = tuple(f"{entry.name} ({number})" for number, entry in wanted.items() if number not in known)
    return RosterPreview(
        added=added,
        changed=tuple(changed),
        removed=tuple(_called(student) for student in gone if student.pk not in printed),
        kept=tuple(_called(student) for student in gone if student.pk in printed),
        same=len(wanted) - len(added) - len(changed),
    )


def roster_text(roster: Roster) -> str:
    """The roster as CSV, to be sent again when the preview is confirmed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student_id", "name", "email", "section"])
    writer.writerows([s.student_id, s.name, s.email, s.section] for s in roster.students)
    return text.getvalue()


def _facts(student: Student) -> tuple[str, str, str, bool]:
    return student.name, student.email, student.section, student.on_roster


def _called(student: Student) -> str:
    return f"{student.name} ({student.student_id})"
