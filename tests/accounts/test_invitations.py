"""Invitations: a link that makes one person a member, once, for a limited time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from grading.accounts import invitations
from grading.accounts.access import actor_for
from grading.accounts.models import Invitation, Membership, Role
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(olga: Membership) -> Invitation:
    return invitations.invite(
        actor=actor_for(olga), school=olga.school, email="Nina@Example.org", role=Role.REVIEWER
    )


def shown_link(olga: Membership) -> str:
    page = client_of(olga).get("/school/members/").content.decode()
    found = re.search(r'value="http://testserver(/invitations/[^"]+)"', page)
    assert found
    return found[1]


def test_without_a_mail_server_the_owner_is_shown_the_link(olga: Membership) -> None:
    sent = {"email": "nina@example.org", "role": "reviewer"}
    answer = client_of(olga).post("/school/invitations/", sent, follow=True)
    assert b"hand it to nina@example.org" in answer.content
    assert not mail.outbox
    assert Client().get(shown_link(olga)).status_code == 200


def test_with_a_mail_server_the_link_is_sent(olga: Membership, settings: Settings) -> None:
    settings.SENDS_MAIL = True
    client_of(olga).post("/school/invitations/", {"email": "nina@example.org", "role": "teacher"})
    (sent,) = mail.outbox
    assert sent.to == ["nina@example.org"]
    assert f"http://testserver{shown_link(olga)}" in sent.body


def test_a_new_person_makes_an_account_and_is_in_the_school(
    client: Client, olga: Membership, invited: Invitation, settings: Settings
) -> None:
    settings.SIGNUP_OPEN = False
    client.get(shown_link(olga))
    form = {"name": "Nina", "email": "somebody@else.example", "password1": "a long walk home"}
    assert client.post("/signup/", form)["Location"] == "/"
    member = Membership.objects.get(user__email="nina@example.org")
    assert (member.school, member.role, member.user.name) == (olga.school, Role.REVIEWER, "Nina")
    verbs = set(AuditEvent.objects.filter(school_id=olga.school_id).values_list("verb", flat=True))
    assert {"invitation.made", "invitation.accepted", "member.added", "person.signed_up"} <= verbs


def test_somebody_with_an_account_joins_as_well(
    charlie: Membership, charlie_client: Client, olga: Membership, invited: Invitation
) -> None:
    assert charlie_client.post(shown_link(olga)).status_code == 302
    assert set(charlie.user.memberships.values_list("school", "role")) == {
        (charlie.school_id, Role.TEACHER),
        (olga.school_id, Role.REVIEWER),
    }
    assert charlie_client.session["school"] == olga.school_id


def test_a_link_works_once(
    charlie_client: Client, alice_client: Client, bob: Membership, olga: Membership, invited: Invitation
) -> None:
    link = shown_link(olga)
    charlie_client.post(link)
    assert client_of(bob).post(link).status_code == 404
    with pytest.raises(UserError, match="used"):
        invitations.accept(invitation=invited, user=bob.user)


def test_an_expired_link_no_longer_works(client: Client, olga: Membership, invited: Invitation) -> None:
    link = shown_link(olga)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert "invitation" not in client.session


def test_a_revoked_link_no_longer_works_and_opens_no_sign_up(
    client: Client, olga: Membership, invited: Invitation, settings: Settings
) -> None:
    settings.SIGNUP_OPEN = False
    link = shown_link(olga)
    client.get(link)
    client_of(olga).post(f"/school/invitations/{invited.pk}/revoke/")
    assert Client().get(link).status_code == 404
    assert b"By invitation only" in client.get("/signup/").content
    assert AuditEvent.objects.filter(verb="invitation.revoked").count() == 1


def test_a_guessed_link_leads_nowhere(client: Client, invited: Invitation) -> None:
    assert client.get(f"/invitations/{invited.pk}/").status_code == 404
    assert client.get(f"/invitations/{invited.pk}:c2lnbmF0dXJl/").status_code == 404


def test_a_second_invitation_ends_the_first(olga: Membership, invited: Invitation) -> None:
    first = shown_link(olga)
    invitations.invite(actor=actor_for(olga), school=olga.school, email="nina@example.org", role=Role.TEACHER)
    assert Client().get(first).status_code == 404
    assert Client().get(shown_link(olga)).status_code == 200


def test_a_member_is_not_invited_again(olga: Membership, bob: Membership) -> None:
    answer = client_of(olga).post("/school/invitations/", {"email": "BOB@example.org", "role": "teacher"})
    assert answer.status_code == 422
    assert b"is a member of this school already" in answer.content
