"""What the templates may offer: a person is not shown what their role would be refused."""

from __future__ import annotations

from django.http import HttpRequest

from grading.accounts.access import READERS, REVIEWERS, TEACHERS, membership_of


def abilities(request: HttpRequest) -> dict[str, bool]:
    """``may_teach``, ``may_review`` and ``may_read`` of the person in the school they look at."""
    member = membership_of(request)
    role = member.role if member else None
    return {"may_teach": role in TEACHERS, "may_review": role in REVIEWERS, "may_read": role in READERS}
