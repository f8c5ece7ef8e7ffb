"""What people do with an exam before anything is scanned. Rosters and prints have modules of their own."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Count

from grading.accounts.models import School
from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.examfile import exam_from_data
from grading.exams.fingerprint import exam_key
from grading.exams.models import Exam, ExamVersion, PrintRun, Student
from grading.exams.print_services import print_sheets, withdraw_print
from grading.exams.printed_changes import NewPrintNeeded, keeps_words, obstacles
from grading.exams.roster import facts
from grading.exams.roster_services import RosterChange, set_roster
from grading.exams.spec import ExamSpec
from grading.exams.versions import keep_version

__all__ = [
    "RosterChange",
    "change_exam",
    "copy_exam",
    "create_exam",
    "print_sheets",
    "restore_version",
    "set_roster",
    "withdraw_print",
]


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
            keep_version(exam, spec, actor)
            audit.record("exam.created", actor=actor, obj=exam, exam_id=exam.pk, data={"code": spec.id})
    except IntegrityError as error:
        raise _taken(spec.id) from error
    return exam


def change_exam(*, actor: Actor, exam: Exam, spec: ExamSpec, new_print: bool = False) -> Exam:
    """Make ``spec`` the exam's: keys, marks and the like at any time, and mark the exam anew.

    What stands on printed sheets may only change with ``new_print``, and never so that the printed
    sheets could not be marked any more: they keep their own version. Raises NewPrintNeeded without that
    word, UserError for what can never be.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        _check_prints(locked, spec, new_print)
        if spec.id != locked.code and Exam.objects.filter(school=locked.school, code=spec.id).exists():
            raise _taken(spec.id)
        before = locked.spec
        locked.code, locked.title, locked.spec = spec.id, spec.title, spec.model_dump(mode="json")
        locked.save(update_fields=["code", "title", "spec"])
        version = keep_version(locked, spec, actor)
        data = {"before": before, "version": version.number if version else None}
        audit.record("exam.changed", actor=actor, obj=locked, exam_id=locked.pk, data=data)
        jobs.enqueue(Stage.MARK, [locked.pk], exam_id=locked.pk)
    return locked


def restore_version(*, actor: Actor, exam: Exam, version: ExamVersion, new_print: bool = False) -> Exam:
    """Make an earlier version the exam's again; it is kept as a further version."""
    return change_exam(actor=actor, exam=exam, spec=version.load_spec(), new_print=new_print)


def copy_exam(*, actor: Actor, exam: Exam, code: str, title: str, with_roster: bool) -> Exam:
    """The same questions as a new exam of the same school, with its roster when wanted; nothing printed.

    Who was asked to mark which question stays behind: a copy is marked at another time, by whoever is there
    then.
    """
    spec = exam_from_data(exam.load_spec().model_dump(mode="json") | {"id": code, "title": title})
    with transaction.atomic():
        copied = create_exam(actor=actor, school=exam.school, spec=spec)
        copied.course_id, copied.anonymous = exam.course_id, exam.anonymous
        copied.known_one_in = exam.known_one_in
        copied.save(update_fields=["course", "anonymous", "known_one_in"])
        if with_roster:
            Student.objects.bulk_create(
                Student(exam=copied, student_id=student.student_id, **facts(student))
                for student in exam.students.filter(on_roster=True).order_by("pk")
            )
        data = {"from": exam.pk, "roster": with_roster}
        audit.record("exam.copied", actor=actor, obj=copied, exam_id=copied.pk, data=data)
    return copied


def _check_prints(exam: Exam, spec: ExamSpec, new_print: bool) -> None:
    """Refuse what printed sheets forbid; ask before the rest."""
    runs = list(
        PrintRun.objects.filter(exam=exam, withdrawn_at=None)
        .select_related("version")
        .annotate(sheets_n=Count("sheets"))
        .order_by("pk")
    )
    if not runs or exam_key(spec) == exam_key(exam.load_spec()):
        return
    hint = "withdraw the prints whose paper is thrown away, or copy the exam under another short name"
    if spec.id != exam.code:
        raise UserError(f"the short name {exam.code} stands in the codes of printed sheets", hint)
    found = obstacles((run.layout for run in runs), spec)
    if found:
        raise UserError("; ".join(found), hint)
    if not new_print:
        raise NewPrintNeeded("; ".join(keeps_words(runs)), "say that you will print new sheets")


def _taken(code: str) -> UserError:
    return UserError(f"there is an exam {code} already", "choose another id")
