"""The addresses of the portal and the API."""

from __future__ import annotations

from django.urls import include, path

from grading.core.health import healthz
from grading.portal import views_appearance

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("appearance/", views_appearance.choose, name="appearance"),
    path("components/", views_appearance.components, name="components"),
    path("", include("grading.accounts.urls_login")),
    path("", include("grading.accounts.urls")),
    path("", include("grading.portal.urls")),
    path("", include("grading.exams.urls")),
    path("", include("grading.scans.urls")),
    path("", include("grading.marking.urls")),
    path("", include("grading.review.urls")),
    path("", include("grading.reports.urls")),
]
