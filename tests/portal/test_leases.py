"""Two people never hold one review item or group, and what nobody works on comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.review import leases, services
from grading.review.filters import EACH, Filters
from grading.review.models import Lease
from grading.review.queue import overview, progress, waiting
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db
ONE_BY_ONE = Filters(size=EACH)


def lapse(answer: Answer) -> None:
    Lease.objects.filter(answer=answer).update(until=timezone.now() - timedelta(seconds=1))


def test_two_reviewers_never_get_the_same_item(graded: Graded, bob_actor: Actor, dora_actor: Actor) -> None:
    count = waiting(graded.exam).count()
    got = []
    for _ in range(count):
        for actor in (bob_actor, dora_actor):
            answer = services.next_item(actor=actor, exam=graded.exam, filters=ONE_BY_ONE)
            if answer is None:
                continue
            got.append((answer.pk, actor.user_id))
            marking.decide(actor=actor, answer=answer, kind=Decision.Kind.WRONG)
            leases.give_back(actor=actor, items=[answer])
    assert len(got) == count
    assert len({pk for pk, _ in got}) == count
    assert {user for _, user in got} == {bob_actor.user_id, dora_actor.user_id}


def both_saw_the_same_queue(monkeypatch: pytest.MonkeyPatch, graded: Graded) -> None:
    """Two reviewers look at the queue in the same moment, before either has borrowed anything."""
    honest = services._first_free
    first = list(waiting(graded.exam)[:1])
    looks = iter([first, first])
    monkeypatch.setattr(services, "_first_free", lambda *args: next(looks, None) or honest(*args))


def test_of_two_who_ask_in_the_same_moment_one_gets_the_next_item(
    graded: Graded, bob_actor: Actor, dora_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_saw_the_same_queue(monkeypatch, graded)
    got = [
        services.next_item(actor=actor, exam=graded.exam, filters=ONE_BY_ONE)
        for actor in (bob_actor, dora_actor)
    ]
    assert got == list(waiting(graded.exam)[:2])


def test_without_the_lease_they_would_get_the_same(
    graded: Graded, bob_actor: Actor, dora_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_saw_the_same_queue(monkeypatch, graded)
    monkeypatch.setattr(leases, "take_all", lambda *, actor, items: {item.pk for item in items})
    got = [
        services.next_item(actor=actor, exam=graded.exam, filters=ONE_BY_ONE)
        for actor in (bob_actor, dora_actor)
    ]
    assert got[0] == got[1]


def test_a_reviewer_keeps_the_item_they_hold(graded: Graded, bob_actor: Actor) -> None:
    first = services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE)
    assert first is not None
    assert services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE) == first


def test_an_item_comes_back_when_its_lease_ends(graded: Graded, bob_actor: Actor, dora_actor: Actor) -> None:
    first = services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE)
    assert first is not None
    assert not leases.take(actor=dora_actor, item=first)
    lapse(first)
    assert services.next_item(actor=dora_actor, exam=graded.exam, filters=ONE_BY_ONE) == first
    assert leases.hold(actor=bob_actor, kind="answer", keys=[first.pk]) == {first.pk}
    assert not leases.take(actor=bob_actor, item=first)


def test_a_heartbeat_keeps_the_item(graded: Graded, bob_actor: Actor, dora_actor: Actor) -> None:
    first = services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE)
    assert first is not None
    Lease.objects.filter(answer=first).update(until=timezone.now() + timedelta(seconds=1))
    assert not leases.hold(actor=bob_actor, kind="answer", keys=[first.pk])
    assert Lease.objects.get(answer=first).until > timezone.now() + timedelta(seconds=60)


def test_giving_back_leaves_another_reviewers_lease_alone(
    graded: Graded, bob_actor: Actor, dora_actor: Actor
) -> None:
    first = services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE)
    assert first is not None
    leases.give_back(actor=dora_actor, items=[first])
    assert leases.holder(first) is not None


def test_skipped_items_come_again_at_the_end(graded: Graded, bob_actor: Actor) -> None:
    order = list(waiting(graded.exam))
    seen, last = [], None
    for _ in range(len(order) + 1):
        last = services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE, after=last)
        assert last is not None
        leases.give_back(actor=bob_actor, items=[last])
        seen.append(last)
    assert seen == [*order, order[0]]


def test_the_queue_can_be_narrowed_to_one_question(graded: Graded, bob_actor: Actor) -> None:
    answer = services.next_item(actor=bob_actor, exam=graded.exam, filters=Filters(size=EACH, question="2"))
    assert answer is not None
    assert answer.question == "2"
    assert {row.question: row.waiting for row in overview(graded.exam).questions}["2"] == 2


def test_nothing_is_left_when_all_is_decided(graded: Graded, bob_actor: Actor) -> None:
    for answer in waiting(graded.exam):
        marking.decide(actor=bob_actor, answer=answer, kind=Decision.Kind.RIGHT)
    assert services.next_item(actor=bob_actor, exam=graded.exam, filters=ONE_BY_ONE) is None
    assert progress(graded.exam, bob_actor).minutes_left == 0


def test_the_machine_cannot_hold_an_item(graded: Graded) -> None:
    with pytest.raises(UserError, match="Only a person"):
        leases.take(actor=Actor(user_id=None, label="machine"), item=graded.answer(0, "1"))


def test_an_undo_takes_back_the_persons_own_last_decision(
    graded: Graded, bob_actor: Actor, dora_actor: Actor
) -> None:
    mine, theirs = graded.answer(0, "1"), graded.answer(1, "1")
    marking.decide(actor=bob_actor, answer=mine, kind=Decision.Kind.RIGHT)
    marking.decide(actor=dora_actor, answer=theirs, kind=Decision.Kind.RIGHT)
    (undone,) = services.undo_last(actor=bob_actor, exam=graded.exam)
    assert undone.pk == mine.pk
    assert graded.answer(0, "1").status == Answer.Status.REVIEW
    assert graded.answer(1, "1").status == Answer.Status.HUMAN
    with pytest.raises(UserError, match="no decision of yours"):
        services.undo_last(actor=bob_actor, exam=graded.exam)
