"""Roles and removals: an owner decides, and a school always has one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from grading.accounts import members
from grading.accounts.access import actor_for
from grading.accounts.models import Membership, Role, School, User
from grading.core.errors import UserError
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_a_role_is_changed_and_logged(olga_client: Client, bob: Membership) -> None:
    olga_client.post(f"/school/members/{bob.pk}/role/", {"role": "teacher"})
    bob.refresh_from_db()
    assert bob.role == Role.TEACHER
    event = AuditEvent.objects.get(verb="member.role_changed")
    assert event.data == {"email": "bob@example.org", "before": "reviewer", "role": "teacher"}


def test_the_last_owner_stays_owner(olga_client: Client, olga: Membership) -> None:
    answer = olga_client.post(f"/school/members/{olga.pk}/role/", {"role": "teacher"}, follow=True)
    assert b"only owner" in answer.content
    olga_client.post(f"/school/members/{olga.pk}/remove/")
    olga.refresh_from_db()
    assert olga.role == Role.OWNER


def test_one_of_two_owners_may_go(olga: Membership, alice: Membership) -> None:
    members.change_role(actor=actor_for(olga), membership=alice, role=Role.OWNER)
    members.remove(actor=actor_for(alice), membership=olga)
    with pytest.raises(UserError, match="only owner"):
        members.remove(actor=actor_for(alice), membership=alice)


def test_who_is_removed_sees_the_school_no_more(
    olga_client: Client, bob: Membership, bob_client: Client
) -> None:
    assert bob_client.get("/").status_code == 200
    olga_client.post(f"/school/members/{bob.pk}/remove/")
    assert bob_client.get("/").status_code == 403
    assert User.objects.filter(pk=bob.user_id).exists()
    assert AuditEvent.objects.get(verb="member.removed").data["email"] == "bob@example.org"


def test_an_owner_hands_over_a_link_for_a_new_password_that_works_once(
    olga_client: Client, bob: Membership, client: Client
) -> None:
    page = olga_client.post(f"/school/members/{bob.pk}/password/").content.decode()
    found = re.search(r'value="http://testserver(/password/new/[^"]+)"', page)
    assert found
    form = client.get(found[1], follow=True)
    target = form.redirect_chain[-1][0]
    new = {"password1": "an even longer walk", "password2": "an even longer walk"}
    assert client.post(target, new)["Location"] == "/password/new/done/"
    bob.user.refresh_from_db()
    assert bob.user.check_password("an even longer walk")
    assert b"no longer works" in Client().get(found[1], follow=True).content
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"password.link_made", "password.changed"} <= verbs


def test_an_owner_makes_no_password_for_people_of_other_schools_too(
    olga_client: Client, bob: Membership, other_school: School
) -> None:
    Membership.objects.create(user=bob.user, school=other_school, role=Role.TEACHER)
    answer = olga_client.post(f"/school/members/{bob.pk}/password/", follow=True)
    assert b"belongs to another school too" in answer.content
    assert b"/password/new/" not in answer.content


def test_an_owner_changes_the_own_password_with_the_present_one_and_by_no_link(
    olga_client: Client, olga: Membership, bob: Membership
) -> None:
    page = olga_client.get("/school/members/").content.decode()
    assert f"/school/members/{bob.pk}/password/" in page
    assert f"/school/members/{olga.pk}/password/" not in page
    answer = olga_client.post(f"/school/members/{olga.pk}/password/", follow=True)
    assert b"Change it on the page of your account" in answer.content
    assert b"/password/new/" not in answer.content
    assert not AuditEvent.objects.filter(verb="password.link_made").exists()


def test_the_list_costs_the_same_however_many_members(
    olga_client: Client, school: School, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        user = User.objects.create_user(f"p{number}@example.org", "x", name=f"P{number}")
        Membership.objects.create(user=user, school=school, role=Role.REVIEWER)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert b"P11" in olga_client.get("/school/members/").content
