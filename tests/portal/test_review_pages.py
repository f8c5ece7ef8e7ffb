"""The bench: what it shows, what it saves, and what it refuses to save."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.core.actor import Actor
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.review import services
from grading.review.models import Lease
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name: str, answer: Answer) -> str:
    return reverse(f"review:{name}", args=[answer.exam_id, answer.pk])


def test_the_bench_shows_crop_key_reading_and_reason(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "2")
    page = bob_client.get(url("item", answer)).content.decode()
    crop = reverse("scans:crop", args=[graded.exam.pk, graded.pages[0].pk])
    assert f"{crop}?question=2" in page
    assert "9.81 ± 0.02" in page
    assert "9.87" in page
    assert "60 % sure" in page
    assert answer.reason.capitalize()[:10] in page


def test_next_lends_an_item_and_goes_there(graded: Graded, bob_client: Client) -> None:
    answer = bob_client.get(reverse("review:next", args=[graded.exam.pk]))
    lease = Lease.objects.get()
    assert answer["Location"] == url("item", lease.answer)


@pytest.mark.parametrize(
    ("sent", "marks"),
    [
        ({"kind": "right"}, Decimal(3)),
        ({"kind": "wrong"}, Decimal(0)),
        ({"kind": "marks", "marks": "1,5"}, Decimal("1.5")),
        ({"kind": "reading", "text": "9.82"}, Decimal(3)),
    ],
)
def test_every_kind_of_decision_is_saved(
    sent: dict[str, str], marks: Decimal, graded: Graded, bob_client: Client
) -> None:
    answer = graded.answer(0, "2")
    gone = bob_client.post(url("decide", answer), sent)
    answer.refresh_from_db()
    assert gone.status_code == 302
    assert (answer.status, answer.marks) == (Answer.Status.HUMAN, marks)
    assert not Lease.objects.filter(answer=answer).exists()


def test_a_decision_by_script_brings_the_next_item_in_one_answer(graded: Graded, bob_client: Client) -> None:
    first = graded.answer(0, "1")
    reply = bob_client.post(url("decide", first), {"kind": "right"}, headers=HTMX)
    following = Lease.objects.get().answer
    assert reply.status_code == 200
    assert reply["HX-Push-Url"] == url("item", following)
    assert f'data-answer="{following.pk}"' in reply.content.decode()
    assert b"<html" not in reply.content


def test_the_last_decision_leads_back_to_the_queue(graded: Graded, bob_client: Client) -> None:
    open_answers = list(Answer.objects.filter(exam=graded.exam, status=Answer.Status.REVIEW))
    for answer in open_answers:
        reply = bob_client.post(url("decide", answer), {"kind": "right"}, headers=HTMX)
    assert reply["HX-Redirect"] == reverse("review:queue", args=[graded.exam.pk])


def test_a_stale_tab_cannot_overwrite_a_decision(
    graded: Graded, bob_client: Client, dora_actor: Actor
) -> None:
    answer = graded.answer(0, "2")
    marking.decide(actor=dora_actor, answer=answer, kind=Decision.Kind.WRONG)
    reply = bob_client.post(url("decide", answer), {"kind": "reading", "text": "9.8", "seen": ""})
    answer.refresh_from_db()
    assert reply.status_code == 409
    assert "Somebody decided on this answer" in reply.content.decode()
    assert 'value="9.8"' in reply.content.decode()  # what was typed is not lost
    assert answer.marks == 0
    assert Decision.objects.count() == 1


def test_a_lost_hold_says_so_and_keeps_what_was_typed(
    graded: Graded, bob_client: Client, bob_actor: Actor, dora_actor: Actor
) -> None:
    answer = graded.answer(0, "2")
    services.take(actor=bob_actor, answer=answer)
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    services.take(actor=dora_actor, answer=answer)
    reply = bob_client.post(url("decide", answer), {"kind": "marks", "marks": "2"})
    assert reply.status_code == 409
    assert "Dora has it now. Nothing was saved." in reply.content.decode()
    assert 'value="2"' in reply.content.decode()
    assert not Decision.objects.exists()
    assert bob_client.post(url("hold", answer)).status_code == 409


def test_an_item_that_somebody_holds_can_be_seen_but_not_decided(
    graded: Graded, bob_client: Client, dora_actor: Actor
) -> None:
    answer = graded.answer(0, "1")
    services.take(actor=dora_actor, answer=answer)
    page = bob_client.get(url("item", answer)).content.decode()
    assert "Dora is deciding this one right now" in page
    assert 'name="kind"' not in page


@pytest.mark.parametrize("marks", ["a lot", "", "99", "-1"])
def test_impossible_marks_are_refused_in_words(marks: str, graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "2")
    reply = bob_client.post(url("decide", answer), {"kind": "marks", "marks": marks})
    assert reply.status_code == 422
    assert not Decision.objects.exists()
    assert 'role="alert" data-refusal>' in reply.content.decode()


def test_a_decided_answer_can_be_decided_again(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "1")
    bob_client.post(url("decide", answer), {"kind": "wrong"})
    page = bob_client.get(url("item", answer)).content.decode()
    seen = Decision.objects.get().pk
    assert f'name="seen" value="{seen}"' in page
    bob_client.post(url("decide", answer), {"kind": "right", "seen": str(seen)})
    answer.refresh_from_db()
    assert answer.verdict == Answer.Verdict.CORRECT


def test_undo_brings_the_item_back(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "1")
    bob_client.post(url("decide", answer), {"kind": "wrong"})
    back = bob_client.post(reverse("review:undo", args=[graded.exam.pk]))
    answer.refresh_from_db()
    assert back["Location"] == url("item", answer)
    assert answer.status == Answer.Status.REVIEW


def test_skipping_gives_the_item_back(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "1")
    bob_client.get(url("item", answer))
    bob_client.post(url("skip", answer))
    assert not Lease.objects.filter(answer=answer).exists()


def test_every_button_of_the_bench_names_its_key(graded: Graded, bob_client: Client) -> None:
    page = bob_client.get(url("item", graded.answer(0, "2"))).content.decode()
    for key in ("Enter", "Backspace", "ArrowRight", "u", "z", "p", "e", "?"):
        assert f'aria-keyshortcuts="{key}"' in page
