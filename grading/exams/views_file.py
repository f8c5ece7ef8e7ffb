"""Making or changing an exam by its EXAM.yaml."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, TEACHERS, actor_of, get_or_404, requires
from grading.accounts.models import School
from grading.core.errors import UserError
from grading.exams import services
from grading.exams.examfile import ExamFileError, dump_exam, parse_exam
from grading.exams.forms import ExamFileForm
from grading.exams.gate import exam_or_404
from grading.exams.marked_text import marked_lines
from grading.exams.models import Exam
from grading.exams.printed_changes import NewPrintNeeded
from grading.exams.refusals import in_words
from grading.exams.spec import ExamSpec


@requires(TEACHERS)
def new_by_file(request: HttpRequest) -> HttpResponse:
    """A new exam from an uploaded or pasted exam file."""
    return _edit(request, None)


@requires(TEACHERS)
def change_by_file(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The exam file of an existing exam, to be edited as text."""
    return _edit(request, exam_or_404(request, exam_id))


@requires(READERS)
def download_file(request: HttpRequest, exam_id: int) -> HttpResponse:
    """EXAM.yaml of today."""
    exam = exam_or_404(request, exam_id)
    name = f'attachment; filename="{exam.code}.yaml"'
    text = dump_exam(exam.load_spec())
    return HttpResponse(
        text, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": name}
    )


def save_exam(request: HttpRequest, exam: Exam | None, spec: ExamSpec, *, new_print: bool = False) -> Exam:
    """Create or change; raises UserError with what to do about it."""
    actor = actor_of(request)
    if exam is not None:
        return services.change_exam(actor=actor, exam=exam, spec=spec, new_print=new_print)
    return services.create_exam(actor=actor, school=get_or_404(School.objects.all(), actor), spec=spec)


def saved(request: HttpRequest, exam: Exam, *, new: bool) -> HttpResponse:
    """Say that it is saved and go on to the exam."""
    messages.success(request, _("The exam is set up.") if new else _("The exam is changed."))
    return redirect("portal:exam", exam.pk)


def _edit(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    initial = {"text": dump_exam(exam.load_spec())} if exam and request.method == "GET" else None
    form = ExamFileForm(request.POST or None, request.FILES or None, initial=initial)
    context: dict[str, Any] = {"form": form, "exam": exam}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            changed = save_exam(request, exam, parse_exam(text), new_print="new_print" in request.POST)
            return saved(request, changed, new=exam is None)
        except ExamFileError as error:
            context |= {"lines": marked_lines(text, error.faults), "faults": error.faults}
        except NewPrintNeeded as error:
            context["new_print"] = in_words(error)
        except UserError as error:
            form.add_error(None, in_words(error))
        context["form"] = _with_text(form, text)
    return render(request, "exams/file.html", context, status=422 if request.method == "POST" else 200)


def _with_text(form: ExamFileForm, text: str) -> ExamFileForm:
    """The same form with the text that an uploaded file held, so that it can be mended in place."""
    again = ExamFileForm({"text": text})
    again.full_clean()
    for error in form.non_field_errors():
        again.add_error(None, error)
    return again
