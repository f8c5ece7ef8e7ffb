"""Courses: reviewers who are in some see the exams of these, all others see the whole school."""

from __future__ import annotations

import pytest
from django.test import Client

from grading.accounts import courses
from grading.accounts.access import visible
from grading.accounts.models import Course, Membership, Role, School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.exams.models import Exam, Sheet
from grading.exams.sharing import share
from tests.classroom import EXAM, small_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def physics(school: School, alice_actor: Actor) -> Course:
    return courses.create_course(actor=alice_actor, school=school, name="Physics")


@pytest.fixture
def exams(school: School, alice_actor: Actor, physics: Course) -> tuple[Exam, Exam]:
    """One exam of the course, one of none."""
    inside = share(actor=alice_actor, exam=small_exam(school), course=physics, anonymous=False)
    return inside, small_exam(school, text=EXAM.replace("id: small", "id: other"))


def put_in(course: Course, actor: Actor, *members: Membership) -> None:
    courses.change_course(actor=actor, course=course, name=course.name, members=members)


def test_a_reviewer_in_a_course_sees_its_exams_only(
    exams: tuple[Exam, Exam], physics: Course, alice_actor: Actor, bob: Membership, bob_actor: Actor
) -> None:
    assert set(visible(Exam.objects.all(), bob_actor)) == set(exams)
    put_in(physics, alice_actor, bob)
    assert list(visible(Exam.objects.all(), bob_actor)) == [exams[0]]
    seen = visible(Sheet.objects.all(), bob_actor).values_list("exam", flat=True)
    assert set(seen) == {exams[0].pk}


def test_an_exam_of_other_courses_is_a_404_for_them(
    exams: tuple[Exam, Exam], physics: Course, alice_actor: Actor, bob: Membership, bob_client: Client
) -> None:
    put_in(physics, alice_actor, bob)
    assert bob_client.get(f"/exams/{exams[0].pk}/review/").status_code == 200
    assert bob_client.get(f"/exams/{exams[1].pk}/review/").status_code == 404
    assert b"/exams/%d/" % exams[1].pk not in bob_client.get("/").content


def test_teachers_see_all_exams_whatever_courses_they_are_in(
    exams: tuple[Exam, Exam], physics: Course, alice: Membership, alice_actor: Actor
) -> None:
    put_in(physics, alice_actor, alice)
    assert set(visible(Exam.objects.all(), alice_actor)) == set(exams)


def test_a_course_elsewhere_changes_nothing_here(
    exams: tuple[Exam, Exam], bob: Membership, bob_actor: Actor, other_school: School
) -> None:
    there = Membership.objects.create(user=bob.user, school=other_school, role=Role.REVIEWER)
    Course.objects.create(school=other_school, name="Far away").members.add(there)
    assert set(visible(Exam.objects.all(), bob_actor)) == set(exams)


def test_a_name_is_given_once_a_school(alice_actor: Actor, physics: Course, school: School) -> None:
    with pytest.raises(UserError, match="There is a course PHYSICS already"):
        courses.create_course(actor=alice_actor, school=school, name="PHYSICS")


def test_an_exam_outlives_its_course(exams: tuple[Exam, Exam], physics: Course, alice_client: Client) -> None:
    alice_client.post(f"/school/courses/{physics.pk}/remove/")
    exams[0].refresh_from_db()
    assert exams[0].course is None
    assert AuditEvent.objects.filter(verb="course.removed").exists()


def test_a_teacher_puts_an_exam_into_a_course_on_its_page(
    exams: tuple[Exam, Exam], physics: Course, alice_client: Client, other_school: School
) -> None:
    address = f"/exams/{exams[1].pk}/sharing/"
    alice_client.post(address, {"course": physics.pk, "anonymous": "on"})
    exams[1].refresh_from_db()
    assert (exams[1].course, exams[1].anonymous) == (physics, True)
    foreign = Course.objects.create(school=other_school, name="Far away")
    assert alice_client.post(address, {"course": foreign.pk}).status_code == 422
    verbs = set(AuditEvent.objects.filter(exam_id=exams[1].pk).values_list("verb", flat=True))
    assert {"exam.course_set", "exam.made_anonymous"} <= verbs


def test_members_of_a_course_are_chosen_among_those_who_work_in_the_school(
    physics: Course, alice_client: Client, bob: Membership, charlie: Membership
) -> None:
    address = f"/school/courses/{physics.pk}/"
    alice_client.post(address, {"name": "Physics 2", "members": [bob.pk]})
    physics.refresh_from_db()
    assert (physics.name, list(physics.members.all())) == ("Physics 2", [bob])
    assert alice_client.post(address, {"name": "Physics", "members": [charlie.pk]}).status_code == 422
