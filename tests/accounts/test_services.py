"""Making accounts."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import IntegrityError
from django.test import RequestFactory

from grading.accounts.models import Membership, Role, School, User
from grading.accounts.services import LOCAL_EMAIL, create_member, first_login
from grading.core.errors import UserError
from grading.core.models import AuditEvent

pytestmark = pytest.mark.django_db

PASSWORD = "a long walk home"


def test_a_new_member_joins_the_school_of_that_name(school: School) -> None:
    member = create_member(email="Dora@Example.org", password=PASSWORD, school=school.name)
    assert (member.user.email, member.school, member.role) == ("dora@example.org", school, Role.TEACHER)
    assert AuditEvent.objects.get().data == {"email": "dora@example.org", "role": "teacher"}


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("not an address", PASSWORD, "valid email"),
        ("ALICE@example.org", PASSWORD, "has an account already"),
        ("dora@example.org", "password", "too common"),
        ("dora@example.org", "short", "too short"),
    ],
)
def test_what_is_wrong_with_an_account_is_said(
    alice: Membership, email: str, password: str, reason: str
) -> None:
    with pytest.raises(UserError, match=reason):
        create_member(email=email, password=password, school="School A")
    assert User.objects.count() == 1


def test_the_first_start_makes_an_owner_with_a_password_that_works() -> None:
    password = first_login()
    user = authenticate(RequestFactory().post("/login/"), username=LOCAL_EMAIL, password=password)
    assert isinstance(user, User)
    assert user.memberships.get().role == Role.OWNER


def test_later_starts_make_no_account(alice: Membership) -> None:
    assert first_login() is None
    assert User.objects.count() == 1


def test_two_accounts_never_share_an_address(alice: Membership) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create(email="ALICE@EXAMPLE.ORG")


def test_createteacher_reads_the_password_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    output = io.StringIO()
    call_command("createteacher", "dora@example.org", "--role=reviewer", "--school=North", stdout=output)
    assert output.getvalue() == "dora@example.org is reviewer of North.\n"
