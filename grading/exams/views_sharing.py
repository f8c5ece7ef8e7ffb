"""Choosing who sees an exam."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.accounts.access import TEACHERS, actor_of, requires, visible
from grading.accounts.models import Course
from grading.core.actor import Actor
from grading.exams.gate import exam_or_404
from grading.exams.sharing import share


class SharingForm(forms.Form):
    """A course of the school or none, and whether reviewers see names."""

    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"),
        queryset=Course.objects.none(),
        required=False,
        empty_label=gettext_lazy("no course"),
    )
    anonymous = forms.BooleanField(label=gettext_lazy("Reviewers see no names"), required=False)

    def offer(self, actor: Actor) -> SharingForm:
        """The form with the courses that the actor may choose from."""
        field = self.fields["course"]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError("course is a choice of courses")
        field.queryset = visible(Course.objects.all(), actor)
        return self


@requires(TEACHERS)
def sharing(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Which course the exam belongs to, and whether it is marked without names."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    initial = {"course": exam.course_id, "anonymous": exam.anonymous}
    form = SharingForm(request.POST if request.method == "POST" else None, initial=initial).offer(actor)
    if request.method == "POST" and form.is_valid():
        share(actor=actor, exam=exam, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("portal:exam", exam.pk)
    status = 422 if form.errors else 200
    return render(request, "exams/sharing.html", {"exam": exam, "form": form}, status=status)
