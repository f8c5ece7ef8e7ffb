"""Audit events of a person rather than of a school: every school that the person is in sees them."""

from __future__ import annotations

from typing import Any

from grading.accounts.models import User
from grading.core.actor import Actor
from grading.core.audit import record


def record_of_person(
    verb: str, *, user: User, data: dict[str, Any] | None = None, actor: Actor | None = None
) -> None:
    """Record what a person did, or what was done to their login (by ``actor``), in each of their schools."""
    actor = actor or Actor(user_id=user.pk, label=user.email)
    schools: list[int | None] = list(user.memberships.values_list("school_id", flat=True))
    for school_id in schools or [None]:
        record(verb, actor=actor, obj=user, school_id=school_id, data=data)
