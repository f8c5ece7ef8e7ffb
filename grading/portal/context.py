"""What the templates may offer: a person is not shown what their role would be refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from grading.accounts.access import READERS, REVIEWERS, TEACHERS, membership_of
from grading.accounts.models import Membership
from grading.portal.appearance import LANGUAGES, THEMES, theme_of


def abilities(request: HttpRequest) -> dict[str, Any]:
    """``may_teach``, ``may_review``, ``may_read`` in the school looked at; the person's ``schools``."""
    member = membership_of(request)
    role = member.role if member else None
    return {
        "may_teach": role in TEACHERS,
        "may_review": role in REVIEWERS,
        "may_read": role in READERS,
        "schools": SimpleLazyObject(lambda: _schools(member)),
    }


def appearance(request: HttpRequest) -> dict[str, Any]:
    """The ``theme`` looked at, and what may be chosen."""
    return {"theme": theme_of(request), "themes": THEMES, "languages": LANGUAGES}


def _schools(member: Membership | None) -> list[Membership]:
    if member is None:
        return []
    return list(Membership.objects.filter(user_id=member.user_id).select_related("school"))
