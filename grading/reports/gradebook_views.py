"""Filling in the gradebook that another system exported: upload, preview, the same file back."""

from __future__ import annotations

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import READERS, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.reports.gradebook_carrying import brought, carried
from grading.reports.gradebook_columns import header_row, system
from grading.reports.gradebook_file import read_gradebook
from grading.reports.gradebook_filling import Choices, Gradebook
from grading.reports.gradebook_forms import ChoicesForm, GradebookForm
from grading.reports.since_release import changed_students
from grading.reports.tables import grades

LINES_SHOWN = 300
NAMES_SHOWN = 100
CONFLICTS = ("other", "computed")
"""What a person should see first."""


@requires(READERS)
def gradebook(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Asks for the file; then shows what would be written where, by the guess or by what a person chose."""
    exam = exam_or_404(request, exam_id)
    if request.method != "POST":
        return _asked(request, exam, GradebookForm())
    if "carried" in request.POST:
        return _again(request, exam)
    form = GradebookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _asked(request, exam, form)
    upload = form.cleaned_data["upload"]
    data = upload.read()
    try:
        book = _book(exam, upload.name, data)
    except UserError as error:
        form.add_error("upload", in_words(error))
        return _asked(request, exam, form)
    choices, hidden = book.guess(), carried(exam.pk, upload.name, data)
    return _shown(request, exam, ChoicesForm(book, choices), choices, hidden)


@requires(READERS)
@require_POST
def gradebook_file(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The file with the marks in it, as they were shown: what was chosen since is shown first."""
    return _again(request, exam_or_404(request, exam_id), wanted=True)


def _again(request: HttpRequest, exam: Exam, *, wanted: bool = False) -> HttpResponse:
    """The preview by what a person chose; the file itself if it is ``wanted`` as it was shown."""
    hidden = request.POST.get("carried", "")
    try:
        book = _book(exam, *brought(exam.pk, hidden))
    except (BadSignature, UserError):
        return _asked(request, exam, GradebookForm({}))
    form = ChoicesForm(book, book.guess(), request.POST)
    if not form.is_valid():
        return _shown(request, exam, form, None, hidden)
    choices = form.choices
    if wanted and request.POST.get("shown") == choices.told:
        return _download(book, choices)
    if wanted:
        messages.info(request, _("You chose something else: look at it before you take the file."))
    return _shown(request, exam, ChoicesForm(book, choices), choices, hidden)


def _book(exam: Exam, name: str, data: bytes) -> Gradebook:
    return Gradebook(read_gradebook(data, name), tuple(grades(exam)), exam.title, exam.code)


def _asked(request: HttpRequest, exam: Exam, form: GradebookForm) -> HttpResponse:
    context = {"exam": exam, "form": form, "differing": _differing(exam)}
    return render(request, "reports/gradebook.html", context, status=422 if form.errors else 200)


def _differing(exam: Exam) -> int:
    """How many students would be told another mark by the file than by the release."""
    return changed_students(exam) if exam.state == Exam.State.RELEASED else 0


def _shown(
    request: HttpRequest, exam: Exam, form: ChoicesForm, choices: Choices | None, hidden: str
) -> HttpResponse:
    """The preview; without one where the choices are faulty."""
    book = form.book
    rows = book.file.rows
    context = {
        "exam": exam,
        "differing": _differing(exam),
        "form": form,
        "name": book.file.name,
        "warnings": book.file.warnings,
        "carried": hidden,
        "names_shown": f":{NAMES_SHOWN}",
    }
    if choices is not None:
        matching, filling = book.matching(choices.who), book.filling(choices)
        context |= {
            "filling": filling,
            "lines": sorted(filling.lines, key=lambda line: line.fate not in CONFLICTS)[:LINES_SHOWN],
            "kind": matching.kind,
            "system": system(rows, header_row(rows, matching)),
            "shown": choices.told,
        }
    return render(request, "reports/gradebook_preview.html", context, status=200 if choices else 422)


def _download(book: Gradebook, choices: Choices) -> HttpResponse:
    """As bytes of no kind, so that no browser or proxy takes its text for its own to change."""
    named = {"Content-Disposition": content_disposition_header(True, book.file.name) or "attachment"}
    return HttpResponse(book.filled(choices), content_type="application/octet-stream", headers=named)
