"""A student claims a mistake: the one answer is looked at again, and what became of it is told."""

from __future__ import annotations

import io
from decimal import Decimal

import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.claims import claim_again, open_ones, settle
from grading.marking.left_for_people import left_for_people
from grading.marking.models import Answer, Claim, Decision
from grading.reports.services import student_report
from tests.classroom import page, read_text, sheet, small_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(school: School) -> Answer:
    """An answer that the machine marked wrong."""
    exam = small_exam(school)
    read_text(page(sheet(exam, 1)), "1", "digits", "47", 0.99999, ["42"])
    marking.mark_exam(exam_id=exam.pk)
    found = Answer.objects.get(exam=exam, question="1")
    assert (found.status, found.marks) == ("auto", Decimal(0))
    return found


def _text(exam: Exam) -> str:
    document = pdfium.PdfDocument(io.BytesIO(student_report(sheet(exam, 1))))
    text = " ".join(document[k].get_textpage().get_text_range() for k in range(len(document)))
    return " ".join(text.split())


def _right(actor: Actor, answer: Answer) -> None:
    marking.decide(actor=actor, answer=answer, kind=Decision.Kind.READING, text="42")


def test_the_mark_stays_until_somebody_looked(answer: Answer, alice_actor: Actor) -> None:
    before = left_for_people(answer.exam)
    claim = claim_again(actor=alice_actor, answer=answer, words=" That is a 2, not a 7. ")
    answer.refresh_from_db()
    assert (answer.status, answer.marks) == ("auto", Decimal(0))
    assert claim.words == "That is a 2, not a 7."
    left = left_for_people(answer.exam)
    assert (left.claims, left.review - before.review, left.answers) == (1, 1, before.answers)
    event = AuditEvent.objects.get(verb="claim.made")
    assert (event.actor_id, event.data["sheet"], event.data["question"]) == (alice_actor.user_id, "0001", "1")


def test_a_claim_is_answered_with_the_mark_as_it_is_then(
    answer: Answer, alice_actor: Actor, bob_actor: Actor
) -> None:
    first = claim_again(actor=alice_actor, answer=answer, words="")
    assert not settle(actor=bob_actor, claim=first, reply="It reads 47.").is_changed
    again = claim_again(actor=alice_actor, answer=answer, words="No, 42!")
    _right(bob_actor, answer)
    settled = settle(actor=bob_actor, claim=again, reply="")
    assert settled.is_changed
    assert (settled.earned, settled.left_at) == (Decimal(0), Decimal(2))
    assert settled.settled_by_id == bob_actor.user_id
    assert not open_ones(answer.exam).exists()
    told = AuditEvent.objects.filter(verb="claim.settled").latest("pk").data
    assert (Decimal(told["before"]), Decimal(told["after"])) == (0, 2)


def test_one_claim_at_a_time_and_one_reply(answer: Answer, alice_actor: Actor, bob_actor: Actor) -> None:
    claim = claim_again(actor=alice_actor, answer=answer, words="first")
    with pytest.raises(UserError, match="open claim on this answer already"):
        claim_again(actor=bob_actor, answer=answer, words="second")
    settle(actor=alice_actor, claim=claim, reply="by Alice")
    with pytest.raises(UserError, match="answered this claim meanwhile"):
        settle(actor=bob_actor, claim=claim, reply="by Bob")
    assert Claim.objects.get().reply == "by Alice"


def test_an_answer_without_a_mark_is_decided_first(
    answer: Answer, alice_actor: Actor, alice_client: Client
) -> None:
    claim = claim_again(actor=alice_actor, answer=answer, words="")
    Answer.objects.filter(pk=answer.pk).update(status="review", marks=None, verdict="")
    with pytest.raises(UserError, match="decide it first"):
        settle(actor=alice_actor, claim=claim, reply="")
    body = alice_client.get(reverse("marking:claims", args=[answer.exam_id])).content.decode()
    assert '<button class="main" disabled>' in body
    assert open_ones(answer.exam).count() == 1


def test_it_outlives_that_the_marks_are_derived_anew(answer: Answer, alice_actor: Actor) -> None:
    claim_again(actor=alice_actor, answer=answer, words="")
    marking.mark_exam(exam_id=answer.exam_id)
    assert open_ones(answer.exam).count() == 1


def test_from_the_sheet_to_the_reply_in_the_report(answer: Answer, alice_client: Client) -> None:
    exam = answer.exam
    on_sheet, all_claims = (
        reverse("reports:sheet", args=[exam.pk, answer.sheet_id]),
        reverse("marking:claims", args=[exam.pk]),
    )
    make = reverse("marking:claim", args=[exam.pk, answer.pk])
    assert make in alice_client.get(on_sheet).content.decode()
    assert alice_client.post(make, {"words": "It says 42."})["Location"] == on_sheet
    shown = alice_client.get(on_sheet).content.decode()
    assert "claim open" in shown
    assert make not in shown
    assert all_claims in alice_client.get(reverse("review:queue", args=[exam.pk])).content.decode()
    body = alice_client.get(all_claims).content.decode()
    assert "It says 42." in body
    claim = Claim.objects.get()
    assert "It says 42." not in _text(exam)
    alice_client.post(reverse("marking:claim-settle", args=[exam.pk, claim.pk]), {"reply": "We read 47."})
    assert "looked at again: the mark stays" in alice_client.get(on_sheet).content.decode()
    text = _text(exam)
    assert "Looked at again" in text
    assert "“It says 42.”: the mark stays. We read 47." in text


def test_how_to_claim_is_told_with_the_results_only(answer: Answer) -> None:
    words = "Was something read or marked wrongly?"
    assert words not in _text(answer.exam)
    Exam.objects.update(state=Exam.State.RELEASED)
    assert words in _text(Exam.objects.get())


def test_a_claim_is_of_its_own_exam(
    answer: Answer, school: School, alice_actor: Actor, alice_client: Client
) -> None:
    claim = claim_again(actor=alice_actor, answer=answer, words="")
    other = small_exam(
        school, text="id: other\ntitle: Other\nquestions: [{id: '1', type: digits, answer: 1, marks: 1}]"
    )
    for name, key in (("claim-settle", claim.pk), ("claim", answer.pk)):
        assert alice_client.post(reverse(f"marking:{name}", args=[other.pk, key])).status_code == 404
    assert open_ones(answer.exam).count() == 1
