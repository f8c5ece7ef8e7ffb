"""What every template knows about the person who looks at it, and about ways to log in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from grading.accounts.access import membership_of
from grading.accounts.models import Role


def membership(request: HttpRequest) -> dict[str, Any]:
    """`membership`: the person's role in the school they look at, or None before login."""
    member = membership_of(request)
    return {
        "membership": member,
        "owns_school": member is not None and member.role == Role.OWNER,
        "sends_mail": settings.SENDS_MAIL,
        "signup_open": settings.SIGNUP_OPEN,
    }
