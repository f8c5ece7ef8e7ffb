"""Deciding how sure the machine must be."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.core.progress import progress
from grading.exams import services as exams
from grading.exams.examfile import exam_from_data
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.marking.audit_sample import audit
from grading.marking.budget_curve import curve_of
from grading.marking.forms import BudgetForm


@requires(READERS)
def budget(request: HttpRequest, exam_id: int) -> HttpResponse:
    """What each error budget would mean for this exam."""
    return _page(request, exam_or_404(request, exam_id), None)


@requires(TEACHERS)
def choose(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Make a budget the exam's own; the marks are then derived again."""
    exam = exam_or_404(request, exam_id)
    if request.method != "POST":
        return redirect("marking:budget", exam.pk)
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _page(request, exam, form, status=422)
    try:
        spec = exam_from_data({**exam.spec, "error_budget": form.cleaned_data["budget"]})
        exams.change_exam(actor=actor_of(request), exam=exam, spec=spec)
    except UserError as error:
        form.add_error("budget", in_words(error))
        return _page(request, exam, form, status=422)
    said = _("The budget is %(budget)s now. The marks are being derived again.")
    messages.success(request, said % {"budget": f"{100 * spec.error_budget:g} %"})
    return redirect("marking:budget", exam.pk)


def _page(request: HttpRequest, exam: Exam, form: BudgetForm | None, status: int = 200) -> HttpResponse:
    spec = exam.load_spec()
    curve = curve_of(exam, spec.error_budget)
    context = {
        "exam": exam,
        "spec": spec,
        "curve": curve,
        "points": json.dumps(curve.as_data()) if curve else "",
        "form": form or BudgetForm(initial={"budget": f"{100 * spec.error_budget:g}%"}),
        "audit": audit(exam) if curve else None,
        "busy": _is_marking(exam),
    }
    return render(request, "marking/budget.html", context, status=status)


def _is_marking(exam: Exam) -> bool:
    """Whether the marks are about to be derived again."""
    return progress(exam_id=exam.pk, stage=Stage.MARK).open > 0
