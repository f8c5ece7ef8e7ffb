"""Pages that list things ask the database as often for few things as for many."""

from __future__ import annotations

import pytest
from django.test import Client

from grading.accounts.models import School
from grading.core.models import Job
from grading.marking import services as marking
from tests.classroom import EXAM, sheet, small_exam
from tests.portal.addresses import address, portal_names
from tests.portal.conftest import Graded, scanned
from tests.query_counts import queries

pytestmark = pytest.mark.django_db

LISTS = {
    "portal:exams": 8,
    "portal:exam": 20,
    "portal:log": 14,
    "exams:roster": 12,
    "exams:print": 12,
    "exams:change-form": 7,
    "exams:change-file": 7,
    "exams:copy": 10,
    "exams:sharing": 11,
    "exams:versions": 13,
    "scans:scan": 19,
    "scans:pages": 16,
    "scans:page": 12,
    "scans:work": 13,
    "marking:identities": 16,
    "marking:budget": 16,
    "marking:rubric": 12,
    "review:queue": 20,
    "review:group": 20,
    "review:item": 20,
    "review:whole-page": 9,
    "review:check": 16,
    "review:keys": 11,
    "review:open-list": 13,
    "review:open-item": 20,
    "review:open-marked": 13,
    "review:open-question": 13,
    "review:page": 11,
    "review:reviewers": 12,
    "review:progress": 30,
    "review:assign": 13,
    "reports:results": 26,
    "reports:questions": 14,
    "reports:question": 16,
    "reports:archive": 16,
    "reports:gradebook": 11,
    "marking:rekey": 14,
    "marking:replay": 12,
    "marking:lost-pages": 14,
    "marking:claims": 14,
    "portal:log-csv": 10,
    "reports:sheet": 20,
    "reports:release": 24,
}


def more(graded: Graded, school: School) -> None:
    """One more scanned sheet, and two more exams in the school."""
    scanned(sheet(graded.exam, 3), "1003", 0.65)
    marking.mark_exam(exam_id=graded.exam.pk)
    for name in ("second", "third"):
        small_exam(school, text=EXAM.replace("id: small", f"id: {name}"))
    Job.objects.all().delete()  # the machine is through with everything, as it was before


def target(name: str, graded: Graded) -> str:
    return "/" if name == "portal:exams" else address(name, graded)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_long(
    name: str, graded: Graded, school: School, alice_client: Client
) -> None:
    few = queries(alice_client, target(name, graded))
    more(graded, school)
    many = queries(alice_client, target(name, graded))
    assert many <= few
    assert many <= LISTS[name]


def test_every_page_of_an_exam_is_counted(graded: Graded, alice_client: Client) -> None:
    pages = set()
    for name in portal_names():
        answer = alice_client.get(target(name, graded))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            pages.add(name)
    assert pages <= set(LISTS)
    assert len(pages) > 25
