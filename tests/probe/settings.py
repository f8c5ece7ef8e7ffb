"""The floor alone, with the probe as the only app that works."""

from __future__ import annotations

from grading.settings import *  # noqa: F403

INSTALLED_APPS = [
    "grading.core",
    "grading.accounts",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "tests.probe",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
ROOT_URLCONF = "tests.probe.urls"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
TEMPLATES: list[object] = []
