"""The log of an exam: in words, filtered by person, act, object and day, and as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.core.actor import Actor
from grading.core.models import AuditEvent
from grading.marking import services as marking
from grading.marking.models import Decision
from grading.portal.log_words import VERBS
from tests.conftest import ROOT
from tests.portal.conftest import Graded


def shown(client: Client, graded: Graded, **wish: str) -> list[str]:
    answer = client.get(reverse("portal:log", args=[graded.exam.pk]), wish)
    return [line.event.verb for line in answer.context["lines"]]


@pytest.mark.django_db
def test_events_are_filtered_by_person_act_object_and_day(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    today = timezone.localdate()
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert shown(alice_client, graded, who=bob_actor.label) == ["answer.decided"]
    assert shown(alice_client, graded, verb="roster.set") == ["roster.set"]
    assert set(shown(alice_client, graded, kind="marking.answer")) == {"answer.decided"}
    assert "answer.decided" in shown(alice_client, graded, since=today.isoformat(), until=today.isoformat())
    assert shown(alice_client, graded, since=tomorrow) == []
    assert shown(alice_client, graded, q="no such words") == []


@pytest.mark.django_db
def test_an_event_is_told_in_words(graded: Graded, alice_client: Client, bob_actor: Actor) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    page = alice_client.get(reverse("portal:log", args=[graded.exam.pk])).content.decode()
    assert "decided an answer" in page
    assert "answer.decided" not in re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)


@pytest.mark.django_db
def test_the_file_has_what_the_filter_leaves(graded: Graded, alice_client: Client, bob_actor: Actor) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.READING, text="=1+1")
    answer = alice_client.get(reverse("portal:log-csv", args=[graded.exam.pk]), {"verb": "answer.decided"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["person"], row["verb"]) for row in rows] == [(bob_actor.label, "answer.decided")]
    assert len(rows) == AuditEvent.objects.filter(verb="answer.decided").count()


def test_every_act_of_an_exam_has_words() -> None:
    found = set()
    for path in (ROOT / "grading").rglob("*.py"):
        if path.parts[-2] != "accounts":  # what happens to schools and people is in the school's log
            found |= set(re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert found - set(VERBS) == set()
