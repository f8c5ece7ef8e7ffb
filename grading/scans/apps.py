"""The app of scans."""

from __future__ import annotations

from django.apps import AppConfig


class ScansConfig(AppConfig):
    """Uploads, pages, the ledger and readings."""

    name = "grading.scans"
    label = "scans"
