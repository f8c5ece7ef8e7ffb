"""Making or changing an exam by the form: its head, a row for every question, and the page beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import TEACHERS, requires
from grading.core.errors import UserError
from grading.core.sent import whole_number
from grading.exams.editor import Editor
from grading.exams.editor_notes import (
    Note,
    PageSeen,
    about_prints,
    answer_data,
    notes_of,
    nothing_seen,
    page_of_spec,
    page_seen,
)
from grading.exams.examfile import MAX_BYTES, ExamFileError, parse_exam
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.printed_changes import NewPrintNeeded
from grading.exams.refusals import in_words
from grading.exams.spec import ExamSpec
from grading.exams.views_file import save_exam, saved

Sight = tuple[PageSeen, list[Note]]


@requires(TEACHERS)
def new_by_form(request: HttpRequest) -> HttpResponse:
    """A new exam by the form."""
    return _edit(request, None)


@requires(TEACHERS)
def change_by_form(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The form filled with an existing exam."""
    return _edit(request, exam_or_404(request, exam_id))


@requires(TEACHERS)
@require_POST
def new_draft(request: HttpRequest) -> HttpResponse:
    """What the editor shows beside a new exam that is being written; nothing is saved."""
    return _drafted(request, None)


@requires(TEACHERS)
def draft(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The same for an exam that there is, with what its printed sheets say to the change."""
    exam = exam_or_404(request, exam_id)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    return _drafted(request, exam)


def _drafted(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    editor = Editor.sent(request.POST, new=exam is None)
    if not editor.is_valid:
        return JsonResponse({"missing": _("This form cannot be read; load the page anew.")}, status=422)
    found = editor.draft()
    number = request.POST.get("page", "1")
    seen = page_seen(editor, found, whole_number(number) or 1, request.POST.get("chosen", ""))
    words, refused = about_prints(exam, found.finished) if exam and found.finished else ("", False)
    return JsonResponse({**answer_data(editor, found, seen), "printed": words, "refused": refused})


def _edit(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    if request.method == "POST" and "import" in request.POST:
        return _imported(request, exam)
    if request.method == "POST":
        return _submitted(request, exam)
    spec = exam.load_spec() if exam else None
    return _page(request, exam, Editor.showing(spec, new=exam is None), _sight_of(spec))


def _imported(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    """The form filled from a file; what it held is in the browser's history only when this works."""
    file = request.FILES.get("exam_file")
    try:
        if file is None:
            raise UserError(_("no file was chosen"), _("choose an exam file first"))
        if (file.size or 0) > MAX_BYTES:
            raise UserError(_("this file is too large for an exam file"), _("choose the right file"))
        name = file.name or "exam.yaml"
        spec = parse_exam(file.read().decode("utf-8-sig"), name=name)
    except (UserError, UnicodeDecodeError) as error:
        said = in_words(error) if isinstance(error, UserError) else _("This is not UTF-8 text.")
        messages.error(request, said)
        editor = Editor.sent(request.POST, new=exam is None)
        return _page(request, exam, editor, _sight(request, editor), status=422)
    messages.success(request, _("The form is filled from %(name)s. Nothing is saved yet.") % {"name": name})
    return _page(request, exam, Editor.showing(spec, new=exam is None), _sight_of(spec))


def _submitted(request: HttpRequest, exam: Exam | None) -> HttpResponse:
    editor, context = Editor.sent(request.POST, new=exam is None), {}
    sight = _sight(request, editor)  # before faults are put at their fields, which empties these
    if editor.is_valid and "look" not in request.POST:
        try:
            spec = editor.spec()
            changed = save_exam(request, exam, spec, new_print="new_print" in request.POST)
            return saved(request, changed, new=exam is None)
        except ExamFileError as error:
            editor.put(error.faults)
            # What is wrong stands at its field now.
            sight = (sight[0], [note for note in sight[1] if note.look == "look"])
        except NewPrintNeeded as error:
            context["new_print"] = in_words(error)
        except UserError as error:
            editor.head.add_error(None, in_words(error))
    status = 200 if "look" in request.POST else 422
    return _page(request, exam, editor, sight, status=status, **context)


def _page(
    request: HttpRequest, exam: Exam | None, editor: Editor, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"exam": exam, "head": editor.head, "rows": editor.rows, "row_forms": editor.row_forms}
    if status != 200:
        context["refused"] = editor.refused()
    return render(request, "exams/form.html", context | {"seen": sight[0], "notes": sight[1]}, status=status)


def _sight(request: HttpRequest, editor: Editor) -> Sight:
    """The page and the notes that come with a form that was sent, before any script asks for them."""
    if not editor.is_valid:
        return PageSeen(), []
    found = editor.draft()
    return page_seen(editor, found, chosen=request.POST.get("chosen", "")), notes_of(editor, found)


def _sight_of(spec: ExamSpec | None) -> Sight:
    return page_of_spec(spec) if spec else nothing_seen(), []
