"""A newer reader: what its readings would change, and taking them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking import replay as replaying
from grading.marking.standing import band_rows
from grading.scans.gateway import installed_reader


@requires(TEACHERS)
def replay(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Which readers read the exam, and what the installed one would change; for htmx how far the trial is."""
    exam = exam_or_404(request, exam_id)
    part = request.headers.get("HX-Target") == "replay"
    return render(request, "marking/replay_trial.html" if part else "marking/replay.html", _context(exam))


@requires(TEACHERS)
@require_POST
def ask(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Have the installed reader read the exam beside what counts."""
    exam = exam_or_404(request, exam_id)
    try:
        replaying.ask(exam=exam)
    except UserError as error:
        messages.error(request, in_words(error))
    return redirect("marking:replay", exam.pk)


@requires(TEACHERS)
@require_POST
def take(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Let the readings of the trial count."""
    exam = exam_or_404(request, exam_id)
    try:
        n = replaying.take(actor=actor_of(request), exam=exam, seen=request.POST.get("seen", ""))
    except UserError as error:
        messages.error(request, in_words(error))
        return redirect("marking:replay", exam.pk)
    said = ngettext(
        "%(n)d new reading counts now. The marks are being derived again.",
        "%(n)d new readings count now. The marks are being derived again.",
        n,
    )
    messages.success(request, said % {"n": n})
    return redirect("reports:results", exam.pk)


def _context(exam: Exam) -> dict[str, Any]:
    trial = replaying.trial(exam)
    found = trial.found if trial else None
    return {
        "exam": exam,
        "installed": installed_reader(),
        "others": replaying.other_readers(exam),
        "trial": trial,
        "found": found,
        "bands": band_rows(*found.bands) if found else (),
    }
