"""Taking scans in, and what becomes of their pages, live."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.scans import services
from grading.scans.forms import ScansForm
from grading.scans.wall import Wall, wall


@requires(READERS)
def scan(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The place to drop files, and the wall of their pages."""
    exam = exam_or_404(request, exam_id)
    return render(
        request, "scans/scan.html", {"exam": exam, "wall": _wall(request, exam), "form": ScansForm()}
    )


@requires(READERS)
def pages(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The wall, which asks for itself again while the machine is at work; once settled, the steps too."""
    exam = exam_or_404(request, exam_id)
    return render(request, "scans/pages.html", {"exam": exam, "wall": _wall(request, exam)})


@requires(TEACHERS)
@require_POST
def upload(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Take files in; one that is refused does not hold up the others."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    form = ScansForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, exam, 0, [_("No file arrived; choose one or more.")])
    taken, faults = 0, []
    for file in form.cleaned_data["scans"]:
        try:
            services.take_in(actor=actor, exam=exam, name=file.name or "scan", content=file.file)
            taken += 1
        except UserError as error:
            faults.append(in_words(error))
    return _answer(request, exam, taken, faults)


def _wall(request: HttpRequest, exam: Exam) -> Wall:
    return wall(exam, request.GET.get("state", ""), request.GET.get("page"))


def _answer(request: HttpRequest, exam: Exam, taken: int, faults: list[str]) -> HttpResponse:
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"taken": taken, "faults": faults}, status=422 if faults else 200)
    for fault in faults:
        messages.error(request, fault)
    if taken:
        text = ngettext("%(n)d file is taken in.", "%(n)d files are taken in.", taken)
        messages.success(request, text % {"n": taken})
    return redirect("scans:scan", exam.pk)
