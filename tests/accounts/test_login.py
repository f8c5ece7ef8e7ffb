"""Logging in and out, and what holds off those who guess."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from grading.accounts.models import Membership
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db


def log_in(client: Client, email: str, password: str, place: str = "127.0.0.1") -> bool:
    client.post("/login/", {"login": email, "password": password}, REMOTE_ADDR=place)
    return "_auth_user_id" in client.session


def guess(client: Client, email: str, times: int = settings.LOGIN_TRIES, place: str = "127.0.0.1") -> None:
    for _ in range(times):
        assert not log_in(client, email, "guess", place)


def test_the_right_password_logs_in_whatever_the_capitals_of_the_address(
    client: Client, alice: Membership
) -> None:
    assert log_in(client, "Alice@Example.ORG", "correct horse")
    assert client.session["_auth_user_id"] == str(alice.user_id)


def test_a_wrong_password_shows_the_form_again_with_the_reason(client: Client, alice: Membership) -> None:
    response = client.post("/login/", {"login": "alice@example.org", "password": "guess"})
    assert response.status_code == 200
    assert b'role="alert"' in response.content


def test_too_many_guesses_must_wait_even_with_the_right_password(client: Client, alice: Membership) -> None:
    guess(client, "alice@example.org")
    assert not log_in(client, "alice@example.org", "correct horse")


def test_one_guess_less_is_an_everyday_slip(client: Client, alice: Membership) -> None:
    guess(client, "alice@example.org", settings.LOGIN_TRIES - 1)
    assert not AuditEvent.objects.filter(verb="login.locked").exists()
    assert log_in(client, "alice@example.org", "correct horse")


def test_a_lock_is_one_event_in_the_log_of_the_school(client: Client, alice: Membership) -> None:
    guess(client, "alice@example.org", settings.LOGIN_TRIES + 2)
    event = AuditEvent.objects.get(verb="login.locked")
    assert (event.school_id, event.actor_label) == (alice.school_id, "alice@example.org")


def test_guesses_at_an_address_that_nobody_has_are_logged_too(client: Client, db: None) -> None:
    guess(client, "nobody@example.org")
    assert AuditEvent.objects.get(verb="login.locked").actor_label == "nobody@example.org"


def test_other_capitals_give_no_more_guesses(client: Client, alice: Membership) -> None:
    guess(client, "alice@example.org", settings.LOGIN_TRIES // 2)
    guess(client, "ALICE@EXAMPLE.ORG", settings.LOGIN_TRIES - settings.LOGIN_TRIES // 2)
    assert not log_in(client, "Alice@example.org", "correct horse")


def test_guesses_at_one_account_do_not_lock_another_out(
    client: Client, alice: Membership, bob: Membership
) -> None:
    guess(client, "alice@example.org")
    assert log_in(client, "bob@example.org", "correct horse")


def test_guesses_from_elsewhere_do_not_lock_a_colleague_out(client: Client, alice: Membership) -> None:
    guess(client, "alice@example.org", place="203.0.113.9")
    assert log_in(client, "alice@example.org", "correct horse", place="192.0.2.4")


def test_logout_needs_a_post_and_ends_the_session(alice_client: Client) -> None:
    assert alice_client.get("/logout/").status_code == 200
    assert "_auth_user_id" in alice_client.session
    assert alice_client.post("/logout/").status_code == 302
    assert "_auth_user_id" not in alice_client.session


def test_login_does_not_lead_to_other_sites(client: Client, alice: Membership) -> None:
    form = {"login": "alice@example.org", "password": "correct horse", "next": "https://evil.example/"}
    assert client.post("/login/", form)["Location"] == "/"


def test_the_form_is_protected_and_its_policy_allows_no_inline_code(alice: Membership) -> None:
    strict = Client(enforce_csrf_checks=True)
    sent = {"login": "alice@example.org", "password": "correct horse"}
    assert strict.post("/login/", sent).status_code == 403
    policy = strict.get("/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_deactivated_account_cannot_log_in(client: Client, alice: Membership) -> None:
    alice.user.is_active = False
    alice.user.save()
    assert not log_in(client, "alice@example.org", "correct horse")
    assert client.get("/login/").wsgi_request.user == AnonymousUser()
