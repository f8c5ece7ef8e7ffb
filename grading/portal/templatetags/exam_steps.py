"""The row of steps above every page of an exam."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from grading.accounts.access import membership_of
from grading.accounts.models import Role
from grading.exams.models import Exam
from grading.marking.left_for_people import left_for_people
from grading.reports.since_release import changed_students
from grading.scans.models import Page

register = template.Library()
REVIEW_PAGES = ("review:", "marking:identit", "marking:rubric", "marking:claim")
STEPS = [
    ("exams:roster", ("exams:change", "exams:copy", "exams:roster", "exams:version")),
    ("exams:print", ("exams:print",)),
    ("scans:scan", ("scans:",)),
    ("marking:budget", ("marking:budget",)),
    ("review:queue", REVIEW_PAGES),
    ("reports:results", ("reports:",)),
]


@register.inclusion_tag("parts/steps.html", takes_context=True)
def exam_steps(context: dict[str, Any], exam: Exam) -> dict[str, Any]:
    """Links to the steps with what waits there: the review alone for a reviewer, the rest for an examiner."""
    request = context["request"]
    member = membership_of(request)
    view = request.resolver_match.view_name if request.resolver_match else ""
    only = {Role.REVIEWER: STEPS[4:5], Role.EXAMINER: [*STEPS[:4], *STEPS[5:]]}
    shown = only.get(Role(member.role), STEPS) if member else STEPS
    waiting = _waiting(exam)
    if STEPS[-1] in shown:
        waiting["reports:results"] = changed_students(exam)
    steps = [
        {
            "url": reverse(name, args=[exam.pk]),
            "title": _titles()[name],
            "waiting": waiting.get(name, 0),
            "current": view.startswith(pages),
        }
        for name, pages in shown
    ]
    return {"steps": steps}


register.simple_tag(left_for_people)


def _titles() -> dict[str, str]:
    names = (_("Set up"), _("Print"), _("Scan in"), _("How sure"), _("Review"), _("Results"))
    return {step: name for (step, _pages), name in zip(STEPS, names, strict=True)}


def _waiting(exam: Exam) -> dict[str, int]:
    problems = Page.objects.filter(
        exam=exam, state__in=[Page.State.UNREADABLE, Page.State.NEEDS_REVIEW]
    ).count()
    return {"scans:scan": problems, "review:queue": left_for_people(exam).review}
