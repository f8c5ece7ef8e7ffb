"""Files to download: tables for spreadsheets, reports for the class and for students."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from grading.accounts.access import READERS, requires
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Sheet
from grading.reports import services
from grading.reports.csvfiles import FILES
from grading.reports.results import sheets


@requires(READERS)
def csv_file(request: HttpRequest, exam_id: int, name: str) -> HttpResponse:
    """answers.csv, grades.csv, ledger.csv or review.csv."""
    exam = exam_or_404(request, exam_id)
    write = FILES.get(f"{name}.csv")
    if write is None:
        raise Http404(f"There is no {name}.csv; there are {', '.join(FILES)}.")
    return _download(write(exam).encode(), f"{exam.code}-{name}.csv", "text/csv; charset=utf-8")


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
def students_zip(request: HttpRequest, exam_id: int) -> HttpResponseBase:
    """The reports of all scanned sheets, sent while they are made: memory holds one at a time."""
    exam = exam_or_404(request, exam_id)
    name = f'attachment; filename="{exam.code}-students.zip"'
    return StreamingHttpResponse(
        _zipped(exam), content_type="application/zip", headers={"Content-Disposition": name}
    )


class _Sink:
    """A file that is only written to; what was written is taken out again piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What came in since the last time."""
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def _zipped(exam: Exam) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(cast("zipfile._ZipWritable", sink), "w", zipfile.ZIP_STORED) as archive:
        for sheet in sheets(exam, "sheet", "").select_related("exam", "print_run", "identity__student"):
            archive.writestr(f"{_file_name(sheet)}.pdf", services.student_report(sheet))
            yield sink.take()
    yield sink.take()


def _file_name(sheet: Sheet) -> str:
    student = sheet.identity.student if hasattr(sheet, "identity") else None
    number = (
        "".join(sign for sign in student.student_id if sign.isalnum() or sign in "-_")
        if student
        else "unknown"
    )
    return f"{number}-{sheet.number}"


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
