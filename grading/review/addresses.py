"""Addresses within the review, which keep what the queue is narrowed to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from grading.exams.models import Exam
from grading.marking.models import Answer
from grading.review.filters import Filters
from grading.review.queue import ALL


def item_url(answer: Answer, filters: Filters = ALL) -> str:
    """The page of one item."""
    return reverse("review:item", args=[answer.exam_id, answer.pk]) + filters.query


def group_url(exam: Exam, number: int, filters: Filters = ALL) -> str:
    """The page of one group."""
    return reverse("review:group", args=[exam.pk, number]) + filters.query


def next_url(exam: Exam, filters: Filters = ALL) -> str:
    """Leads to whatever comes next."""
    return reverse("review:next", args=[exam.pk]) + filters.query


def queue_url(exam: Exam, filters: Filters = ALL) -> str:
    """The page of the whole queue."""
    return reverse("review:queue", args=[exam.pk]) + filters.query


def crop_url(answer: Answer) -> str:
    """The image of the answer's box; empty when its page was not scanned."""
    if answer.page_id is None:
        return ""
    base = reverse("scans:crop", args=[answer.exam_id, answer.page_id])
    return f"{base}?{urlencode({'question': answer.question})}"
