"""The audit log outlives what it speaks of."""

from __future__ import annotations

import pytest
from django.db import transaction

from grading.accounts.models import Membership
from grading.core.actor import MACHINE, Actor
from grading.core.audit import record
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_an_event_names_its_author_object_and_school(alice: Membership, alice_actor: Actor) -> None:
    event = record("member.changed", actor=alice_actor, obj=alice, data={"role": "owner"})
    event.refresh_from_db()
    assert (event.actor_id, event.actor_label) == (alice.user_id, "alice@example.org")
    assert (event.object_type, event.object_id) == ("accounts.membership", alice.pk)
    assert (event.school_id, event.data) == (alice.school_id, {"role": "owner"})


def test_the_machine_is_an_author_too() -> None:
    event = record("page.read", actor=MACHINE, school_id=7, exam_id=3)
    assert (event.actor_id, event.actor_label, event.school_id, event.exam_id) == (None, "inkgrade", 7, 3)


def test_erasing_a_person_leaves_the_log(alice: Membership, alice_actor: Actor) -> None:
    record("exam.released", actor=alice_actor)
    alice.user.delete()
    assert AuditEvent.objects.get().actor_label == "alice@example.org"


def test_an_event_of_a_change_that_failed_is_not_kept(alice_actor: Actor) -> None:
    def release() -> None:
        with transaction.atomic():
            record("exam.released", actor=alice_actor)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        release()
    assert not AuditEvent.objects.exists()
