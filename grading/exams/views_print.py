"""Printing: sheets for an exam, what was printed before, and how a page looks."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams import services
from grading.exams.forms import PrintForm
from grading.exams.gate import exam_or_404
from grading.exams.layout_json import layout_text
from grading.exams.models import Exam, PrintRun, Student
from grading.exams.print_layout import layout_of
from grading.exams.print_ledger import print_ledger
from grading.exams.printing import write_pdf
from grading.exams.refusals import in_words
from grading.exams.scanner_test import page_print
from grading.exams.sheet_print import plan_print


@requires(READERS)
def prints(request: HttpRequest, exam_id: int) -> HttpResponse:
    """What was printed of the exam, and the form for more."""
    exam = exam_or_404(request, exam_id)
    students = Student.objects.filter(exam=exam, on_roster=True).count()
    first = PrintForm(initial={"per_student": students > 0, "copies": 0 if students else 30})
    return _page(request, exam, first)


@requires(TEACHERS)
def new_print(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Make a PDF of sheets with codes of their own."""
    exam = exam_or_404(request, exam_id)
    if request.method != "POST":
        return redirect("exams:print", exam.pk)
    form = PrintForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        before = exam.print_runs.count()
        try:
            run = services.print_sheets(
                actor=actor_of(request),
                exam=exam,
                copies=data["copies"] or 0,
                per_student=data["per_student"],
                further=data["further"],
            )
        except UserError as error:
            form.add_error(None, in_words(error))
        else:
            _say(request, run, new=exam.print_runs.count() > before)
            return redirect("exams:print", exam.pk)
    return _page(request, exam, form, status=422)


@requires(TEACHERS)
def withdraw(request: HttpRequest, exam_id: int, run_id: int) -> HttpResponse:
    """Take back a print whose paper is thrown away."""
    exam = exam_or_404(request, exam_id)
    run = _run(exam, run_id)
    if request.method == "POST":
        try:
            services.withdraw_print(actor=actor_of(request), run=run)
        except UserError as error:
            messages.error(request, in_words(error))
        else:
            messages.success(
                request, _("Print %(run)s is withdrawn: throw its paper away.") % {"run": run.run}
            )
    return redirect("exams:print", exam.pk)


@requires(READERS)
def scanner_test(request: HttpRequest, exam_id: int) -> HttpResponse:
    """A page that, printed and scanned, tells whether the scanner is set up well."""
    exam = exam_or_404(request, exam_id)
    pdf = io.BytesIO()
    write_pdf(page_print(exam.load_spec()), pdf)
    name = 'attachment; filename="scanner-test.pdf"'
    return HttpResponse(pdf.getvalue(), content_type="application/pdf", headers={"Content-Disposition": name})


@requires(READERS)
def sheets_pdf(request: HttpRequest, exam_id: int, run_id: int) -> HttpResponseBase:
    """The PDF of one print."""
    run = _run(exam_or_404(request, exam_id), run_id)
    if not run.pdf:
        raise Http404("This print was made elsewhere; its PDF is not here.")
    return FileResponse(run.pdf.open("rb"), as_attachment=True, filename=f"{run.exam.code}-sheets.pdf")


@requires(READERS)
def layout_json(request: HttpRequest, exam_id: int, run_id: int) -> HttpResponse:
    """Where every box of one print stands."""
    run = _run(exam_or_404(request, exam_id), run_id)
    name = f'attachment; filename="{run.exam.code}-layout.json"'
    text = layout_text(layout_of(run))
    return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": name})


@requires(READERS)
def preview(request: HttpRequest, exam_id: int) -> HttpResponse:
    """One sheet as it would be printed now, not to be used: its sheet number is of no print."""
    exam = exam_or_404(request, exam_id)
    pdf = io.BytesIO()
    try:
        write_pdf(plan_print(exam.load_spec(), copies=1, run="preview"), pdf)
    except UserError as error:
        messages.error(request, in_words(error))
        return redirect("portal:exam", exam.pk)
    name = f'inline; filename="{exam.code}-preview.pdf"'
    return HttpResponse(pdf.getvalue(), content_type="application/pdf", headers={"Content-Disposition": name})


def _say(request: HttpRequest, run: PrintRun, *, new: bool) -> None:
    if new:
        text = _("The sheets are ready to be printed.")
        messages.success(request, text)
        return
    text = _("These very sheets are print %(run)s already: download it again, or ask for further sheets.")
    messages.warning(request, text % {"run": run.run})


def _run(exam: Exam, run_id: int) -> PrintRun:
    run = PrintRun.objects.filter(exam=exam, pk=run_id).select_related("exam").first()
    if run is None:
        raise Http404("There is no such print.")
    return run


def _page(request: HttpRequest, exam: Exam, form: PrintForm, status: int = 200) -> HttpResponse:
    runs = print_ledger(exam)
    students = Student.objects.filter(exam=exam, on_roster=True).count()
    context = {"exam": exam, "runs": runs, "form": form, "students": students}
    return render(request, "exams/print.html", context, status=status)
