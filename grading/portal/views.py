"""The list of exams, an exam's home and its log."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from grading.accounts.access import MEMBERS, READERS, actor_of, requires, visible
from grading.accounts.models import Role
from grading.core.models import AuditEvent
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Student
from grading.marking.models import Answer
from grading.portal.overview import overview
from grading.portal.steps import steps
from grading.scans.models import Page

EVENTS_A_PAGE = 100


@requires(MEMBERS)
def exams(request: HttpRequest) -> HttpResponse:
    """All exams of the school with what waits in each."""
    found = visible(Exam.objects.all(), actor_of(request)).annotate(
        students_n=_count(Student.objects.filter(on_roster=True)),
        pages_n=_count(Page.objects.all()),
        answers_n=_count(Answer.objects.all()),
        review_n=_count(Answer.objects.filter(status=Answer.Status.REVIEW)),
    )
    return render(request, "portal/exams.html", {"exams": found.order_by("-created_at", "-id")})


def _count(rows: QuerySet[Student] | QuerySet[Page] | QuerySet[Answer]) -> Coalesce:
    counted = rows.filter(exam=OuterRef("pk")).order_by().values("exam").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted), 0)


@requires(MEMBERS)
def exam(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The steps of an exam; a reviewer goes straight to the review."""
    chosen = exam_or_404(request, exam_id)
    if actor_of(request).role == Role.REVIEWER:
        return redirect("review:queue", chosen.pk)
    seen = overview(chosen)
    return render(request, "portal/exam.html", {"exam": chosen, "seen": seen, "steps": steps(seen)})


@requires(READERS)
def log(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Who did what, newest first, filtered by words."""
    chosen = exam_or_404(request, exam_id)
    words = request.GET.get("q", "").strip()
    events = AuditEvent.objects.filter(exam_id=chosen.pk).order_by("-id")
    if words:
        events = events.filter(Q(verb__icontains=words) | Q(actor_label__icontains=words))
    page = Paginator(events, EVENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/log.html", {"exam": chosen, "page": page, "words": words})
