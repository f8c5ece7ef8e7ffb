"""Another key for a question: the form, what it would change, and the change itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.examfile import ExamFileError
from grading.exams.gate import exam_or_404
from grading.exams.key_text import key_text, leniency
from grading.exams.models import Exam
from grading.exams.question_rows import field_of
from grading.exams.refusals import in_words
from grading.exams.spec import ExamSpec, Question
from grading.marking import rekey as rekeying
from grading.marking.models import Cutoffs
from grading.marking.rekey_forms import RekeyForm
from grading.marking.rekey_preview import preview
from grading.marking.standing import band_rows

CHANGES_SHOWN = 200


@requires(TEACHERS)
def rekey(request: HttpRequest, exam_id: int, question_id: str) -> HttpResponse:
    """GET: the key of today. POST: what another would change; with ``apply``, make it the key."""
    exam = exam_or_404(request, exam_id)
    question = _question(exam, question_id)
    if request.method != "POST":
        return _page(request, exam, question, RekeyForm(question))
    form = RekeyForm(question, request.POST)
    spec = _wanted(exam, form)
    if spec is None:
        return _page(request, exam, question, form, status=422)
    if "apply" not in request.POST:
        return _page(request, exam, question, form, spec)
    try:
        rekeying.rekey(
            actor=actor_of(request),
            exam=exam,
            question_id=question_id,
            change=form.change,
            seen=request.POST.get("seen", ""),
        )
    except UserError as error:
        form.add_error(None, in_words(error))
        return _page(request, exam, question, form, spec, status=409)
    said = _("Question %(question)s has its new key. The marks are being derived again.")
    messages.success(request, said % {"question": question_id})
    return redirect("reports:question", exam.pk, question_id)


def _question(exam: Exam, question_id: str) -> Question:
    try:
        return exam.load_spec().question(question_id)
    except KeyError as unknown:
        raise Http404("This exam has no such question.") from unknown


def _wanted(exam: Exam, form: RekeyForm) -> ExamSpec | None:
    """The exam file with the form's key; None with the faults in the form."""
    if not form.is_valid():
        return None
    try:
        return rekeying.with_question(exam, form.question.id, form.change)
    except ExamFileError as error:
        for fault in error.faults:
            _row, name = field_of(fault)
            known = name in form.fields
            form.add_error(name if known else None, fault.message if known else str(fault))
        return None


def _page(
    request: HttpRequest,
    exam: Exam,
    question: Question,
    form: RekeyForm,
    spec: ExamSpec | None = None,
    status: int = 200,
) -> HttpResponse:
    marked = Cutoffs.objects.filter(exam=exam).exists()
    found = preview(exam, spec, question.id) if spec and marked else None
    context: dict[str, Any] = {
        "exam": exam,
        "question": question,
        "key": key_text(question),
        "lenient": leniency(question),
        "form": form,
        "wanted": spec.question(question.id) if spec else None,
        "wanted_key": key_text(spec.question(question.id)) if spec else "",
        "same": bool(spec) and spec == exam.load_spec(),
        "marked": marked,
        "preview": found,
        "shown": found.changes[:CHANGES_SHOWN] if found else (),
        "bands": band_rows(*found.bands) if found else (),
        "seen": rekeying.state_of(exam),
    }
    return render(request, "marking/rekey.html", context, status=status)
