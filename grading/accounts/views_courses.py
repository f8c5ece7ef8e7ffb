"""The courses of a school."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts import courses as services
from grading.accounts.access import TEACHERS, actor_of, get_or_404, requires, visible
from grading.accounts.forms_school import CourseForm, CourseNameForm
from grading.accounts.models import Course, School
from grading.core.errors import UserError


@requires(TEACHERS)
def courses(request: HttpRequest) -> HttpResponse:
    """All courses, and the form for a new one."""
    actor = actor_of(request)
    form = CourseNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        school = get_or_404(School.objects.all(), actor)
        try:
            made = services.create_course(actor=actor, school=school, name=form.cleaned_data["name"])
        except UserError as error:
            form.add_error("name", str(error))
        else:
            return redirect("accounts:course", made.pk)
    found = visible(Course.objects.all(), actor).annotate(
        members_n=Count("members", distinct=True), exams_n=Count("exams", distinct=True)
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/courses.html", {"courses": found, "form": form}, status=status)


@requires(TEACHERS)
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """One course: its name and its members."""
    actor = actor_of(request)
    found = get_or_404(Course.objects.select_related("school"), actor, pk=course_id)
    initial = {"name": found.name, "members": found.members.all()}
    form = CourseForm(found.school, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_course(actor=actor, course=found, **form.cleaned_data)
        except UserError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:courses")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/course.html", {"course": found, "form": form}, status=status)


@requires(TEACHERS)
@require_POST
def remove(request: HttpRequest, course_id: int) -> HttpResponse:
    """End a course; its exams stay."""
    actor = actor_of(request)
    found = get_or_404(Course.objects.all(), actor, pk=course_id)
    services.remove_course(actor=actor, course=found)
    messages.success(request, _("The course %(name)s is removed; its exams stay.") % {"name": found.name})
    return redirect("accounts:courses")
