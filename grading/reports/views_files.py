"""Files to download: tables for spreadsheets, reports for the class and for students."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Sheet
from grading.exams.refusals import in_words
from grading.reports import services
from grading.reports.archive import ask, last_changes, packing
from grading.reports.csvfiles import FILES
from grading.reports.models import Archive
from grading.reports.since_release import changed_students


@requires(READERS)
def csv_file(request: HttpRequest, exam_id: int, name: str) -> StreamingHttpResponse:
    """answers.csv, grades.csv, ledger.csv or review.csv."""
    exam = exam_or_404(request, exam_id)
    write = FILES.get(f"{name}.csv")
    if write is None:
        raise Http404(f"There is no {name}.csv; there are {', '.join(FILES)}.")
    named = {"Content-Disposition": f'attachment; filename="{exam.code}-{name}.csv"'}
    return StreamingHttpResponse(write(exam), content_type="text/csv; charset=utf-8", headers=named)


@requires(READERS)
def class_pdf(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The report of the whole class."""
    exam = exam_or_404(request, exam_id)
    return _download(services.class_report(exam), f"{exam.code}-class.pdf", "application/pdf")


@requires(READERS)
def student_pdf(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """The report of one sheet."""
    exam = exam_or_404(request, exam_id)
    sheet = Sheet.objects.filter(exam=exam, pk=sheet_id).select_related("exam", "print_run").first()
    if sheet is None:
        raise Http404("There is no such sheet.")
    return _download(services.student_report(sheet), f"{exam.code}-{sheet.number}.pdf", "application/pdf")


@requires(READERS)
def archive(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The reports of all sheets, and those that a later release changed, as archives: how far they are."""
    exam = exam_or_404(request, exam_id)
    release = last_changes(exam)
    packings = [packing(exam), *([packing(exam, changed=True)] if release else [])]
    context = {"exam": exam, "packings": packings, "busy": any(each.busy for each in packings)}
    context |= {"release": release, "differing": changed_students(exam)}
    part = request.headers.get("HX-Target") == "packing"
    return render(request, "reports/packing.html" if part else "reports/archive.html", context)


@requires(TEACHERS)
@require_POST
def archive_make(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Have an archive made: of all reports, or of those that a later release changed (``changed``)."""
    exam = exam_or_404(request, exam_id)
    try:
        ask(actor=actor_of(request), exam=exam, changed="changed" in request.POST)
    except UserError as error:
        messages.error(request, in_words(error))
    return redirect("reports:archive", exam.pk)


@requires(READERS)
def archive_file(request: HttpRequest, exam_id: int, *, changed: bool = False) -> HttpResponseBase:
    """The newest archive that was packed, of all reports or of the changed ones."""
    exam = exam_or_404(request, exam_id)
    found = Archive.objects.filter(exam=exam, changed=changed).first()
    if found is None or not found.file:
        raise Http404("The reports are not packed yet.")
    name = f"{exam.code}-{'changed' if changed else 'students'}.zip"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=name)


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
