"""The audit log: who did what to which object. Written in the transaction of the change itself."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from grading.core.actor import Actor
from grading.core.models import AuditEvent


def record(
    verb: str,
    *,
    actor: Actor,
    obj: Model | None = None,
    school_id: int | None = None,
    exam_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. `verb` is dotted and in the past ("exam.released"); `data` must be plain JSON.

    `school_id` is the actor's school when it is not given.
    """
    return AuditEvent.objects.create(
        actor_id=actor.user_id,
        actor_label=actor.label,
        school_id=actor.school_id if school_id is None else school_id,
        exam_id=exam_id,
        verb=verb,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        data=data or {},
    )
