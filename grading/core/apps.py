"""The work queue, the audit log, errors and checks: the floor that every other app stands on."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The app of the floor."""

    name = "grading.core"
    label = "core"

    def ready(self) -> None:
        from grading.core import checks, connections  # noqa: F401  (they register themselves)
