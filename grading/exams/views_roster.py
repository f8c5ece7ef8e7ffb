"""The roster of an exam: seen, previewed with what each column is taken for, saved."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams import services
from grading.exams.forms import ColumnsForm, RosterForm
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Student
from grading.exams.number_boxes import number_boxes
from grading.exams.refusals import in_words
from grading.exams.roster import Roster, RosterError, roster_of
from grading.exams.roster_columns import Columns, guessed
from grading.exams.roster_preview import preview
from grading.exams.roster_table import Table, read_table, table_text

STUDENTS_A_PAGE = 200
ROWS_SHOWN = 6


@requires(READERS)
def roster(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The students of the exam, and the way to give it others."""
    return _page(request, exam_or_404(request, exam_id), RosterForm())


@requires(TEACHERS)
def change_roster(request: HttpRequest, exam_id: int) -> HttpResponse:
    """First shows what each column is taken for and what would change; saves when that is confirmed."""
    exam = exam_or_404(request, exam_id)
    if request.method != "POST":
        return redirect("exams:roster", exam.pk)
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, exam, form, status=422)
    try:
        table = read_table(form.cleaned_data["content"], name=form.cleaned_data["name"])
        if not table.rows:
            raise RosterError(f"{table.name}: is empty", "give it a line for every student")
    except UserError as error:
        form.add_error("upload" if form.cleaned_data.get("upload") else "text", in_words(error))
        return _page(request, exam, form, status=422)
    return _previewed(request, exam, table, form)


def _previewed(request: HttpRequest, exam: Exam, table: Table, form: RosterForm) -> HttpResponse:
    columns = ColumnsForm.columns(request.POST, table.width) or guessed(table)
    wanted, faults = _wanted(table, columns)
    if wanted is not None and "confirmed" in request.POST:
        return _save(request, exam, wanted, keep=form.cleaned_data["keep"])
    shown = columns.header and "mapped" not in request.POST
    if faults and shown and not columns.faults:
        form.add_error("upload" if form.cleaned_data.get("upload") else "text", list(faults))
        return _page(request, exam, form, status=422)
    context = {
        "exam": exam,
        "roster": wanted,
        "faults": faults,
        "preview": preview(exam, wanted, keep=form.cleaned_data["keep"]) if wanted else None,
        "keep": form.cleaned_data["keep"],
        "columns": ColumnsForm(columns),
        "rows": [row for _, row in table.rows[:ROWS_SHOWN]],
        "text": table_text(table),
        "name": table.name,
    }
    return render(request, "exams/roster_preview.html", context, status=422 if faults else 200)


def _wanted(table: Table, columns: Columns) -> tuple[Roster | None, tuple[str, ...]]:
    """The roster of the table, or every fault in words."""
    if columns.faults:
        missing = {
            "student_id": _(
                "Say which column holds the student number, and only one. Where students have none, "
                "put 1, 2, 3 … before the names: what is printed for each is found by it."
            ),
            "name": _("Say which column holds the name, or the first and the last name."),
        }
        return None, tuple(missing.get(f, _("Two columns are taken for the same.")) for f in columns.faults)
    try:
        return roster_of(table, columns), ()
    except RosterError as error:
        return None, error.faults


def _save(request: HttpRequest, exam: Exam, wanted: Roster, *, keep: bool) -> HttpResponse:
    change = services.set_roster(actor=actor_of(request), exam=exam, roster=wanted, keep=keep)
    text = _("The roster is saved: %(added)d added, %(changed)d changed, %(removed)d removed.")
    counts = {"added": change.added, "changed": change.changed, "removed": change.removed}
    messages.success(request, text % counts)
    return redirect("exams:roster", exam.pk)


def _page(request: HttpRequest, exam: Exam, form: RosterForm, status: int = 200) -> HttpResponse:
    students = Student.objects.filter(exam=exam, on_roster=True).order_by("sort_name", "student_id")
    page = Paginator(students, STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    has_sections = any(student.section for student in page)
    context = {
        "exam": exam,
        "page": page,
        "form": form,
        "has_sections": has_sections,
        "number": number_boxes(exam.load_spec(), students),
    }
    return render(request, "exams/roster.html", context, status=status)
