"""What people change about themselves."""

from __future__ import annotations

import pytest
from django.test import Client

from grading.accounts.forms_school import ProfileForm
from grading.accounts.models import Membership, User
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged_in(client: Client, alice: Membership) -> Client:
    """Alice a moment after she gave her password."""
    client.force_login(alice.user)
    client.post("/password/again/", {"password": "correct horse"})
    return client


def test_another_name_and_address_are_kept_and_logged(logged_in: Client, alice: Membership) -> None:
    logged_in.post("/you/", {"name": "Alice B.", "email": "Alice.B@example.org"})
    alice.user.refresh_from_db()
    assert (alice.user.name, alice.user.email) == ("Alice B.", "alice.b@example.org")
    assert AuditEvent.objects.get(verb="person.address_changed").data["before"] == "alice@example.org"


def test_an_address_that_is_taken_while_the_form_is_checked_is_said_in_the_form(
    logged_in: Client, alice: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_after_the_look(form: ProfileForm) -> str:
        email = str(form.cleaned_data["email"])
        User.objects.create_user(email)
        return email

    monkeypatch.setattr(ProfileForm, "clean_email", taken_after_the_look)
    answer = logged_in.post("/you/", {"name": "Somebody else", "email": "new@example.org"})
    assert answer.status_code == 422
    assert b"There is another account with this address." in answer.content
    assert b"Somebody else</" not in answer.content
    alice.user.refresh_from_db()
    assert (alice.user.name, alice.user.email) == ("Alice", "alice@example.org")
    assert not AuditEvent.objects.filter(verb="person.address_changed").exists()
