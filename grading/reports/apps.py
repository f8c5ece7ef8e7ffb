"""The app of reports."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports, exports and statistics."""

    name = "grading.reports"
    label = "reports"
