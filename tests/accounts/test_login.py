"""Logging in and out, and what holds off those who guess."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from grading.accounts.models import Membership

pytestmark = pytest.mark.django_db


def log_in(client: Client, email: str, password: str) -> int:
    return client.post("/login/", {"username": email, "password": password}).status_code


def test_the_right_password_logs_in_whatever_the_capitals_of_the_address(
    client: Client, alice: Membership
) -> None:
    assert log_in(client, "Alice@Example.ORG", "correct horse") == 302
    assert client.session["_auth_user_id"] == str(alice.user_id)


def test_a_wrong_password_shows_the_form_again_with_the_reason(client: Client, alice: Membership) -> None:
    response = client.post("/login/", {"username": "alice@example.org", "password": "guess"})
    assert response.status_code == 200
    assert b'role="alert"' in response.content


def test_too_many_guesses_must_wait_even_with_the_right_password(client: Client, alice: Membership) -> None:
    codes = [log_in(client, "alice@example.org", "guess") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert codes[-1] == 429
    assert log_in(client, "alice@example.org", "correct horse") == 429


def test_other_capitals_give_no_more_guesses(client: Client, alice: Membership) -> None:
    for spelling in [str.lower, str.upper] * settings.AXES_FAILURE_LIMIT:
        log_in(client, spelling("alice@example.org"), "guess")
    assert log_in(client, "Alice@example.org", "correct horse") == 429


def test_guesses_at_one_account_do_not_lock_another_out(
    client: Client, alice: Membership, bob: Membership
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "alice@example.org", "guess")
    assert log_in(client, "bob@example.org", "correct horse") == 302


def test_logout_needs_a_post_and_ends_the_session(alice_client: Client) -> None:
    assert alice_client.get("/logout/").status_code == 405
    assert alice_client.post("/logout/").status_code == 302
    assert "_auth_user_id" not in alice_client.session


def test_login_does_not_lead_to_other_sites(client: Client, alice: Membership) -> None:
    form = {"username": "alice@example.org", "password": "correct horse", "next": "https://evil.example/"}
    assert client.post("/login/", form)["Location"] == "/"


def test_the_form_is_protected_and_its_policy_allows_no_inline_code(alice: Membership) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert log_in(strict, "alice@example.org", "correct horse") == 403
    policy = strict.get("/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_deactivated_account_cannot_log_in(client: Client, alice: Membership) -> None:
    alice.user.is_active = False
    alice.user.save()
    assert log_in(client, "alice@example.org", "correct horse") == 200
    assert client.get("/login/").wsgi_request.user == AnonymousUser()
