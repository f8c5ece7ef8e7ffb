"""Whose sheets they are: what the machine could not tell, and what it told wrongly."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Sheet
from grading.exams.refusals import in_words
from grading.marking import services
from grading.marking.forms import StudentForm, SwapForm
from grading.marking.sheet_owners import doubtful, meant_by, named_like, owners, without_student

SHEETS_A_PAGE = 100
DOUBTFUL_SHOWN = 20
STUDENTS_OFFERED = 12


@requires(TEACHERS)
def identities(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Sheets without a student, each with its number box and the likeliest students; then all the others.

    While a student is typed, htmx asks for those who may be meant.
    """
    exam = exam_or_404(request, exam_id)
    if request.headers.get("HX-Target") == "roster":
        offered = named_like(exam, request.GET.get("student", ""))[:STUDENTS_OFFERED]
        return render(request, "marking/students_offered.html", {"students": offered})
    return _page(request, exam, SwapForm())


@requires(TEACHERS)
@require_POST
def identify(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """Say whose sheet it is."""
    exam = exam_or_404(request, exam_id)
    sheet = Sheet.objects.filter(exam=exam, pk=sheet_id).first()
    if sheet is None:
        raise Http404("There is no such sheet.")
    form = StudentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type a student number or choose a student."))
        return redirect("marking:identities", exam.pk)
    try:
        student = meant_by(exam, form.cleaned_data["student"])
        found = services.identify(actor=actor_of(request), sheet=sheet, student_id=student.student_id)
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(
            request, _("Sheet %(sheet)s is %(student)s.") % {"sheet": sheet.number, "student": found.student}
        )
    return redirect("marking:identities", exam.pk)


@requires(TEACHERS)
@require_POST
def swap(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Two students changed places: give each the other's sheet."""
    exam = exam_or_404(request, exam_id)
    form = SwapForm(request.POST)
    if form.is_valid():
        first, second = (_sheet(exam, form, name) for name in ("first", "second"))
        if first and second:
            try:
                services.swap(actor=actor_of(request), first=first, second=second)
            except UserError as error:
                form.add_error(None, in_words(error))
            else:
                messages.success(request, _("The two sheets have changed students."))
                return redirect("marking:identities", exam.pk)
    return _page(request, exam, form, status=422)


def _sheet(exam: Exam, form: SwapForm, name: str) -> Sheet | None:
    text = form.cleaned_data[name].strip()
    number = text.zfill(4) if text.isdigit() else text
    found = Sheet.objects.filter(exam=exam, number=number).order_by("-print_run_id").first()
    if found is None:
        form.add_error(name, _("There is no sheet %(number)s.") % {"number": number})
    return found


def _page(request: HttpRequest, exam: Exam, form: SwapForm, status: int = 200) -> HttpResponse:
    shown = doubtful(exam, DOUBTFUL_SHOWN)
    context = {
        "exam": exam,
        "doubtful": shown,
        "more": without_student(exam).count() - len(shown),
        "page": Paginator(owners(exam), SHEETS_A_PAGE).get_page(request.GET.get("page")),
        "form": form,
    }
    return render(request, "marking/identities.html", context, status=status)
