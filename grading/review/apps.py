"""The app of review."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The queue of doubtful answers and human decisions."""

    name = "grading.review"
    label = "review"
