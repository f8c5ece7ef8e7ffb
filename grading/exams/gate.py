"""From a request to an exam of the actor's own school: the first line of every view that concerns an exam."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from grading.accounts.access import REVIEWERS, actor_of, get_or_404
from grading.accounts.models import Course, Membership, Role
from grading.core.actor import Actor
from grading.exams.models import Exam


def exam_or_404(request: HttpRequest, exam_id: int, *, with_names: bool = False) -> Exam:
    """The exam; Http404 when it does not exist, or belongs to another school or to courses of others.

    ``with_names``: for a page that shows whose sheets they are, which an anonymous exam keeps from
    reviewers (PermissionDenied).
    """
    actor = actor_of(request)
    exam = get_or_404(Exam.objects.all(), actor, pk=exam_id)
    if with_names and hides_names(actor, exam):
        raise PermissionDenied("This exam is marked without names.")
    return exam


def hides_names(actor: Actor, exam: Exam) -> bool:
    """Whether the actor may see neither names nor student numbers in this exam."""
    return exam.anonymous and actor.role == Role.REVIEWER


def who_may_review(exam: Exam) -> QuerySet[Membership]:
    """The members who may decide answers of the exam: what the gate says to each, asked of all at once.

    Reviewers who are in courses see the exams of these only (``grading.accounts.access.visible``).
    """
    somewhere = Exists(Course.objects.filter(members=OuterRef("pk")))
    here = Exists(Course.objects.filter(members=OuterRef("pk"), exams=exam.pk))
    return Membership.objects.filter(
        ~Q(role=Role.REVIEWER) | ~somewhere | here, school=exam.school_id, role__in=REVIEWERS
    )
