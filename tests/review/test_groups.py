"""A group is decided at once by one person, fenced against others, and taken back as one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import Actor
from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.review import leases, services
from grading.review.filters import SINGLE, Filters
from grading.review.models import Lease
from grading.scans.models import Reading
from grading.scans.readings import WRITING_BESIDE
from tests.review.like_class import like_class, members

pytestmark = pytest.mark.django_db
ACT = "6f1f4d0e-5a63-4d31-9c0a-222222222222"


@pytest.fixture
def exam(school: School) -> Exam:
    return like_class(school)


@pytest.fixture
def dora_actor(school: School) -> Actor:
    user = User.objects.create_user("dora@example.org", password="correct horse", name="Dora")
    Membership.objects.create(user=user, school=school, role=Role.REVIEWER)
    return Actor(user_id=user.pk, label=user.email, school_id=school.pk, role=Role.REVIEWER)


def address(exam: Exam, name: str = "group-decide") -> str:
    return reverse(f"review:{name}", args=[exam.pk, 1])


def shown(answers: list[Answer]) -> list[str]:
    return [f"{answer.pk}:" for answer in answers]


def stored(exam: Exam) -> list[dict[str, Any]]:
    return list(Answer.objects.filter(exam=exam, group=1).order_by("pk").values())


def test_the_odd_member_is_shown_last_and_said_to_be_odd(exam: Exam, bob_client: Client) -> None:
    page = bob_client.get(address(exam, "group"))
    laid = page.context["bench"].members
    assert [item.answer.sheet.number for item in laid] == [f"{n:04}" for n in range(1, 7)]
    assert [item.looks_odd for item in laid] == [False] * 5 + [True]
    assert page.content.decode().count("looks different") == 1


def test_what_stands_beside_its_box_is_decided_by_itself(exam: Exam) -> None:
    for reading in Reading.objects.filter(question="1", page__sheet__number__in=("0001", "0002", "0003")):
        reading.evidence["doubt"] = WRITING_BESIDE
        reading.save()
    marking.mark_exam(exam_id=exam.pk)
    answers = Answer.objects.filter(exam=exam, question="1").order_by("sheet__number")
    assert [answer.group_size for answer in answers] == [0, 0, 0, 3, 3, 3]
    assert [answer.status for answer in answers] == ["review"] * 6


def test_one_verdict_decides_all_members(exam: Exam, bob_client: Client) -> None:
    bob_client.post(address(exam), {"kind": "wrong", "member": shown(members(exam)), "act": ACT})
    assert Decision.objects.filter(kind="wrong", act=ACT).count() == 6
    assert set(Answer.objects.filter(question="1").values_list("status", "marks")) == {("human", 0)}
    event = AuditEvent.objects.get(verb="answer.decided")
    assert event.data["sheets"] == [f"{n:04}" for n in range(1, 7)]


def test_a_group_that_is_sent_twice_counts_once(exam: Exam, bob_client: Client) -> None:
    sent = {"kind": "wrong", "member": shown(members(exam)), "act": ACT}
    for _ in range(2):
        assert bob_client.post(address(exam), sent).status_code == 302
    assert Decision.objects.count() == 6


def test_members_decided_meanwhile_are_left_alone_and_the_page_says_so(
    exam: Exam, bob_client: Client, dora_actor: Actor
) -> None:
    group = members(exam)
    marking.decide(actor=dora_actor, answer=group[0], kind=Decision.Kind.RIGHT)
    reply = bob_client.post(address(exam), {"kind": "wrong", "member": shown(group), "act": ACT}, follow=True)
    assert "5 answers decided. 1 was left alone" in reply.content.decode()
    assert Answer.objects.get(pk=group[0].pk).verdict == Answer.Verdict.CORRECT
    assert Decision.objects.filter(act=ACT).count() == 5


def test_a_member_that_somebody_holds_is_left_alone(
    exam: Exam, bob_client: Client, dora_actor: Actor
) -> None:
    group = members(exam)
    leases.take(actor=dora_actor, item=group[0])
    bob_client.post(address(exam), {"kind": "wrong", "member": shown(group), "act": ACT})
    assert Answer.objects.get(pk=group[0].pk).status == Answer.Status.REVIEW
    assert Decision.objects.count() == 5


def test_members_that_are_taken_out_come_one_by_one(exam: Exam, bob_client: Client, bob_actor: Actor) -> None:
    odd = members(exam)[-1]
    sent = {"kind": "wrong", "member": shown(members(exam)), "apart": [str(odd.pk)], "act": ACT}
    bob_client.post(address(exam), sent)
    odd.refresh_from_db()
    assert (odd.status, odd.group, odd.apart) == (Answer.Status.REVIEW, 0, True)
    marking.mark_exam(exam_id=exam.pk)  # marks made anew leave it alone
    assert services.next_item(actor=bob_actor, exam=exam, filters=Filters(question="1", size=SINGLE)) == odd


def test_a_group_is_taken_back_as_one(exam: Exam, bob_client: Client) -> None:
    bob_client.post(address(exam), {"kind": "wrong", "member": shown(members(exam)), "act": ACT})
    back = bob_client.post(reverse("review:undo", args=[exam.pk]))
    assert back["Location"] == address(exam, "group")
    assert set(Answer.objects.filter(question="1").values_list("status", flat=True)) == {"review"}
    assert Decision.objects.filter(kind="undo").count() == 6


def test_who_comes_back_to_a_group_that_is_done_is_not_shown_another(exam: Exam, bob_client: Client) -> None:
    sent = {"kind": "right", "act": ACT, "member": shown(members(exam))}
    assert bob_client.post(address(exam), sent).status_code == 302
    again = bob_client.get(address(exam, "group"))
    assert (again.status_code, "bench" in (again.context or {})) == (200, False)
    body = again.content.decode()
    assert "This group is done" in body
    assert reverse("review:next", args=[exam.pk]) in body
    undo = reverse("review:undo", args=[exam.pk])
    assert undo in body
    assert undo in bob_client.get(reverse("review:queue", args=[exam.pk])).content.decode()
    assert bob_client.post(undo, {"go": "1"})["Location"].startswith(address(exam, "group"))


def test_several_acts_are_taken_back_one_after_another(exam: Exam, bob_client: Client) -> None:
    single = Answer.objects.filter(exam=exam, question="2").first()
    assert single is not None
    bob_client.post(reverse("review:decide", args=[exam.pk, single.pk]), {"kind": "right"})
    bob_client.post(address(exam), {"kind": "wrong", "member": shown(members(exam)), "act": ACT})
    undo = reverse("review:undo", args=[exam.pk])
    left = []
    for _ in range(2):
        bob_client.post(undo)
        left.append(Answer.objects.filter(status="human").count())
    assert left == [1, 0]


def test_a_group_is_held_by_one_person(exam: Exam, bob_actor: Actor, dora_actor: Actor) -> None:
    assert services.next_group(actor=bob_actor, exam=exam) == 1
    assert Lease.objects.filter(reviewer_id=bob_actor.user_id).count() == 6
    assert services.next_group(actor=dora_actor, exam=exam) is None
    assert services.lend_group(actor=dora_actor, exam=exam, number=1) is None


def test_a_verdict_that_does_not_fit_is_refused_and_nothing_typed_is_lost(
    exam: Exam, bob_client: Client
) -> None:
    sent = {"kind": "marks", "marks": "99", "comment": "too much", "member": shown(members(exam))}
    reply = bob_client.post(address(exam), sent)
    assert reply.status_code == 422
    assert 'value="99"' in reply.content.decode()
    assert 'value="too much"' in reply.content.decode()
    assert not Decision.objects.exists()


def test_a_group_costs_the_same_however_large(school: School, bob_client: Client) -> None:
    counts = []
    for sheets in (4, 12):
        Exam.objects.all().delete()
        exam = like_class(school, sheets)
        bob_client.get(address(exam, "group"))
        sent = {"kind": "wrong", "member": shown(members(exam)), "act": ACT}
        with CaptureQueriesContext(connection) as seen:
            bob_client.post(address(exam), sent)
        counts.append(len(seen))
    assert counts[1] <= counts[0] <= 30


def test_taking_back_a_group_costs_the_same_however_large(school: School, bob_client: Client) -> None:
    counts = []
    for sheets in (4, 12):
        Exam.objects.all().delete()
        exam = like_class(school, sheets)
        waiting = stored(exam)
        bob_client.post(address(exam), {"kind": "reading", "text": "18", "member": shown(members(exam))})
        assert {(row["status"], row["read"]) for row in stored(exam)} == {(Answer.Status.HUMAN, "18")}
        with CaptureQueriesContext(connection) as seen:
            bob_client.post(reverse("review:undo", args=[exam.pk]))
        assert stored(exam) == waiting
        counts.append(len(seen))
    assert counts[1] <= counts[0] <= 35


def test_a_group_that_differs_is_stored_as_it_is(exam: Exam, bob_client: Client) -> None:
    for place, answer in enumerate(members(exam)):
        Answer.objects.filter(pk=answer.pk).update(risk=place / 10)
    bob_client.post(address(exam), {"kind": "wrong", "member": shown(members(exam))})
    names = ("status", "verdict", "marks", "risk", "reason", "turn")
    found = {tuple(row[name] for name in names) for row in stored(exam)}
    assert found == {(Answer.Status.HUMAN, Answer.Verdict.WRONG, 0, 0.0, "", 1)}


def test_groups_of_the_chosen_size_come_alone(exam: Exam, bob_actor: Actor) -> None:
    assert services.next_group(actor=bob_actor, exam=exam, filters=Filters(size="20")) is None
    assert services.next_group(actor=bob_actor, exam=exam, filters=Filters(size="5")) is not None


def test_by_consequence_what_decides_a_pass_comes_first(exam: Exam, bob_actor: Actor) -> None:
    sure = Answer.objects.get(exam=exam, sheet__number="0004", question="1")
    services.decide(
        actor=bob_actor, exam=exam, seen={sure.pk: None}, verdict=services.Verdict(Decision.Kind.RIGHT)
    )
    lost = Answer.objects.get(exam=exam, sheet__number="0001", question="1")
    services.decide(
        actor=bob_actor, exam=exam, seen={lost.pk: None}, verdict=services.Verdict(Decision.Kind.WRONG)
    )
    stakes = dict(Answer.objects.filter(question="2").values_list("sheet__number", "stake"))
    assert stakes["0001"] == stakes["0004"] == Answer.Stake.TURNS
    Answer.objects.filter(exam=exam, sheet__number="0002", question="2").update(stake=Answer.Stake.MARKS)
    found = services.lend(actor=bob_actor, exam=exam, filters=Filters(order="stake", size=SINGLE), count=6)
    assert found[-1].sheet.number == "0002"


def test_a_decision_on_one_answer_changes_what_the_others_of_its_sheet_can_change(
    exam: Exam, bob_actor: Actor
) -> None:
    first, second = Answer.objects.filter(exam=exam, sheet__number="0002").order_by("question")
    assert (first.stake, second.stake) == (Answer.Stake.PASS, Answer.Stake.TURNS)
    marking.decide(actor=bob_actor, answer=second, kind=Decision.Kind.RIGHT)
    first.refresh_from_db()
    assert first.stake == Answer.Stake.MARKS
    marking.undo(actor=bob_actor, answer=second, seen=marking.latest_decision(second))
    first.refresh_from_db()
    assert first.stake == Answer.Stake.PASS


def test_a_key_asks_the_database_as_often_however_many_wait(school: School, bob_client: Client) -> None:
    counts = []
    for sheets in (8, 24):
        Exam.objects.all().delete()
        exam = like_class(school, sheets)
        first, *line = list(Answer.objects.filter(exam=exam, question="2").order_by("read")[:5])
        sent = {"kind": "right", "size": "single", "have": [str(answer.pk) for answer in line]}
        decide = reverse("review:decide", args=[exam.pk, first.pk])
        with CaptureQueriesContext(connection) as seen:
            assert bob_client.post(decide, sent, headers={"X-Bench": "1"}).status_code == 200
        counts.append(len(seen))
    assert counts[1] <= counts[0] <= 40
