"""The addresses of the portal and the API."""

from __future__ import annotations

from django.urls import include, path

from grading.core.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("grading.accounts.urls")),
    path("", include("grading.portal.urls")),
    path("", include("grading.exams.urls")),
    path("", include("grading.scans.urls")),
    path("", include("grading.marking.urls")),
    path("", include("grading.review.urls")),
    path("", include("grading.reports.urls")),
]
