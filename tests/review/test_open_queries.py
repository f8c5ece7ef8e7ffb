"""The pages of open answers ask the database as often for many answers as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.accounts.models import School
from grading.core.actor import Actor
from tests.query_counts import queries
from tests.review.open_class import OPEN, OpenClass, open_class

pytestmark = pytest.mark.django_db
MOST = {
    "review:open-list": 16,
    "review:open-question": 20,
    "review:open-item": 30,
    "review:open-marked": 16,
    "reports:question": 24,
    "marking:rubric": 16,
}


def counts(klass: OpenClass, client: Client) -> dict[str, int]:
    first = {"review:open-list": [], "review:open-item": [klass.answer(1).pk]}
    return {
        name: queries(client, reverse(name, args=[klass.exam.pk, *first.get(name, [OPEN])])) for name in MOST
    }


def test_a_page_costs_the_same_however_many_answers(
    school: School, alice_client: Client, alice_actor: Actor, bob_actor: Actor
) -> None:
    few = open_class(school, sheets=2)
    found = counts(few, alice_client)
    few.exam.code = "few"
    few.exam.save()
    many = open_class(school, sheets=9)
    many.twice(alice_actor)
    for number in range(2, 10):
        many.mark(number, bob_actor, "1.1", comment=f"remark {number}")
    again = counts(many, alice_client)
    for name, most in MOST.items():
        assert again[name] <= max(found[name] + 2, most), name  # the agreement figures take two
        assert again[name] <= most, name


def test_a_change_of_the_rubric_costs_the_same_for_few_and_many(
    school: School, alice_client: Client, bob_actor: Actor
) -> None:
    spent = []
    for sheets in (2, 9):
        klass = open_class(school, sheets=sheets)
        for number in range(1, sheets + 1):
            klass.mark(number, bob_actor, "1.1")
        url = reverse("marking:rubric-change", args=[klass.exam.pk, OPEN])
        sent = {
            "id": ["1.1"],
            "text": ["x"],
            "points": ["3"],
            "version": "1",
            "scoring": "up",
            "confirmed": "1",
        }
        with CaptureQueriesContext(connection) as seen:
            alice_client.post(url, sent)
        spent.append(len(seen))
        klass.exam.code = f"class-{sheets}"
        klass.exam.save()
    assert spent[1] <= spent[0]
