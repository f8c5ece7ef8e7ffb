"""The second step of log-in: turned on with an app, asked for, and let in by a recovery code."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as configured
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from grading.accounts.models import Membership, Role, School
from grading.core.errors import UserError
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"


def code_of(secret: str) -> str:
    """What the app shows now."""
    _before, now, _after = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, now)))


def log_in(client: Client) -> str:
    return client.post("/login/", {"login": "alice@example.org", "password": PASSWORD})["Location"]


def turn_on(client: Client) -> str:
    """Turn two steps on as a person does; the secret of the app."""
    log_in(client)
    asked = client.get("/two-step/totp/activate/")["Location"]
    client.post(asked, {"password": PASSWORD, "next": "/two-step/totp/activate/"})
    page = client.get("/two-step/totp/activate/").content.decode()
    found = re.search(r'class="mono">([A-Z2-7]{16,})<', page)
    assert found
    assert "data:image/svg+xml;base64," in page
    done = client.post("/two-step/totp/activate/", {"code": code_of(found[1])})
    assert done["Location"] == "/two-step/recovery-codes/"
    return found[1]


def test_with_two_steps_the_password_alone_does_not_let_in(client: Client, alice: Membership) -> None:
    secret = turn_on(client)
    other = Client()
    assert log_in(other) == "/two-step/authenticate/"
    assert "_auth_user_id" not in other.session
    assert other.get("/two-step/authenticate/").status_code == 200
    assert other.post("/two-step/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in other.session
    cache.clear()  # the code that turned it on counts as used
    other.post("/two-step/authenticate/", {"code": code_of(secret)})
    assert other.session["_auth_user_id"] == str(alice.user_id)


def test_a_recovery_code_lets_in_once(client: Client, alice: Membership) -> None:
    turn_on(client)
    page = client.get("/two-step/recovery-codes/").content.decode()
    code = re.findall(r'<li class="mono">(\w+)</li>', page)[0]
    for expected in (True, False):
        other = Client()
        log_in(other)
        other.post("/two-step/authenticate/", {"code": code})
        assert ("_auth_user_id" in other.session) is expected


def test_guesses_at_the_code_are_held_off(client: Client, alice: Membership) -> None:
    turn_on(client)
    code = re.findall(
        r'<li class="mono">(\w+)</li>', client.get("/two-step/recovery-codes/").content.decode()
    )[0]
    other = Client()
    log_in(other)
    for _ in range(configured.LOGIN_TRIES):
        other.post("/two-step/authenticate/", {"code": "000000"})
    other.post("/two-step/authenticate/", {"code": code})
    assert "_auth_user_id" not in other.session


def test_on_and_off_are_in_the_log_of_the_school(
    client: Client, alice: Membership, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        turn_on(client)
    assert client.post("/two-step/totp/deactivate/")["Location"] == "/two-step/"
    verbs = list(AuditEvent.objects.filter(school_id=alice.school_id).values_list("verb", flat=True))
    assert "second_factor.on" in verbs
    assert verbs.index("second_factor.on") < verbs.index("second_factor.off")
    assert log_in(Client()) == "/"


def test_the_database_alone_gives_no_secret_away(client: Client, alice: Membership) -> None:
    secret = turn_on(client)
    stored = [str(data) for data in Authenticator.objects.values_list("data", flat=True)]
    assert len(stored) == 2
    assert not any(secret in data for data in stored)


def test_with_another_key_of_the_service_no_code_lets_in(
    client: Client, alice: Membership, settings: Settings
) -> None:
    secret = turn_on(client)
    cache.clear()
    settings.SECRET_KEY = "another key that is just as long as the first one was"
    other = Client()
    log_in(other)
    for key in (secret, "A" * 32, ""):
        other.post("/two-step/authenticate/", {"code": code_of(key)})
    assert "_auth_user_id" not in other.session


def can_log_in_with_the_password_alone() -> bool:
    return log_in(Client()) == "/"


def test_the_operator_lets_somebody_in_who_lost_the_second_factor(client: Client, alice: Membership) -> None:
    turn_on(client)
    assert not can_log_in_with_the_password_alone()
    said = io.StringIO()
    call_command("resetsecondfactor", "Alice@example.org", stdout=said)
    assert "alice@example.org logs in without a second step now" in said.getvalue()
    assert "sessions ended: 1" in said.getvalue()
    assert client.get("/you/")["Location"].startswith("/login/")
    assert not Authenticator.objects.exists()
    assert can_log_in_with_the_password_alone()
    event = AuditEvent.objects.get(verb="second_factor.reset")
    assert (event.school_id, event.actor_label) == (alice.school_id, "inkgrade")
    assert event.data == {"email": "alice@example.org"}


def test_other_peoples_second_factor_and_sessions_stay(
    client: Client, alice: Membership, bob_client: Client
) -> None:
    turn_on(client)
    with pytest.raises(UserError, match="does not log in in two steps"):
        call_command("resetsecondfactor", "bob@example.org")
    with pytest.raises(UserError, match="no account nobody"):
        call_command("resetsecondfactor", "nobody@example.org")
    assert bob_client.get("/").status_code == client.get("/").status_code == 200
    assert not can_log_in_with_the_password_alone()


def test_an_owner_lets_a_member_in_who_lost_the_second_factor(
    client: Client, alice: Membership, olga_client: Client
) -> None:
    turn_on(client)
    assert (
        f"/school/members/{alice.pk}/second-factor/" in olga_client.get("/school/members/").content.decode()
    )
    olga_client.post(f"/school/members/{alice.pk}/second-factor/")
    assert can_log_in_with_the_password_alone()
    assert AuditEvent.objects.get(verb="second_factor.reset").actor_label == "olga@example.org"
    assert "/second-factor/" not in olga_client.get("/school/members/").content.decode()


def test_an_owner_resets_no_second_factor_that_guards_another_school_too(
    client: Client, alice: Membership, olga_client: Client, other_school: School
) -> None:
    turn_on(client)
    Membership.objects.create(user=alice.user, school=other_school, role=Role.TEACHER)
    answer = olga_client.post(f"/school/members/{alice.pk}/second-factor/", follow=True)
    assert b"ask the operator" in answer.content
    assert not can_log_in_with_the_password_alone()


def test_an_owner_turns_the_own_second_factor_off_with_the_password_only(
    client: Client, alice: Membership
) -> None:
    Membership.objects.update(role=Role.OWNER)
    turn_on(client)
    answer = client.post(f"/school/members/{alice.pk}/second-factor/", follow=True)
    assert b"on the page of your account" in answer.content
    assert not can_log_in_with_the_password_alone()
