"""Who is asked to mark which question: who can be, what the log says, and when it ends by itself."""

from __future__ import annotations

import itertools

import pytest

from grading.accounts import members as school_members
from grading.accounts.access import REVIEWERS, actor_for, visible
from grading.accounts.models import Course, Membership, Role, School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.exams import services as exams
from grading.exams.gate import who_may_review
from grading.exams.models import Exam
from grading.review import assignments
from grading.review.models import Assignment
from tests.classroom import small_exam
from tests.conftest import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(school: School) -> Exam:
    return small_exam(school)


def names(exam: Exam) -> dict[str, list[str]]:
    return {question: [user.name for user in who] for question, who in assignments.assigned(exam).items()}


def test_people_are_asked_to_mark_questions_and_asked_no_more(
    exam: Exam, alice_actor: Actor, alice: Membership, bob: Membership
) -> None:
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [bob, alice], "4": [bob]})
    assert names(exam) == {"1": ["Alice", "Bob"], "4": ["Bob"]}
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [alice]})
    assert names(exam) == {"1": ["Alice"], "4": ["Bob"]}, "a question that was not named stays as it was"


def test_the_log_says_who_is_asked_and_who_no_more(
    exam: Exam, alice_actor: Actor, alice: Membership, bob: Membership
) -> None:
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [bob]})
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [alice], "2": []})
    newest = AuditEvent.objects.filter(verb="exam.assigned").latest("pk")
    assert newest.data == {
        "assigned": {"1": ["alice@example.org"]},
        "no_longer": {"1": ["bob@example.org"]},
    }
    assert newest.actor_id == alice_actor.user_id


def test_asking_for_what_is_asked_already_says_nothing(
    exam: Exam, alice_actor: Actor, bob: Membership
) -> None:
    for _twice in range(2):
        assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [bob]})
    assert AuditEvent.objects.filter(verb="exam.assigned").count() == 1


def test_strangers_examiners_and_unknown_questions_are_refused_whole(
    exam: Exam, school: School, alice_actor: Actor, bob: Membership, charlie: Membership
) -> None:
    erin = member_of("erin@example.org", "Erin", school, Role.EXAMINER)
    for refused in ({"1": [bob], "2": [charlie]}, {"1": [bob, erin]}, {"1": [bob], "17": [bob]}):
        with pytest.raises(UserError, match="changed meanwhile"):
            assignments.assign(actor=alice_actor, exam=exam, wanted=refused)
    assert not Assignment.objects.exists()


def test_whom_the_gate_lets_in_can_be_asked_and_nobody_else(exam: Exam, school: School) -> None:
    """``who_may_review`` asks of all at once what the gate asks of one: for every role, course and exam."""
    here, elsewhere = (Course.objects.create(school=school, name=name) for name in ("Physics", "Art"))
    everybody = []
    for role, places in itertools.product(Role, ([], [here], [elsewhere], [here, elsewhere])):
        found = member_of(f"{len(everybody)}@example.org", "", school, role)
        found.courses.set(places)
        everybody.append(found)
    for course in (None, here, elsewhere):
        exam.course = course
        exam.save()
        asked = {
            member
            for member in everybody
            if member.role in REVIEWERS and visible(Exam.objects.all(), actor_for(member)).exists()
        }
        assert set(who_may_review(exam)) == asked


def test_who_is_removed_from_the_school_is_asked_no_more(
    exam: Exam, alice_actor: Actor, alice: Membership, bob: Membership
) -> None:
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [bob, alice], "2": [bob]})
    school_members.remove(actor=alice_actor, membership=bob)
    assert names(exam) == {"1": ["Alice"]}
    assert not Assignment.objects.filter(question="2").exists()


def test_who_may_not_review_the_exam_any_more_is_asked_no_more(
    exam: Exam, school: School, alice_actor: Actor, bob: Membership
) -> None:
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [bob]})
    bob.courses.add(Course.objects.create(school=school, name="Elsewhere"))
    assert names(exam) == {}
    bob.courses.clear()
    school_members.change_role(actor=alice_actor, membership=bob, role=Role.EXAMINER)
    assert names(exam) == {}


def test_a_copy_of_an_exam_asks_nobody(exam: Exam, alice_actor: Actor, bob: Membership) -> None:
    assignments.assign(actor=alice_actor, exam=exam, wanted={"1": [bob]})
    copy = exams.copy_exam(actor=alice_actor, exam=exam, code="again", title="Again", with_roster=False)
    assert names(copy) == {}
    assert names(exam) == {"1": ["Bob"]}
