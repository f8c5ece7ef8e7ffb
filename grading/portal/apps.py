"""The app of the portal."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that look at all steps of an exam together."""

    name = "grading.portal"
    label = "portal"
