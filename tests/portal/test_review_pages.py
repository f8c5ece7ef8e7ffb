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
from grading.review import leases
from grading.review.models import Lease
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Bench": "1"}


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


def test_a_member_of_a_group_that_is_read_with_doubt_is_pointed_out(
    graded: Graded, bob_client: Client
) -> None:
    members = Answer.objects.filter(exam=graded.exam, group__gt=0)
    address = reverse("review:group", args=[graded.exam.pk, members[0].group])
    for confidence, pointed_out in ((0.97, False), (0.48, True)):
        members.update(confidence=confidence)
        assert ("read with doubt" in bob_client.get(address).content.decode()) == pointed_out


def test_next_lends_a_group_and_goes_there(graded: Graded, bob_client: Client) -> None:
    answer = bob_client.get(reverse("review:next", args=[graded.exam.pk]))
    held = {lease.answer.question for lease in Lease.objects.all()}
    assert answer["Location"] == reverse("review:group", args=[graded.exam.pk, 1])
    assert (Lease.objects.count(), held) == (2, {"1"})


def test_next_lends_a_single_item_and_goes_there(graded: Graded, bob_client: Client) -> None:
    answer = bob_client.get(reverse("review:next", args=[graded.exam.pk]) + "?size=each")
    lease = Lease.objects.get()
    assert answer["Location"] == url("item", lease.answer) + "?size=each"


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


def test_a_decision_by_script_brings_what_comes_next_in_one_answer(
    graded: Graded, bob_client: Client
) -> None:
    first = graded.answer(0, "1")
    sent = {"kind": "right", "size": "each"}
    reply = bob_client.post(url("decide", first), sent, headers=SCRIPT)
    text = reply.content.decode()
    held = list(Lease.objects.order_by("pk").values_list("answer_id", flat=True))
    assert len(held) == 3
    assert [f'data-answer="{key}"' in text for key in held] == [True, True, True]
    assert f'data-answer="{first.pk}"' not in text
    assert "<html" not in text


def test_what_the_bench_has_is_not_sent_again(graded: Graded, bob_client: Client) -> None:
    first, second = graded.answer(0, "1"), graded.answer(1, "1")
    sent = {"kind": "right", "size": "each", "have": str(second.pk)}
    text = bob_client.post(url("decide", first), sent, headers=SCRIPT).content.decode()
    assert f'data-answer="{second.pk}"' not in text
    assert f'data-answer="{graded.answer(0, "2").pk}"' in text


def test_the_last_decision_leads_back_to_the_queue(graded: Graded, bob_client: Client) -> None:
    for answer in Answer.objects.filter(exam=graded.exam, status=Answer.Status.REVIEW).exclude(question="4"):
        reply = bob_client.post(url("decide", answer), {"kind": "right", "size": "each"}, follow=True)
    assert reply.redirect_chain[-1][0] == reverse("review:queue", args=[graded.exam.pk]) + "?size=each"


def test_a_decision_that_arrives_twice_counts_once(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "2")
    sent = {"kind": "right", "seen": "", "act": "6f1f4d0e-5a63-4d31-9c0a-111111111111"}
    replies = [bob_client.post(url("decide", answer), sent, headers=SCRIPT) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert Decision.objects.count() == 1


def test_enter_in_a_field_means_what_was_typed(graded: Graded, bob_client: Client) -> None:
    first, second = graded.answer(0, "2"), graded.answer(1, "2")
    bob_client.post(url("decide", first), {"kind": "typed", "text": "9.81", "marks": ""})
    bob_client.post(url("decide", second), {"kind": "typed", "text": "", "marks": "1"})
    found = Decision.objects.order_by("pk").values_list("kind", "text", "marks")
    assert list(found) == [("reading", "9.81", None), ("marks", "", Decimal(1))]


def test_a_partial_credit_is_one_button(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "2")
    page = bob_client.get(url("item", answer)).content.decode()
    assert 'name="credit" value="1.5"' in page
    bob_client.post(url("decide", answer), {"credit": "1.5", "marks": "", "text": ""})
    assert graded.answer(0, "2").marks == Decimal("1.5")


def test_a_flag_is_set_and_taken_off(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "2")
    bob_client.post(url("flag", answer), {"flag": "1"})
    queue = bob_client.get(reverse("review:queue", args=[graded.exam.pk])).content.decode()
    assert "Flagged for another look" in queue
    only = bob_client.get(reverse("review:next", args=[graded.exam.pk]) + "?flagged=1&size=each")
    assert only["Location"].startswith(url("item", answer))
    bob_client.post(url("flag", answer), {"flag": "0"})
    assert not Answer.objects.filter(flagged=True).exists()


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
    leases.take(actor=bob_actor, item=answer)
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    leases.take(actor=dora_actor, item=answer)
    reply = bob_client.post(url("decide", answer), {"kind": "marks", "marks": "2"})
    assert reply.status_code == 409
    assert "Dora has it now. Nothing was saved." in reply.content.decode()
    assert 'value="2"' in reply.content.decode()
    assert not Decision.objects.exists()
    hold = reverse("review:hold", args=[graded.exam.pk])
    assert (
        f'data-lost-items="{answer.pk}"' in bob_client.post(hold, {"answer": str(answer.pk)}).content.decode()
    )


def test_an_item_that_somebody_holds_can_be_seen_but_not_decided(
    graded: Graded, bob_client: Client, dora_actor: Actor
) -> None:
    answer = graded.answer(0, "1")
    leases.take(actor=dora_actor, item=answer)
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


def test_an_undo_that_arrives_twice_takes_back_one_decision(graded: Graded, bob_client: Client) -> None:
    first, second = graded.answer(0, "2"), graded.answer(1, "2")
    for answer in (first, second):
        bob_client.post(url("decide", answer), {"kind": "wrong"})
    undo = reverse("review:undo", args=[graded.exam.pk])
    sent = {"act": "6f1f4d0e-5a63-4d31-9c0a-222222222222"}
    replies = [bob_client.post(undo, sent, headers=SCRIPT).content.decode() for _ in range(2)]
    assert [f'data-answer="{second.pk}"' in reply for reply in replies] == [True, True]
    assert Decision.objects.filter(kind="undo").count() == 1
    bob_client.post(undo, {"act": "6f1f4d0e-5a63-4d31-9c0a-333333333333"}, headers=SCRIPT)
    first.refresh_from_db()
    assert first.status == Answer.Status.REVIEW


def test_skipping_gives_the_item_back(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "1")
    bob_client.get(url("item", answer))
    bob_client.post(url("skip", answer))
    assert not Lease.objects.filter(answer=answer).exists()


def test_every_button_of_the_bench_names_its_key(graded: Graded, bob_client: Client) -> None:
    page = bob_client.get(url("item", graded.answer(0, "2"))).content.decode()
    for key in ("Enter", "Backspace", "j", "r", "c", "f", "ArrowRight", "ArrowLeft", "u", "z", "p", "?"):
        assert f'aria-keyshortcuts="{key}"' in page
