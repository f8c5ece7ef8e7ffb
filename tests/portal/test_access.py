"""Every address as everybody, by GET and by POST: the table in `permissions` says what they get."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from grading.accounts.models import Course, Invitation, Membership, Role, School, User
from grading.core.models import AuditEvent
from grading.marking.models import Answer, Decision
from tests.portal.addresses import address, all_addresses, unknown_parts
from tests.portal.conftest import Graded
from tests.portal.permissions import PEOPLE, TABLE, Cell, table_line

pytestmark = pytest.mark.django_db

SENT = {"kind": "right", "state": "blank"}
OWN = ("account_", "mfa_", "socialaccount_", "openid_", "accounts:profile", "accounts:choose-school")
"""What is about a person's own login, and so not for the roles of a school to decide."""
HOW = "Check that this is meant, then put this into tests/portal/permissions.py:"


class Answered(NamedTuple):
    """A status in the words of the table, and whether anything about exams or schools changed."""

    status: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """A scanned class, and one client a role; ``ask`` leaves no trace in the database."""

    graded: Graded
    clients: dict[str, Client]

    def ask(self, who: str, name: str, method: str) -> Answered:
        """What comes back, and what it did; the database is as before."""
        client = Client()
        client.cookies = self.clients[who].cookies.copy()
        target = address(name, self.graded)
        with transaction.atomic():
            before = state()
            response = client.get(target) if method == "GET" else client.post(target, SENT)
            changed = state() != before
            response.close()
            transaction.set_rollback(True)
        moved = response.status_code == 302
        to_login = moved and response["Location"].startswith("/login/")
        return Answered("login" if to_login else str(response.status_code), changed)

    def cell(self, who: str, name: str) -> Cell:
        """What a person gets there."""
        return Cell(self.ask(who, name, "GET").status, self.ask(who, name, "POST").status)


def state() -> tuple[object, ...]:
    answers = Answer.objects.order_by("id").values_list("id", "status", "marks")
    members = Membership.objects.order_by("id").values_list("id", "role")
    return tuple(answers), tuple(members), Decision.objects.count(), AuditEvent.objects.count()


def client_of(school: School, role: Role) -> Client:
    user = User.objects.create_user(f"{role}{school.pk}@example.org", "correct horse", name=role.title())
    Membership.objects.create(user=user, school=school, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(graded: Graded, school: School, other_school: School) -> Staff:
    """One of each role in the class's school, which has a course and an invitation; an owner elsewhere."""
    clients = {role.value: client_of(school, role) for role in Role}
    course = Course.objects.create(school=school, name="Physics")
    Course.objects.create(school=other_school, name="Physics")
    Invitation.objects.create(
        school=school, email="new@example.org", role=Role.TEACHER, expires_at=course.created_at
    )
    clients |= {"elsewhere": client_of(other_school, Role.OWNER), "nobody": Client()}
    return Staff(graded, clients)


def test_every_address_is_in_the_table(staff: Staff) -> None:
    assert not unknown_parts(), "Say in tests/portal/addresses.py, VALUES, what these are in tests."
    missing = sorted(set(all_addresses()) - set(TABLE))
    lines = [table_line(name, {who: staff.cell(who, name) for who in PEOPLE}) for name in missing]
    assert not missing, "\n".join([f"Not in the table of permissions. {HOW}", *lines])


def test_the_table_names_no_address_that_is_gone() -> None:
    assert sorted(set(TABLE) - set(all_addresses())) == []


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_the_table_says_and_changes_only_what_is_theirs(who: str, staff: Staff) -> None:
    wrong, changed = {}, []
    for name, parameters in sorted(all_addresses().items()):
        looked, sent = staff.ask(who, name, "GET"), staff.ask(who, name, "POST")
        found = Cell(looked.status, sent.status)
        if name in TABLE and found != TABLE[name][who]:
            wrong[name] = table_line(name, TABLE[name] | {who: found})
        if not name.startswith(OWN) and (looked.changed or (sent.changed and reads_only(who, parameters))):
            changed.append(name)
    assert not wrong, "\n".join([f"For {who} the table says something else. {HOW}", *wrong.values()])
    assert not changed, f"{who} changed something there, by looking or in spite of the role"


@pytest.mark.parametrize("who", PEOPLE[:-2])
def test_no_page_offers_a_link_that_its_reader_is_refused(who: str, staff: Staff) -> None:
    client, key = staff.clients[who], staff.graded.exam.pk
    pages = ("portal:exam", "exams:roster", "exams:print", "scans:scan", "marking:budget", "reports:results")
    refused = []
    for name in (*pages, "reports:questions", "review:queue"):
        page = client.get(reverse(name, args=[key]))
        if page.status_code == 200:
            links = set(re.findall(r'<a [^>]*href="(/[^"#]*)', page.content.decode()))
            refused += [(name, link) for link in links if client.get(link).status_code == 403]
    assert refused == []


def reads_only(who: str, parameters: tuple[str, ...]) -> bool:
    """Whether nothing that a person sends to an address may change anything; at home one may."""
    return who in ("examiner", "nobody") or (who == "elsewhere" and bool(parameters))


def test_what_belongs_to_another_school_does_not_exist() -> None:
    for name, parameters in all_addresses().items():
        if any(parameter.endswith("_id") and parameter != "provider_id" for parameter in parameters):
            assert name not in TABLE or set(TABLE[name]["elsewhere"]) <= {"404", "405"}, name
