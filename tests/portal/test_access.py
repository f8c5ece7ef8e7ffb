"""Every address as everybody, by GET and by POST: the table in `permissions` says what they get.

By itself a run of the tests asks on SQLite; one more asks the same on PostgreSQL.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from grading.accounts.models import Course, Membership, Role, School, User
from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking.models import Answer, Decision, Identity
from grading.scans.models import Upload
from tests.conftest import ROOT, client_of, member_of
from tests.portal.addresses import address, all_addresses, furnish, sent_to, unknown_parts
from tests.portal.conftest import Graded
from tests.portal.permissions import NOTHING_THERE, PEOPLE, TABLE, Cell, table_line

pytestmark = pytest.mark.django_db

OWN = (
    "account_",
    "mfa_",
    "socialaccount_",
    "openid_",
    "accounts:profile",
    "accounts:choose-school",
    "accounts:invitation",
)
"""What is about a person's own login, and so not for the roles of a school to decide."""
SHARED = {"exam_id", "question_id"}
"""Parts of addresses that mean something in every exam."""
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

    def ask(self, who: str, name: str, method: str, within: Graded | None = None) -> Answered:
        """What comes back, and what it did; the database is as before."""
        client = Client()
        client.cookies = self.clients[who].cookies.copy()
        body = sent_to(name, self.graded) if method == "POST" else {}
        with transaction.atomic():
            before = state()
            response = getattr(client, method.lower())(address(name, self.graded, within), body)
            # Reading to its end closes a download, as the client means it to be closed: `close()` would
            # close the connection to the database as well.
            b"".join(response)
            changed = state() != before
            transaction.set_rollback(True)
        moved = response.status_code == 302
        to_login = moved and response["Location"].startswith("/login/")
        return Answered("login" if to_login else str(response.status_code), changed)

    def cell(self, who: str, name: str) -> Cell:
        """What a person gets there."""
        return Cell(self.ask(who, name, "GET").status, self.ask(who, name, "POST").status)


def state() -> tuple[object, ...]:
    """What no visit changes, and no act of somebody who may not."""
    rows = (
        Answer.objects.values_list("id", "status", "marks", "flagged", "apart"),
        Membership.objects.values_list("id", "role"),
        User.objects.values_list("id", "email", "name", "password"),
        Exam.objects.values_list("id", "state", "course", "anonymous", "known_one_in"),
        Identity.objects.values_list("id", "student", "state"),
        Upload.objects.values_list("id", "offset", "file"),
    )
    return (
        *(tuple(found.order_by("id")) for found in rows),
        Decision.objects.count(),
        AuditEvent.objects.count(),
    )


@pytest.fixture
def staff(graded: Graded, other_graded: Graded) -> Staff:
    """One of each role in the class's school; an owner elsewhere, where things are called the same."""
    clients = {role.value: client_as(role, graded.exam.school) for role in Role}
    furnish(graded)
    clients |= {"elsewhere": client_as(Role.OWNER, other_graded.exam.school), "nobody": Client()}
    return Staff(graded, clients)


def client_as(role: Role, school: School) -> Client:
    return client_of(member_of(f"{role}{school.pk}@example.org", role.title(), school, role))


def test_every_address_is_in_the_table(staff: Staff) -> None:
    assert not unknown_parts(), "Say in tests/portal/addresses.py, VALUES, what these are in tests."
    missing = sorted(set(all_addresses()) - set(TABLE))
    lines = [table_line(name, {who: staff.cell(who, name) for who in PEOPLE}) for name in missing]
    assert not missing, "\n".join([f"Not in the table of permissions. {HOW}", *lines])


def test_the_table_names_no_address_that_is_gone() -> None:
    assert sorted(set(TABLE) - set(all_addresses())) == []


def test_every_address_leads_somebody_to_something() -> None:
    nothing = {"404", "405", "403", "login"}
    statuses = {name: {status for cell in cells.values() for status in cell} for name, cells in TABLE.items()}
    empty = sorted(name for name, found in statuses.items() if found <= nothing)
    assert empty == sorted(NOTHING_THERE), "A 404 for everybody may hide a check that is missing."


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
    for name in (*pages, "reports:questions", "review:queue", "review:progress"):
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


@pytest.mark.parametrize("who", ["reviewer", "examiner", "elsewhere", "nobody"])
def test_no_other_method_changes_anything(who: str, staff: Staff) -> None:
    changed = [name for name in all_addresses() if staff.ask(who, name, "DELETE").changed]
    assert changed == []


def test_an_exam_of_other_courses_does_not_exist_for_a_reviewer(staff: Staff) -> None:
    school = staff.graded.exam.school
    theirs = Course.objects.create(school=school, name="Chemistry")
    theirs.members.add(Membership.objects.get(user__email__startswith="reviewer"))
    Exam.objects.filter(pk=staff.graded.exam.pk).update(course=school.courses.get(name="Physics"))
    seen = []
    for name, parameters in all_addresses().items():
        if "exam_id" in parameters:
            allowed = {"404", "405"} | {status for status in TABLE[name]["reviewer"] if status == "403"}
            seen += [name for status in staff.cell("reviewer", name) if status not in allowed]
    assert seen == []


def test_behind_an_exam_nothing_of_another_one_is_found(staff: Staff, other_graded: Graded) -> None:
    """The exam of the address is the person's own; the sheet, the page, the answer are another exam's."""
    seen = []
    for name, parameters in all_addresses().items():
        if "exam_id" in parameters and any(part.endswith("_id") for part in set(parameters) - SHARED):
            for method in ("GET", "POST"):
                found = staff.ask("elsewhere", name, method, within=other_graded)
                seen += [(name, found)] if found.status not in ("404", "405") or found.changed else []
    assert seen == []


@pytest.mark.pg
@pytest.mark.slow
def test_the_table_holds_on_postgresql(postgres_url: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-k", "everybody", __file__]
    environment = os.environ | {"DATABASE_URL": postgres_url}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
