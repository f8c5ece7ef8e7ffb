"""The criteria of a question: seen, changed after a look at who changes marks, and who marks by them."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.exams.spec import Question
from grading.marking import rubric_services
from grading.marking.rubric_forms import RubricForm, RulesForm, form_of, read_form
from grading.marking.rubric_preview import preview
from grading.marking.rubric_rules import Rules, rules_for


@requires(READERS)
def rubric(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """The criteria, and the way to change them."""
    exam = exam_or_404(request, exam_id)
    return _page(request, exam, _question(exam, question))


@requires(TEACHERS)
def change(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """First shows whose marks would change; saves when that is confirmed, or when nobody's do."""
    exam = exam_or_404(request, exam_id)
    chosen = _question(exam, question)
    if request.method != "POST":
        return redirect("marking:rubric", exam.pk, chosen.id)
    form = read_form(request.POST, rules_for(exam, chosen).rubric)
    if "again" in request.POST or not form.is_valid:
        return _page(request, exam, chosen, form=form, status=200 if form.is_valid else 422)
    proposed = form.proposed()
    found = preview(exam, chosen, proposed)
    if found.changes and "confirmed" not in request.POST:
        context = {"exam": exam, "question": chosen, "form": form, "preview": found, "proposed": proposed}
        return render(request, "marking/rubric_preview.html", context)
    try:
        done = rubric_services.change_rubric(
            actor=actor_of(request), exam=exam, question=chosen, proposed=proposed
        )
    except UserError as error:
        newer = replace(form, version=rules_for(exam, chosen).rubric.version)
        return _page(request, exam, chosen, form=newer, status=409, refusal=in_words(error))
    text = ngettext(
        "The criteria are saved. %(n)d answer has other marks now.",
        "The criteria are saved. %(n)d answers have other marks now.",
        len(done.changes),
    )
    messages.success(request, text % {"n": len(done.changes)})
    return redirect("marking:rubric", exam.pk, chosen.id)


@requires(TEACHERS)
def rules(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """Who marks the question, and how much of it twice."""
    exam = exam_or_404(request, exam_id)
    chosen = _question(exam, question)
    if request.method != "POST":
        return redirect("marking:rubric", exam.pk, chosen.id)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, exam, chosen, rules_form=form, status=422)
    rubric_services.set_rules(actor=actor_of(request), exam=exam, question=chosen, **form.values())
    messages.success(request, _("Saved. The answers to this question follow it from now on."))
    return redirect("marking:rubric", exam.pk, chosen.id)


def _question(exam: Exam, name: str) -> Question:
    try:
        return exam.load_spec().question(name)
    except KeyError as missing:
        raise Http404("There is no such question.") from missing


def _page(
    request: HttpRequest,
    exam: Exam,
    question: Question,
    *,
    form: RubricForm | None = None,
    rules_form: RulesForm | None = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    now = rules_for(exam, question)
    context = {
        "exam": exam,
        "question": question,
        "rules": now,
        "form": form or form_of(now.rubric),
        "rules_form": rules_form or RulesForm(initial=_initial(now)),
        "refusal": refusal,
    }
    return render(request, "marking/rubric.html", context, status=status)


def _initial(now: Rules) -> dict[str, object]:
    return {
        "by_people": now.by_people,
        "second": f"{100 * now.second_share:g} %",
        "tolerance": f"{now.tolerance.normalize():f}",
    }
