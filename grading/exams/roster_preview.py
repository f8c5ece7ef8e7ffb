"""What a new roster would change, student by student, before it does."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from grading.exams.models import Exam, Sheet, Student
from grading.exams.roster import Roster, facts
from grading.exams.roster import Student as RosterStudent


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


def preview(exam: Exam, roster: Roster, *, keep: bool = False) -> RosterPreview:
    """Compare ``roster`` with the exam's own, to which it is only added with ``keep``; nothing is written."""
    known = {student.student_id: student for student in Student.objects.filter(exam=exam)}
    wanted = {entry.student_id: entry for entry in roster.students}
    kept = with_paper(exam)
    others = [student for number, student in known.items() if number not in wanted and student.on_roster]
    gone = [] if keep else others
    changed = [
        f"{_called(known[number])} → {_said(entry, known[number])}"
        for number, entry in wanted.items()
        if number in known and (not known[number].on_roster or facts(known[number]) != facts(entry))
    ]
    added = tuple(f"{entry.name} ({number})" for number, entry in wanted.items() if number not in known)
    return RosterPreview(
        added=added,
        changed=tuple(changed),
        removed=tuple(_called(student) for student in gone if student.pk not in kept),
        kept=tuple(_called(student) for student in gone if student.pk in kept),
        same=len(wanted) - len(added) - len(changed) + (len(others) if keep else 0),
    )


def with_paper(exam: Exam) -> set[int]:
    """Students who have a sheet: their name is printed on one, or one was scanned that is theirs."""
    named = Sheet.objects.filter(exam=exam, printed_for__isnull=False).values_list("printed_for", flat=True)
    known = Exam.objects.filter(pk=exam.pk, identities__student__isnull=False)
    scanned = map(int, known.values_list("identities__student", flat=True))
    return {*named, *scanned}


def _said(entry: RosterStudent, before: Student) -> str:
    said = " ".join(part for part in (entry.name, entry.email, entry.section) if part)
    if entry.family == before.family:
        return said
    return _("%(said)s, family name: %(family)s") % {"said": said, "family": entry.family or "–"}


def _called(student: Student) -> str:
    return f"{student.name} ({student.student_id})"
