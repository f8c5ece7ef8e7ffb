"""What people do with an exam before anything is scanned."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q

from grading.accounts.models import School
from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.fingerprint import exam_key
from grading.exams.models import Exam, PrintRun, Sheet, Student
from grading.exams.printing import write_pdf
from grading.exams.prints import add_run, roster_students
from grading.exams.roster import Roster
from grading.exams.roster import Student as RosterStudent
from grading.exams.sheet_print import plan_print
from grading.exams.spec import ExamSpec


@dataclass(frozen=True, slots=True)
class RosterChange:
    """How many students a new roster added, changed and removed."""

    added: int
    changed: int
    removed: int


def create_exam(*, actor: Actor, school: School, spec: ExamSpec) -> Exam:
    """A new exam of a school. Raises UserError when the school has one of that id."""
    try:
        with transaction.atomic():
            exam = Exam.objects.create(
                school=school,
                code=spec.id,
                title=spec.title,
                spec=spec.model_dump(mode="json"),
                created_by_id=actor.user_id,
            )
            audit.record("exam.created", actor=actor, obj=exam, exam_id=exam.pk, data={"code": spec.id})
    except IntegrityError as error:
        raise UserError(f"there is an exam {spec.id} already", "choose another id") from error
    return exam


def change_exam(*, actor: Actor, exam: Exam, spec: ExamSpec) -> Exam:
    """Change keys, marks and the like at any time, and what is printed only before the first print.

    Raises UserError when sheets that are printed already would no longer fit.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        printed = locked.print_runs.exists()
        if printed and exam_key(spec) != exam_key(locked.load_spec()):
            raise UserError(
                "sheets of this exam are printed: its id, paper and the questions on them must stay",
                "copy the exam under a new id to change what is printed",
            )
        if spec.id != locked.code and Exam.objects.filter(school=locked.school, code=spec.id).exists():
            raise UserError(f"there is an exam {spec.id} already", "choose another id")
        before = locked.spec
        locked.code, locked.title, locked.spec = spec.id, spec.title, spec.model_dump(mode="json")
        locked.save(update_fields=["code", "title", "spec"])
        audit.record("exam.changed", actor=actor, obj=locked, exam_id=locked.pk, data={"before": before})
        jobs.enqueue(Stage.MARK, [locked.pk], exam_id=locked.pk)
    return locked


def set_roster(*, actor: Actor, exam: Exam, roster: Roster) -> RosterChange:
    """Make ``roster`` the exam's; a student whose name stands on a printed sheet is kept in any case."""
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
            Student(exam=exam, student_id=e.student_id, name=e.name, email=e.email, section=e.section)
            for e in added
        )
        Student.objects.bulk_update(changed, ["name", "email", "section", "on_roster"], batch_size=200)
        gone = exam.students.exclude(student_id__in=wanted).filter(on_roster=True)
        on_sheets = Sheet.objects.filter(exam=exam, printed_for__isnull=False).values("printed_for")
        removed = gone.exclude(Q(pk__in=on_sheets)).delete()[1].get("exams.Student", 0)
        change = RosterChange(len(added), len(changed), removed)
        data = {"added": change.added, "changed": change.changed, "removed": change.removed}
        audit.record("roster.set", actor=actor, obj=exam, exam_id=exam.pk, data=data)
        jobs.enqueue(Stage.MARK, [exam.pk], exam_id=exam.pk)
    return change


def print_sheets(*, actor: Actor, exam: Exam, copies: int = 0, per_student: bool = True) -> PrintRun:
    """Print a sheet for every student on the roster and ``copies`` without a name; the same print once."""
    spec = exam.load_spec()
    students = roster_students(exam) if per_student else ()
    if not students and not copies:
        raise UserError(
            "there is nobody to print for", "add a roster, or ask for a number of sheets without a name"
        )
    sheets = plan_print(spec, students, copies=copies)
    known = exam.print_runs.filter(run=sheets.layout.run or "", listed=True).first()
    if known is not None:
        return known
    pdf = io.BytesIO()
    write_pdf(sheets, pdf)
    with transaction.atomic():
        Exam.objects.select_for_update().get(pk=exam.pk)
        run = add_run(exam, sheets.layout)
        run.pdf.save(f"{exam.pk}-{run.run}.pdf", ContentFile(pdf.getvalue()))
        data = {"run": run.run, "sheets": len(sheets.layout.sheets)}
        audit.record("sheets.printed", actor=actor, obj=run, exam_id=exam.pk, data=data)
    return run


def _update(student: Student, entry: RosterStudent) -> bool:
    """Take over what the roster says of a student; whether anything changed."""
    names = ("name", "email", "section")
    before = (*(getattr(student, name) for name in names), student.on_roster)
    for name in names:
        setattr(student, name, getattr(entry, name))
    student.on_roster = True
    return before != (*(getattr(student, name) for name in names), True)
