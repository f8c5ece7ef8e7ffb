"""Marked answers are found by what was given to them and by whom, and nothing unsettled is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from grading.accounts.models import School
from grading.core.actor import Actor
from tests.review.open_class import OPEN, OpenClass, open_class

pytestmark = pytest.mark.django_db


@pytest.fixture
def klass(school: School, alice_actor: Actor, bob_actor: Actor) -> OpenClass:
    """Three of four are marked: two by Bob, one by Alice."""
    found = open_class(school)
    found.mark(1, bob_actor, "1.1")
    found.mark(2, bob_actor, "1.1", "1.2", comment="neat")
    found.mark(3, alice_actor)
    return found


def shown(client: Client, klass: OpenClass, **wish: object) -> list[str]:
    answer = client.get(reverse("review:open-marked", args=[klass.exam.pk, OPEN]), wish)
    assert answer.status_code == 200
    return [one.answer.sheet.number for one in answer.context["page"]]


def test_answers_are_found_by_criterion_marks_and_marker(
    klass: OpenClass, alice_client: Client, alice_actor: Actor, bob_actor: Actor
) -> None:
    assert shown(alice_client, klass) == ["0001", "0002", "0003"]
    assert shown(alice_client, klass, criterion="1.1") == ["0001", "0002"]
    assert shown(alice_client, klass, criterion="1.3") == []
    assert shown(alice_client, klass, marks="3.500") == ["0002"]
    assert shown(alice_client, klass, by=alice_actor.user_id) == ["0003"]
    assert shown(alice_client, klass, by=bob_actor.user_id, marks="2") == ["0001"]
    assert shown(alice_client, klass, marks="NaN", by="x") == ["0001", "0002", "0003"]


def test_what_waits_for_a_second_marker_is_not_shown(
    klass: OpenClass, bob_client: Client, alice_actor: Actor
) -> None:
    klass.twice(alice_actor)
    assert shown(bob_client, klass) == []


def test_the_page_of_a_question_counts_its_criteria_and_leads_to_them(
    klass: OpenClass, alice_client: Client
) -> None:
    answer = alice_client.get(reverse("reports:question", args=[klass.exam.pk, OPEN]))
    counts = [(criterion.points, n) for criterion, n in answer.context["given"]]
    assert counts == [(Decimal(2), 2), (Decimal("1.5"), 1), (Decimal(-1), 0)]
    assert "/marked/?criterion=1.1" in answer.content.decode()


def test_reviewers_do_not_see_the_marks_that_they_check_blind(
    klass: OpenClass, alice_client: Client, bob_client: Client
) -> None:
    url = reverse("review:open-marked", args=[klass.exam.pk, "1"])
    assert alice_client.get(url).status_code == 200
    assert bob_client.get(url).status_code == 403
