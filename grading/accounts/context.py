"""What every template knows about the person who looks at it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from grading.accounts.access import membership_of


def membership(request: HttpRequest) -> dict[str, Any]:
    """`membership`: the person's role in the school they look at, or None before login."""
    return {"membership": membership_of(request)}
