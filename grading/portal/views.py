"""The list of exams and an exam's home."""

from __future__ import annotations

from django.db.models import OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from grading.accounts.access import MEMBERS, actor_of, requires, visible
from grading.accounts.models import Course, Role
from grading.core.counting import counted
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Student
from grading.marking.models import Answer
from grading.portal.overview import overview
from grading.portal.steps import steps
from grading.scans.models import Page

FEW = 8
"""As many exams are seen at a glance; more can be searched."""


@requires(MEMBERS)
def exams(request: HttpRequest) -> HttpResponse:
    """The exams of the school, of a course (``?course=``) or with a name (``?q=``), and what waits there."""
    seen = visible(Exam.objects.all(), actor_of(request))
    courses = list(Course.objects.filter(exams__in=seen).distinct())
    chosen = request.GET.get("course", "")
    if course := whole_number(chosen):
        seen = seen.filter(course_id=course)
    words = request.GET.get("q", "").strip()
    if words:
        seen = seen.filter(Q(title__icontains=words) | Q(code__icontains=words))
    answers = Answer.objects.filter(exam=OuterRef("pk"))
    found = seen.select_related("course").annotate(
        students_n=counted(Student.objects.filter(exam=OuterRef("pk"), on_roster=True), "exam"),
        pages_n=counted(Page.objects.filter(exam=OuterRef("pk")), "exam"),
        answers_n=counted(answers, "exam"),
        review_n=counted(answers.filter(status=Answer.Status.REVIEW), "exam"),
    )
    shown = list(found.order_by("-created_at", "-id"))
    context = {"exams": shown, "courses": courses, "chosen": chosen, "words": words}
    context["searched"] = bool(words) or len(shown) > FEW
    return render(request, "portal/exams.html", context)


@requires(MEMBERS)
def exam(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The steps of an exam; a reviewer goes straight to the review."""
    chosen = exam_or_404(request, exam_id)
    if actor_of(request).role == Role.REVIEWER:
        return redirect("review:queue", chosen.pk)
    seen = overview(chosen)
    return render(request, "portal/exam.html", {"exam": chosen, "seen": seen, "steps": steps(seen)})
