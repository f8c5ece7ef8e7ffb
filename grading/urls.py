"""The addresses of the portal and the API."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("grading.accounts.urls")),
]
