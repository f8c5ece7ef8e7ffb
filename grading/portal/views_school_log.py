"""The log of a school: members, invitations, courses and log-ins, which concern no single exam."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grading.accounts.access import OWNERS, actor_of, requires
from grading.core.models import AuditEvent
from grading.portal.log_words import line
from grading.portal.views_log import EVENTS_A_PAGE


@requires(OWNERS)
def school_log(request: HttpRequest) -> HttpResponse:
    """Who did what in the school, newest first."""
    events = AuditEvent.objects.filter(school_id=actor_of(request).school_id, exam_id=None).order_by("-id")
    page = Paginator(events, EVENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": [line(event) for event in page.object_list]}
    return render(request, "portal/school_log.html", context)
