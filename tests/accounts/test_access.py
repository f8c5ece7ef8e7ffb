"""The gate: what belongs to another school does not exist, what the role forbids is refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from grading.accounts.access import MEMBERS, TEACHERS, actor_of, get_or_404, membership_of, requires, visible
from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import MACHINE, Actor
from grading.core.models import Job

pytestmark = pytest.mark.django_db


def request_of(user: User | AnonymousUser, school_id: int | None = None) -> HttpRequest:
    request = RequestFactory().get("/somewhere/")
    request.user = user
    request.session = {"school": school_id}  # type: ignore[assignment]
    return request


def test_a_member_sees_the_own_school_only(
    alice: Membership, alice_actor: Actor, charlie_actor: Actor
) -> None:
    assert list(visible(Membership.objects.all(), alice_actor)) == [alice]
    assert alice not in visible(Membership.objects.all(), charlie_actor)


def test_another_schools_object_is_a_404(alice: Membership, alice_actor: Actor, charlie_actor: Actor) -> None:
    assert get_or_404(Membership.objects.all(), alice_actor, pk=alice.pk) == alice
    with pytest.raises(Http404):
        get_or_404(Membership.objects.all(), charlie_actor, pk=alice.pk)


def test_an_author_without_a_school_sees_nothing(alice: Membership) -> None:
    assert not visible(Membership.objects.all(), MACHINE).exists()


def test_a_model_that_names_no_way_to_a_school_is_shown_to_nobody(alice_actor: Actor) -> None:
    with pytest.raises(ImproperlyConfigured, match="Job does not say its SCHOOL_PATH"):
        visible(Job.objects.all(), alice_actor)


@requires(TEACHERS)
def teachers_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("welcome")


def test_a_teacher_gets_in(alice: Membership) -> None:
    assert teachers_only(request_of(alice.user)).status_code == 200


def test_a_reviewer_is_refused_where_teachers_work(bob: Membership) -> None:
    with pytest.raises(PermissionDenied):
        teachers_only(request_of(bob.user))


def test_a_stranger_is_sent_to_the_login(db: None) -> None:
    response = teachers_only(request_of(AnonymousUser()))
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/somewhere/"


def test_a_person_without_a_school_is_refused(db: None) -> None:
    lonely = User.objects.create_user("lonely@example.org", "x")
    with pytest.raises(PermissionDenied, match="not a member"):
        requires(MEMBERS)(lambda request: HttpResponse())(request_of(lonely))


def test_the_chosen_school_is_acted_for(alice: Membership, other_school: School) -> None:
    second = Membership.objects.create(user=alice.user, school=other_school, role=Role.EXAMINER)
    assert membership_of(request_of(alice.user)) == alice
    chosen = actor_of(request_of(alice.user, other_school.pk))
    assert (chosen.school_id, chosen.role) == (second.school_id, Role.EXAMINER)


def test_a_school_that_one_left_is_not_acted_for(alice: Membership, other_school: School) -> None:
    assert actor_of(request_of(alice.user, other_school.pk)).school_id == alice.school_id


def test_nobody_can_choose_a_school_of_others(alice_client: Client, other_school: School) -> None:
    assert alice_client.post("/school/", {"school": other_school.pk}).status_code == 404
    assert alice_client.post("/school/", {"school": "x"}).status_code == 404
    assert "school" not in alice_client.session


def test_choosing_a_school_of_ones_own_is_remembered(alice_client: Client, alice: Membership) -> None:
    assert alice_client.post("/school/", {"school": alice.school_id}).status_code == 302
    assert alice_client.session["school"] == alice.school_id
