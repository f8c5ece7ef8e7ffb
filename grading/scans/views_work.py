"""What the machine works on for an exam, and what it gave up and may be asked to try again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.exams.refusals import in_words
from grading.scans.under_way import try_again, under_way


@requires(READERS)
def work(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The work of one exam by kind, what is in hand, and what was given up with the reason."""
    exam = exam_or_404(request, exam_id)
    return render(request, "scans/work.html", {"exam": exam, "work": under_way(exam)})


@requires(TEACHERS)
@require_POST
def retry(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Try one job again (``job``), or all that were given up."""
    exam = exam_or_404(request, exam_id)
    chosen = request.POST.get("job", "")
    try:
        number = try_again(
            actor=actor_of(request), exam=exam, job_id=(whole_number(chosen) or 0) if chosen else None
        )
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(
            request, ngettext("%(n)d is tried again.", "%(n)d are tried again.", number) % {"n": number}
        )
    return redirect("scans:work", exam.pk)
