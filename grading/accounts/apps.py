"""The app of accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, schools, memberships and the access gate."""

    name = "grading.accounts"
    label = "accounts"
