"""Addresses within the review, which keep the question that the queue is narrowed to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from grading.exams.models import Exam
from grading.marking.models import Answer


def item_url(answer: Answer, chosen: str = "") -> str:
    """The page of one item."""
    url = reverse("review:item", args=[answer.exam_id, answer.pk])
    return f"{url}?{urlencode({'question': chosen})}" if chosen else url


def queue_url(exam: Exam) -> str:
    """The page of the whole queue."""
    return reverse("review:queue", args=[exam.pk])
