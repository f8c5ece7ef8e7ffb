"""How well the reviewers of an exam agree with what was decided, and how often they are asked."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.exams.gate import exam_or_404
from grading.review.known_items import RATES, set_rate
from grading.review.reviewer_quality import quality

NONE, ONE_IN = gettext_lazy("none"), gettext_lazy("one in {n}")


class RateForm(forms.Form):
    """One known item in how many."""

    one_in = forms.TypedChoiceField(
        label=gettext_lazy("Known items"),
        coerce=int,
        choices=[(rate, format_lazy(ONE_IN, n=rate) if rate else NONE) for rate in RATES],
    )


@requires(TEACHERS)
def reviewers(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The figures of each reviewer, every disagreement, and the rate, which is set here."""
    exam = exam_or_404(request, exam_id)
    posted = request.POST if request.method == "POST" else None
    form = RateForm(posted, initial={"one_in": exam.known_one_in})
    if form.is_valid():
        set_rate(actor=actor_of(request), exam=exam, one_in=form.cleaned_data["one_in"])
        messages.success(request, _("Saved."))
        return redirect("review:reviewers", exam.pk)
    figures, unsettled = quality(exam)
    context = {"exam": exam, "form": form, "figures": figures, "unsettled": unsettled}
    return render(request, "review/reviewers.html", context, status=422 if form.errors else 200)
