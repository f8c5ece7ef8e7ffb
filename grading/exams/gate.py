"""From a request to an exam of the actor's own school: the first line of every view that concerns an exam."""

from __future__ import annotations

from django.http import HttpRequest

from grading.accounts.access import actor_of, get_or_404
from grading.exams.models import Exam


def exam_or_404(request: HttpRequest, exam_id: int) -> Exam:
    """The exam; Http404 when it does not exist or belongs to another school."""
    return get_or_404(Exam.objects.all(), actor_of(request), pk=exam_id)
