"""New accounts, where anybody may make one and where nobody may."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from grading.accounts.models import Membership, Role, School, User
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db

FORM = {"name": "Nina", "email": "Nina@Example.org", "school": "North", "password1": "a long walk home"}


def test_a_new_teacher_gets_a_school_of_their_own_and_is_in(client: Client) -> None:
    assert client.post("/signup/", FORM)["Location"] == "/"
    member = Membership.objects.get()
    assert (member.user.email, member.user.name) == ("nina@example.org", "Nina")
    assert (member.school.name, member.role) == ("North", Role.OWNER)
    assert client.get("/").status_code == 200
    verbs = set(AuditEvent.objects.filter(school_id=member.school_id).values_list("verb", flat=True))
    assert verbs == {"school.founded", "member.added", "person.signed_up"}
    assert not mail.outbox


def test_a_school_of_the_same_name_is_another_school(client: Client) -> None:
    taken = School.objects.create(name="North")
    client.post("/signup/", FORM)
    assert Membership.objects.get().school != taken


def test_an_address_has_one_account_and_nothing_is_left_of_a_second(client: Client) -> None:
    client.post("/signup/", FORM)
    answer = Client().post("/signup/", {**FORM, "email": "NINA@example.org", "school": "South"})
    assert b"fault" in answer.content
    assert (User.objects.count(), School.objects.count()) == (1, 1)


@pytest.mark.parametrize("password", ["password", "short", "12345678"])
def test_a_password_that_is_easily_guessed_is_refused(client: Client, password: str) -> None:
    assert b"fault" in client.post("/signup/", {**FORM, "password1": password}).content
    assert not User.objects.exists()


def test_where_sign_up_is_closed_nobody_gets_in_uninvited(client: Client, settings: Settings) -> None:
    settings.SIGNUP_OPEN = False
    assert b"By invitation only" in client.get("/signup/").content
    assert b"By invitation only" in client.post("/signup/", FORM).content
    assert b"/signup/" not in client.get("/login/").content
    assert not User.objects.exists()


def test_a_forgotten_password_is_mailed_where_mail_is_set_up(
    client: Client, alice: Membership, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    client.post("/password/forgotten/", {"email": "Alice@example.org"})
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert "http://testserver/password/new/" in sent.body


def test_without_mail_the_page_says_whom_to_ask(client: Client, alice: Membership) -> None:
    for answer in (client.get("/password/forgotten/"), client.post("/password/forgotten/", {"email": "x"})):
        assert b"sends no mail" in answer.content
    assert not mail.outbox


def test_a_person_changes_name_and_address_after_giving_the_password_again(
    alice: Membership, client: Client
) -> None:
    client.post("/login/", {"login": "alice@example.org", "password": "correct horse"})
    changed = {"name": "Alice B.", "email": "Alice.B@example.org"}
    asked = client.post("/you/", changed)
    assert asked["Location"].startswith("/password/again/")
    client.post(asked["Location"], {"password": "correct horse", "next": "/you/"})
    alice.user.refresh_from_db()
    assert (alice.user.name, alice.user.email) == ("Alice B.", "alice.b@example.org")
    again = Client()
    again.post("/login/", {"login": "alice.b@example.org", "password": "correct horse"})
    assert "_auth_user_id" in again.session


def test_nobody_takes_the_address_of_another(alice: Membership, bob: Membership, client: Client) -> None:
    client.post("/login/", {"login": "alice@example.org", "password": "correct horse"})
    asked = client.post("/you/", {"name": "A", "email": "BOB@example.org"})
    answer = client.post(asked["Location"], {"password": "correct horse", "next": "/you/"})
    assert answer.status_code == 422
    assert b"another account with this address" in answer.content
