"""Who does something: a member of a school, or the machine itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change, passed to every service. ``school_id`` is the wall that it cannot look over."""

    user_id: int | None
    label: str
    school_id: int | None = None
    role: str = ""


MACHINE = Actor(user_id=None, label="inkgrade")
