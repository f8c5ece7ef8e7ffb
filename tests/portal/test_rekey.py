"""Another key: seen before it is applied, one recorded change; readings stay, verdicts by the old fall."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.models import AuditEvent, Job, Stage
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from tests.classroom import read_text
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def url(graded: Graded, question: str) -> str:
    return reverse("marking:rekey", args=[graded.exam.pk, question])


def look(client: Client, graded: Graded, question: str, **values: Any) -> Any:
    """What a key would change."""
    answer = client.post(url(graded, question), {"counts": "marked", **values})
    assert answer.status_code == 200
    return answer.context


def apply(client: Client, graded: Graded, question: str, **values: Any) -> Any:
    """Look, then apply."""
    seen = look(client, graded, question, **values)["seen"]
    return client.post(url(graded, question), {"counts": "marked", **values, "seen": seen, "apply": "1"})


def mark(graded: Graded) -> None:
    marking.mark_exam(exam_id=graded.exam.pk)


def marks(graded: Graded, question: str) -> list[Decimal | None]:
    found = Answer.objects.filter(exam=graded.exam, question=question).order_by("sheet__number")
    return list(found.values_list("marks", flat=True))


def test_a_preview_changes_nothing(graded: Graded, alice_client: Client) -> None:
    before = (
        Exam.objects.values_list("spec", flat=True).get(),
        AuditEvent.objects.count(),
        Job.objects.count(),
    )
    found = look(alice_client, graded, "3", answer="B", wrong="-0.25")["preview"]
    assert [(change.student, change.before, change.after) for change in found.changes] == [
        ("Ada", Decimal(1), Decimal("-0.25")),
        ("Ben", Decimal(1), Decimal("-0.25")),
    ]
    assert (found.up, found.down, found.answers) == (0, 2, 2)
    after = (
        Exam.objects.values_list("spec", flat=True).get(),
        AuditEvent.objects.count(),
        Job.objects.count(),
    )
    assert after == before


def test_applying_does_what_the_preview_said(graded: Graded, alice_client: Client) -> None:
    apply(alice_client, graded, "3", answer="B", wrong="-0.25")
    assert Job.objects.filter(stage=Stage.MARK, exam_id=graded.exam.pk).exists()
    mark(graded)
    assert marks(graded, "3") == [Decimal("-0.25"), Decimal("-0.25")]
    event = AuditEvent.objects.get(verb="question.rekeyed")
    assert event.data == {"question": "3", "before": {"answer": "C"}, "after": {"answer": "B"}}


@pytest.mark.parametrize("kind", [Decision.Kind.RIGHT, Decision.Kind.WRONG, Decision.Kind.MARKS])
def test_a_verdict_by_the_old_key_counts_no_more(
    graded: Graded, alice_client: Client, bob_actor: Actor, kind: Decision.Kind
) -> None:
    given = {"marks": Decimal(1)} if kind == Decision.Kind.MARKS else {}
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=kind, **given)
    decided = list(Decision.objects.values())
    found = look(alice_client, graded, "1", answer="17")["preview"]
    assert (found.kept, found.dated, found.rescored) == (0, 1, 0)
    change = next(change for change in found.changes if change.student == "Ada")
    assert change.after is None
    apply(alice_client, graded, "1", answer="17")
    mark(graded)
    assert graded.answer(0, "1").status == Answer.Status.REVIEW
    assert list(Decision.objects.values()) == decided, "what was said stays recorded"


def test_the_old_key_again_brings_its_verdicts_back(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.RIGHT)
    apply(alice_client, graded, "1", answer="17")
    apply(alice_client, graded, "1", answer="42")
    mark(graded)
    assert marks(graded, "1")[0] == Decimal(2)


def test_a_verdict_by_the_new_key_is_taken_back_without_the_old_one_counting(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.RIGHT)
    apply(alice_client, graded, "1", answer="17")
    mark(graded)
    answer = graded.answer(0, "1")
    newest = marking.latest_decision(answer)
    marking.decide(actor=bob_actor, answer=answer, kind=Decision.Kind.WRONG, seen=newest)
    mark(graded)
    assert marks(graded, "1")[0] == Decimal(0)
    undone = marking.undo(actor=bob_actor, answer=answer, seen=marking.latest_decision(answer))
    assert undone.status == Answer.Status.REVIEW


@pytest.mark.parametrize(
    ("said", "answered"), [({"kind": "right"}, 422), ({"kind": "reading", "text": "42"}, 302)]
)
def test_a_verdict_by_a_key_that_was_changed_meanwhile_is_refused(
    graded: Graded, alice_client: Client, bob_client: Client, said: dict[str, str], answered: int
) -> None:
    answer = graded.answer(0, "1")
    address = reverse("review:decide", args=[graded.exam.pk, answer.pk])
    shown = bob_client.get(reverse("review:item", args=[graded.exam.pk, answer.pk])).context["item"]
    apply(alice_client, graded, "1", answer="17")
    sent = bob_client.post(address, {**said, "seen": shown.seen or "", "by_key": shown.by_key})
    assert sent.status_code == answered
    assert Decision.objects.exists() is (answered == 302)
    if answered == 422:
        assert "The key of this question was changed" in sent.content.decode()
        again = {**said, "seen": shown.seen or "", "by_key": sent.context["item"].by_key}
        assert bob_client.post(address, again).status_code == 302


def test_verdicts_outlast_what_is_not_the_key(graded: Graded, alice_client: Client, bob_actor: Actor) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "3"), kind=Decision.Kind.WRONG)
    found = look(alice_client, graded, "3", answer="C", wrong="-0.5")["preview"]
    assert (found.kept, found.dated) == (1, 0)
    apply(alice_client, graded, "3", answer="C", wrong="-0.5")
    mark(graded)
    assert marks(graded, "3")[0] == Decimal("-0.5")


def test_a_typed_reading_earns_what_the_new_key_gives_it(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.READING, text="43")
    found = look(alice_client, graded, "1", answer="43")["preview"]
    assert (found.kept, found.rescored) == (1, 1)
    assert [(c.student, c.before, c.after) for c in found.changes] == [("Ada", Decimal(0), Decimal(2))]


def test_images_are_verified_against_the_new_key(graded: Graded, alice_client: Client) -> None:
    assert look(alice_client, graded, "1", answer="17")["preview"].read_again == 2
    Job.objects.all().delete()
    apply(alice_client, graded, "1", answer="17")
    mark(graded)
    again = Job.objects.filter(stage=Stage.RECOGNIZE).values_list("subject_id", flat=True)
    assert sorted(again) == sorted(page.pk for page in graded.pages)


def test_a_sure_reading_shows_its_likely_mark_until_it_is_verified(
    graded: Graded, alice_client: Client
) -> None:
    read_text(graded.pages[0], "1", "digits", "17", 0.999, ["42"])
    mark(graded)
    assert marks(graded, "1")[0] == Decimal(0)
    found = look(alice_client, graded, "1", answer="17")["preview"]
    change = next(change for change in found.changes if change.student == "Ada")
    assert (change.before, change.after, change.again) == (Decimal(0), Decimal(2), True)


def test_a_dropped_question_is_worth_nothing_to_anybody(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "4"), kind=Decision.Kind.MARKS, marks=Decimal(3))
    apply(alice_client, graded, "4", counts="dropped")
    mark(graded)
    assert marks(graded, "4") == [Decimal(0), Decimal(0)]
    assert Exam.objects.get().load_spec().max_marks == Decimal(6)
    apply(alice_client, graded, "4", counts="marked")
    mark(graded)
    assert marks(graded, "4") == [
        Decimal(3),
        None,
    ]  # the decision counts again, the other answer is open again


def test_full_marks_can_be_given_to_everybody(graded: Graded, alice_client: Client) -> None:
    apply(alice_client, graded, "2", answer="9.81", tolerance="0.02", counts="full")
    mark(graded)
    assert marks(graded, "2") == [Decimal(3), Decimal(3)]
    assert not Answer.objects.filter(question="2", audit=True).exists()


def test_a_stale_preview_is_not_applied(graded: Graded, alice_client: Client) -> None:
    seen = look(alice_client, graded, "3", answer="B")["seen"]
    apply(alice_client, graded, "1", answer="17")
    late = alice_client.post(
        url(graded, "3"), {"counts": "marked", "answer": "B", "seen": seen, "apply": "1"}
    )
    assert late.status_code == 409
    assert Exam.objects.get().load_spec().question("3").answer == "C"  # type: ignore[union-attr]


def test_a_released_exam_keeps_its_key(graded: Graded, alice_client: Client) -> None:
    Exam.objects.update(state=Exam.State.RELEASED)
    assert apply(alice_client, graded, "3", answer="B").status_code == 409


def test_faults_stand_at_their_field(graded: Graded, alice_client: Client) -> None:
    answer = alice_client.post(url(graded, "1"), {"counts": "marked", "answer": "many"})
    assert answer.status_code == 422
    assert "expected digits only" in answer.context["form"].errors["answer"][0]


def test_only_teachers_change_keys(graded: Graded, bob_client: Client, charlie_client: Client) -> None:
    assert bob_client.get(url(graded, "1")).status_code == 403
    assert charlie_client.get(url(graded, "1")).status_code == 404


def test_a_reader_of_german_sees_and_types_a_key_with_a_comma(graded: Graded, alice_client: Client) -> None:
    german = {"accept-language": "de"}
    shown = alice_client.get(url(graded, "2"), headers=german).context["form"]
    assert (shown["answer"].value(), shown["tolerance"].value()) == ("9,81", "0,02")
    sent = {"counts": "marked", "answer": "9,9", "tolerance": "0,05"}
    wanted = alice_client.post(url(graded, "2"), sent, headers=german).context["wanted"]
    assert (wanted.answer, str(wanted.tolerance)) == ("9.9", "0.05")


def test_a_sheet_that_is_open_again_has_not_failed(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    for question in ("1", "2"):
        marking.decide(actor=bob_actor, answer=graded.answer(0, question), kind=Decision.Kind.RIGHT)
    marking.decide(actor=bob_actor, answer=graded.answer(0, "4"), kind=Decision.Kind.MARKS, marks=Decimal(5))
    answer = alice_client.post(url(graded, "1"), {"counts": "marked", "answer": "17"})
    found = answer.context["preview"]
    assert (found.passed, found.reopened, found.turned) == ((1, 0), 1, 0)
    assert "1 open again" in answer.content.decode()
