"""Making or changing an exam by the form: its head and a row for every question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grading.accounts.access import TEACHERS, requires
from grading.core.errors import UserError
from grading.exams.examfile import ExamFileError, exam_from_data
from grading.exams.faults import Fault
from grading.exams.forms import ExamHeadForm, QuestionForm, QuestionRows
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.question_rows import exam_data, field_of, head_row, is_empty, question_row
from grading.exams.refusals import in_words
from grading.exams.views_file import save_exam, saved

NEW_HEAD = {"digits": "7", "pass_mark": "50%", "error_budget": "0.2%"}


@requires(TEACHERS)
def new_by_form(request: HttpRequest) -> HttpResponse:
    """A new exam by the form."""
    return _edit(request, None)


@requires(TEACHERS)
def change_by_form(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The form filled with an existing exam."""
    return _edit(request, exam_or_404(request, exam_id))


def _edit(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    if request.method == "POST":
        return _submitted(request, exam)
    spec = exam.load_spec() if exam else None
    head = ExamHeadForm(initial=head_row(spec) if spec else NEW_HEAD, prefix="head")
    rows = QuestionRows(
        initial=[question_row(question) for question in spec.questions] if spec else None, prefix="q"
    )
    if spec:
        rows.extra = 0
    return _page(request, exam, head, rows)


def _submitted(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    head = ExamHeadForm(request.POST, prefix="head")
    rows = QuestionRows(request.POST, prefix="q")
    if head.is_valid() and rows.is_valid():
        used = [
            form for form in rows.forms if not form.cleaned_data.get("DELETE") and not is_empty(_row(form))
        ]
        try:
            spec = exam_from_data(exam_data(head.cleaned_data, [_row(form) for form in used]))
            return saved(request, save_exam(request, exam, spec), new=exam is None)
        except ExamFileError as error:
            _put_where_they_are(error.faults, head, used)
        except UserError as error:
            head.add_error(None, in_words(error))
    return _page(request, exam, head, rows, status=422)


def _row(form: QuestionForm) -> dict[str, Any]:
    """The cleaned row with a value for every field: an untouched form of a set has none."""
    return {name: form.cleaned_data.get(name, [] if name == "ignore" else "") for name in form.fields}


def _put_where_they_are(faults: Sequence[Fault], head: ExamHeadForm, used: Sequence[QuestionForm]) -> None:
    for fault in faults:
        place, field = field_of(fault)
        form = head if place is None or place >= len(used) else used[place]
        known = field in form.fields
        form.add_error(field if known else None, fault.message if known else str(fault))


def _page(
    request: HttpRequest, exam: Exam | None, head: ExamHeadForm, rows: Any, status: int = 200
) -> HttpResponse:
    context = {"exam": exam, "head": head, "rows": rows}
    return render(request, "exams/form.html", context, status=status)
