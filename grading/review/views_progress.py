"""How far every question is, by whose hands, and saying who marks which."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import MEMBERS, READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.refusals import in_words
from grading.review import assignments
from grading.review.assigning_form import AssigningForm
from grading.review.question_progress import question_progress


@requires(MEMBERS)
def progress(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The table of questions, and that of people; reviewers see what they did themselves, not the others."""
    exam, reads = exam_or_404(request, exam_id), actor_of(request).role in READERS
    table = question_progress(exam)
    workers = [row for row in table.workers if reads or row.person == request.user]
    context = {"exam": exam, "table": table, "workers": workers}
    return render(request, "review/question_progress.html", context)


@requires(TEACHERS)
def assign(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Who is asked to mark which question, all questions on one page."""
    exam = exam_or_404(request, exam_id)
    form = AssigningForm(exam, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            assignments.assign(actor=actor_of(request), exam=exam, wanted=form.wanted())
        except UserError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("review:progress", exam.pk)
    status = 422 if form.errors else 200
    return render(request, "review/assign.html", {"exam": exam, "form": form}, status=status)
