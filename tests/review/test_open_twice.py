"""Second marking: blind, open until it is settled, and by three different people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.accounts.models import Membership, School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.marking.rubric_annotations import Annotation, Kind
from grading.marking.rubric_rules import rules_for
from grading.review import open_services
from grading.review.open_agreement import twice_marked
from grading.review.open_queue import progress, waiting_for
from tests.review.open_class import OPEN, OpenClass, markers, open_class

pytestmark = pytest.mark.django_db
TICK = Annotation(Kind.TICK, ((50.0, 60.0),))


@pytest.fixture
def klass(school: School, alice_actor: Actor) -> OpenClass:
    """Every answer is marked twice; up to 1 mark apart is near enough."""
    found = open_class(school)
    found.twice(alice_actor)
    return found


@pytest.fixture
def people(school: School) -> list[Actor]:
    return markers(school, "Ann", "Ben", "Cleo")


def state(klass: OpenClass, number: int = 1) -> tuple[str, Decimal | None, int]:
    answer = klass.answer(number)
    return answer.status, answer.marks, answer.turn


def waits_for(actor: Actor, klass: OpenClass) -> list[str]:
    return [a.sheet.number for a in waiting_for(actor, klass.exam, OPEN, timezone.now())]


def test_an_answer_stays_open_until_the_second_marker_agrees(klass: OpenClass, people: list[Actor]) -> None:
    ann, ben, _cleo = people
    klass.mark(1, ann, "1.1")
    assert state(klass) == ("review", None, 2)
    klass.mark(1, ben, "1.2")
    assert state(klass) == ("human", Decimal("1.75"), 1)
    marking.mark_exam(exam_id=klass.exam.pk)
    assert state(klass) == ("human", Decimal("1.75"), 1)


def test_who_has_had_a_turn_at_all_that_waits_is_told_and_not_sent_on(
    klass: OpenClass, bob_client: Client, bob_actor: Actor
) -> None:
    address = reverse("review:open-question", args=[klass.exam.pk, OPEN])
    onwards = reverse("review:open-next", args=[klass.exam.pk, OPEN])
    assert onwards in bob_client.get(address).content.decode()
    for sheet in waits_for(bob_actor, klass):
        klass.mark(int(sheet), bob_actor, "1.1")
    page = bob_client.get(address).content.decode()
    assert onwards not in page
    assert "What still waits is for somebody else" in page


def test_a_difference_beyond_the_tolerance_goes_to_a_third_person(
    klass: OpenClass, people: list[Actor]
) -> None:
    ann, ben, cleo = people
    klass.mark(1, ann, "1.1", "1.2")
    klass.mark(1, ben)
    assert state(klass) == ("review", None, 3)
    for actor in (ann, ben):
        assert "0001" not in waits_for(actor, klass)
        with pytest.raises(UserError, match="not your turn"):
            klass.mark(1, actor, "1.1")
    assert "0001" in waits_for(cleo, klass)
    klass.mark(1, cleo, "1.1")
    assert state(klass) == ("human", Decimal(2), 3)
    assert [d.turn for d in Decision.objects.order_by("id")] == [1, 2, 3]


def test_nobody_is_given_their_own_answer_for_the_second_marking(
    klass: OpenClass, people: list[Actor]
) -> None:
    ann, ben, _cleo = people
    for number in (1, 2, 3, 4):
        klass.mark(number, ann, "1.1")
    assert waits_for(ann, klass) == []
    assert open_services.next_open(actor=ann, exam=klass.exam, question=OPEN) is None
    assert waits_for(ben, klass) == ["0001", "0002", "0003", "0004"]


def test_the_second_marker_sees_nothing_of_the_first(
    klass: OpenClass, people: list[Actor], bob: Membership, bob_client: Client
) -> None:
    klass.mark(1, people[0], "1.1", comment="a telling remark", annotations=(TICK,))
    page = bob_client.get(
        reverse("review:open-item", args=[klass.exam.pk, klass.answer(1).pk])
    ).content.decode()
    assert "Second marking" in page
    assert "a telling remark" not in page
    assert "translate(" not in page
    assert " checked" not in page
    assert "Ann" not in page
    overview = bob_client.get(reverse("review:open-question", args=[klass.exam.pk, OPEN])).content.decode()
    assert "weighted kappa" not in overview


def test_the_third_person_sees_both(klass: OpenClass, people: list[Actor], bob_client: Client) -> None:
    ann, ben, _cleo = people
    klass.mark(1, ann, "1.1", "1.2", comment="all there", annotations=(TICK,))
    klass.mark(1, ben, comment="nothing there")
    page = bob_client.get(
        reverse("review:open-item", args=[klass.exam.pk, klass.answer(1).pk])
    ).content.decode()
    assert "First marking: 3.5" in page
    assert "Second marking: 0" in page
    assert "all there" in page
    assert "nothing there" in page
    assert "translate(50.0 60.0)" in page


def test_a_first_mark_can_be_corrected_only_while_nobody_marked_after_it(
    klass: OpenClass, people: list[Actor]
) -> None:
    ann, ben, _cleo = people
    klass.mark(1, ann)
    klass.mark(1, ann, "1.1")
    assert state(klass) == ("review", None, 2)
    klass.mark(1, ben, "1.1")
    assert state(klass) == ("human", Decimal(2), 1)
    with pytest.raises(UserError, match="not your turn"):
        klass.mark(1, ann, "1.2")
    with pytest.raises(UserError, match="not your turn"):
        open_services.undo_last(actor=ann, exam=klass.exam, question=OPEN)


def test_the_second_mark_can_be_taken_back_before_it_is_settled_again(
    klass: OpenClass, people: list[Actor]
) -> None:
    ann, ben, _cleo = people
    klass.mark(1, ann, "1.1")
    open_services.undo_last(actor=ann, exam=klass.exam, question=OPEN)
    assert state(klass) == ("review", None, 1)
    klass.mark(1, ben, "1.2")
    assert state(klass) == ("review", None, 2)


def test_the_plain_bench_cannot_go_around_it(klass: OpenClass, people: list[Actor]) -> None:
    ann, ben, _cleo = people
    klass.mark(1, ann, "1.1")
    answer = klass.answer(1)
    seen = marking.latest_decision(answer)
    marking.decide(actor=ben, answer=answer, kind=Decision.Kind.RIGHT, seen=seen)
    assert Decision.objects.latest("id").turn == 2
    assert state(klass) == ("review", None, 3)


def test_without_second_marking_the_first_marks_count(
    klass: OpenClass, people: list[Actor], alice_actor: Actor
) -> None:
    klass.mark(1, people[0], "1.1")
    klass.twice(alice_actor, share=0.0)
    assert state(klass) == ("human", Decimal(2), 1)
    klass.twice(alice_actor, share=1.0)
    assert state(klass) == ("review", None, 2)


def test_a_share_is_marked_twice_and_the_rest_once(
    klass: OpenClass, people: list[Actor], alice_actor: Actor
) -> None:
    klass.twice(alice_actor, share=0.5)
    rules = rules_for(klass.exam, klass.question)
    drawn = [rules.twice(klass.answer(n).sheet, OPEN) for n in (1, 2, 3, 4)]
    assert True in drawn
    assert False in drawn
    for number in (1, 2, 3, 4):
        klass.mark(number, people[0], "1.1")
    assert [marks is None for marks in klass.marks()] == drawn


def test_agreement_and_each_marker_are_shown_to_teachers(
    klass: OpenClass, people: list[Actor], alice_client: Client
) -> None:
    ann, ben, cleo = people
    for number, first, second in ((1, ("1.1",), ("1.1",)), (2, ("1.1",), ("1.2",)), (3, ("1.1", "1.2"), ())):
        klass.mark(number, ann, *first)
        klass.mark(number, ben, *second)
    klass.mark(3, cleo, "1.1")
    found = twice_marked(klass.exam, klass.question, rules_for(klass.exam, klass.question))
    assert found.agreement.n == 3
    assert found.agreement.exact == pytest.approx(1 / 3)
    assert found.agreement.within == pytest.approx(2 / 3)
    assert found.agreement.mean_difference == pytest.approx(-4 / 3)
    assert {m.person.name: (m.n, round(m.off, 3)) for m in found.markers if m.person} == {
        "Ann": (3, pytest.approx((0 + 0.25 + 1.5) / 3, abs=1e-3)),
        "Ben": (3, pytest.approx((0 - 0.25 - 2) / 3, abs=1e-3)),
    }
    page = alice_client.get(reverse("review:open-question", args=[klass.exam.pk, OPEN])).content.decode()
    assert "weighted kappa" in page
    assert "Ann" in page


def test_progress_counts_every_turn(klass: OpenClass, people: list[Actor]) -> None:
    ann, ben, _cleo = people
    klass.mark(1, ann, "1.1")
    klass.mark(2, ann, "1.1", "1.2")
    klass.mark(2, ben)
    far = progress(klass.exam, [OPEN])[OPEN]
    assert (far.total, far.done, far.first, far.second, far.third) == (4, 0, 2, 1, 1)


def test_any_question_can_be_given_to_people(
    school: School, alice_actor: Actor, alice_client: Client
) -> None:
    klass = open_class(school)
    sent = {"by_people": "on", "second": "0 %", "tolerance": "0"}
    alice_client.post(reverse("marking:rubric-rules", args=[klass.exam.pk, "3"]), sent)
    answers = Answer.objects.filter(exam=klass.exam, question="3")
    assert {(a.status, a.marks, a.reason) for a in answers} == {
        ("review", None, "open answer: marked by people")
    }
    assert (
        "Question 3" in alice_client.get(reverse("review:open-list", args=[klass.exam.pk])).content.decode()
    )
