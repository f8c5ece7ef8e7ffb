"""Whose sheet it is, sheet by sheet: digits choose a candidate."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Sheet
from grading.exams.refusals import in_words
from grading.marking import services as marking
from grading.marking.forms import StudentForm
from grading.marking.sheet_owners import meant_by
from grading.review import leases, sheets
from grading.review.desk import UNPROCESSABLE, go
from grading.review.keys import keys_of
from grading.review.queue import Progress

CANDIDATES = 5


@requires(TEACHERS)
def next_one(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Borrow the next unclear sheet (behind ``?after=``) and go there."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    given = whole_number(request.GET.get("after", ""))
    last = Sheet.objects.filter(exam=exam, pk=given).first() if given else None
    if last is not None:
        leases.give_back(actor=actor, items=[last])
    sheet = sheets.next_sheet(actor=actor, exam=exam, after=last)
    if sheet is None:
        messages.success(request, _("No sheet is left whose student you would have to say."))
        return redirect("review:queue", exam.pk)
    return redirect("review:sheet", exam.pk, sheet.pk)


@requires(TEACHERS)
def sheet(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """One sheet; saves whose it is and goes on."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    found = Sheet.objects.filter(exam=exam, pk=sheet_id).first()
    if found is None:
        raise Http404("There is no such sheet.")
    if not leases.take(actor=actor, item=found):
        messages.warning(request, _("Somebody else has that one; here is another."))
        return redirect("review:sheet-next", exam.pk)
    if request.method != "POST":
        return _show(request, exam, found)
    form = StudentForm({"student": request.POST.get("chosen") or request.POST.get("student", "")})
    if not form.is_valid():
        why = _("Type a student number or choose a student.")
        return _show(request, exam, found, UNPROCESSABLE, why)
    try:
        student = meant_by(exam, form.cleaned_data["student"])
        marking.identify(actor=actor, sheet=found, student_id=student.student_id)
    except UserError as error:
        return _show(request, exam, found, UNPROCESSABLE, in_words(error))
    leases.give_back(actor=actor, items=[found])
    return go(request, f"{reverse('review:sheet-next', args=[exam.pk])}?after={found.pk}")


def _show(
    request: HttpRequest, exam: Exam, found: Sheet, status: int = 200, refusal: str = ""
) -> HttpResponse:
    facts = sheets.facts(found)
    if facts is None:
        messages.info(request, _("That sheet has a student by now; here is what comes next."))
        return redirect("review:sheet-next", exam.pk)
    left = sheets.waiting(exam).count()
    context = {
        "exam": exam,
        "sheet": found,
        "facts": facts,
        "band": sheets.head(facts.page or facts.other),
        "page": facts.page or facts.other,
        "candidates": list(enumerate(facts.candidates[:CANDIDATES], start=1)),
        "progress": Progress(left, exam.identities.count() - left),
        "typed": request.POST.get("student", ""),
        "refusal": refusal,
        "keys": keys_of(actor_of(request)),
    }
    return render(request, "review/sheet.html", context, status=status)
