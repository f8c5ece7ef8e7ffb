"""The app of exams."""

from __future__ import annotations

from django.apps import AppConfig


class ExamsConfig(AppConfig):
    """Exams, questions, keys, rosters and printed sheets."""

    name = "grading.exams"
    label = "exams"
