"""Printing sheets, and taking a print back whose paper was thrown away."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.fingerprint import exam_key, run_id
from grading.exams.models import Exam, PrintRun, Sheet
from grading.exams.printing import write_pdf
from grading.exams.prints import add_run, roster_students
from grading.exams.roster import Student as RosterStudent
from grading.exams.sheet_print import SheetPrint, plan_print
from grading.exams.spec import ExamSpec


def print_sheets(
    *, actor: Actor, exam: Exam, copies: int = 0, per_student: bool = True, further: bool = False
) -> PrintRun:
    """Print a sheet for every student on the roster and ``copies`` without a name.

    The same sheets are one print, however often they are asked for; ``further`` makes more of them under
    numbers of their own.
    """
    spec = exam.load_spec()
    students = roster_students(exam) if per_student else ()
    if not students and not copies:
        raise UserError(
            "there is nobody to print for", "add a roster, or ask for a number of sheets without a name"
        )
    contents = _contents(spec, students, copies)
    known = None if further else standing_print(exam, contents)
    if known is not None:
        return known
    first = _next_number(exam)
    sheets = plan_print(spec, students, copies=copies, first=first)
    pdf = io.BytesIO()
    write_pdf(sheets, pdf)
    made = _recorded(actor, exam, sheets, contents, pdf.getvalue(), first)
    # Drawing takes long: another print that came first has these numbers, and may be this very one.
    return made or print_sheets(
        actor=actor, exam=exam, copies=copies, per_student=per_student, further=further
    )


def standing_print(exam: Exam, contents: str) -> PrintRun | None:
    """The print of these very sheets that was drawn here and not withdrawn."""
    runs = exam.print_runs.filter(contents=contents, listed=True, withdrawn_at=None)
    return runs.exclude(pdf="").order_by("pk").first()


def withdraw_print(*, actor: Actor, run: PrintRun) -> PrintRun:
    """Take back a print whose paper is thrown away: its sheets are waited for no longer.

    Raises UserError when one of them has been scanned.
    """
    with transaction.atomic():
        # Pages are given to sheets under the exam's lock: none arrives between the look and the deletion.
        Exam.objects.select_for_update().get(pk=run.exam_id)
        locked = PrintRun.objects.select_for_update().get(pk=run.pk)
        if Sheet.objects.filter(print_run=locked, pages__isnull=False).exists():
            raise UserError(
                f"sheets of print {locked.run} have been scanned",
                "they stay; mark the others as absent on the release page",
            )
        count = locked.sheets.count()
        locked.sheets.all().delete()
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        data = {"run": locked.run, "sheets": count}
        audit.record("sheets.withdrawn", actor=actor, obj=locked, exam_id=locked.exam_id, data=data)
    return locked


def _recorded(
    actor: Actor, exam: Exam, sheets: SheetPrint, contents: str, pdf: bytes, first: int
) -> PrintRun | None:
    """The print as it is kept; None when its numbers, from ``first`` on, were given away meanwhile."""
    with transaction.atomic():
        Exam.objects.select_for_update().get(pk=exam.pk)
        if _next_number(exam) != first:
            return None
        run = add_run(exam, sheets.layout, contents=contents, created_by=actor.user_id)
        run.pdf.save(f"{exam.pk}-{run.run}.pdf", ContentFile(pdf))
        data = {"run": run.run, "sheets": len(sheets.layout.sheets)}
        audit.record("sheets.printed", actor=actor, obj=run, exam_id=exam.pk, data=data)
    return run


def _contents(spec: ExamSpec, students: Sequence[RosterStudent], copies: int) -> str:
    return run_id(exam_key(spec), [(student.student_id, student.name) for student in students], copies)


def _next_number(exam: Exam) -> int:
    """Numbers go on from print to print, so that no two papers of an exam bear the same one."""
    last = PrintRun.objects.filter(exam=exam).values_list("last_sheet", flat=True)
    return max((int(number) for number in last if number.isdecimal()), default=0) + 1
