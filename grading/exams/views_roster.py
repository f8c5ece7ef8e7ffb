"""The roster of an exam: seen, previewed, saved."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams import services
from grading.exams.forms import RosterForm
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Student
from grading.exams.refusals import in_words
from grading.exams.roster import Roster, parse_roster
from grading.exams.roster_preview import preview, roster_text

STUDENTS_A_PAGE = 200


@requires(READERS)
def roster(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The students of the exam, and the way to give it others."""
    return _page(request, exam_or_404(request, exam_id), RosterForm())


@requires(TEACHERS)
def change_roster(request: HttpRequest, exam_id: int) -> HttpResponse:
    """First shows what would change; saves when that is confirmed."""
    exam = exam_or_404(request, exam_id)
    if request.method != "POST":
        return redirect("exams:roster", exam.pk)
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, exam, form, status=422)
    try:
        wanted = parse_roster(form.cleaned_data["content"])
        if "confirmed" in request.POST:
            return _save(request, exam, wanted)
    except UserError as error:
        form.add_error("upload" if form.cleaned_data.get("upload") else "text", in_words(error))
        return _page(request, exam, form, status=422)
    context = {"exam": exam, "roster": wanted, "preview": preview(exam, wanted), "text": roster_text(wanted)}
    return render(request, "exams/roster_preview.html", context)


def _save(request: HttpRequest, exam: Exam, wanted: Roster) -> HttpResponse:
    change = services.set_roster(actor=actor_of(request), exam=exam, roster=wanted)
    text = _("The roster is saved: %(added)d added, %(changed)d changed, %(removed)d removed.")
    counts = {"added": change.added, "changed": change.changed, "removed": change.removed}
    messages.success(request, text % counts)
    return redirect("exams:roster", exam.pk)


def _page(request: HttpRequest, exam: Exam, form: RosterForm, status: int = 200) -> HttpResponse:
    students = Student.objects.filter(exam=exam, on_roster=True).order_by("name", "student_id")
    page = Paginator(students, STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "exams/roster.html", {"exam": exam, "page": page, "form": form}, status=status)
