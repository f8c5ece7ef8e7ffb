"""The app of accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, schools, memberships and the access gate."""

    name = "grading.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what happens to logins."""
        from grading.accounts import second_factor  # noqa: F401
