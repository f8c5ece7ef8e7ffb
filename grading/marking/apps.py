"""The app of marking."""

from __future__ import annotations

from django.apps import AppConfig


class MarkingConfig(AppConfig):
    """Marks, thresholds and the audit sample."""

    name = "grading.marking"
    label = "marking"
