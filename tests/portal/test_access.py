"""Every address as teacher, reviewer, examiner, another school's teacher and nobody; none is forgotten."""

from __future__ import annotations

import pytest
from django.test import Client

from grading.accounts.models import Membership
from grading.core.models import AuditEvent
from grading.marking.models import Answer, Decision
from tests.portal.addresses import address, portal_names
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db

FOR_REVIEWERS = {
    "portal:exam",
    "review:queue",
    "review:next",
    "review:undo",
    "review:item",
    "review:decide",
    "review:skip",
    "review:hold",
    "review:check",
    "review:check-next",
    "scans:page",
    "scans:image",
    "scans:crop",
}
CHANGES = {
    "exams:change-form",
    "exams:change-file",
    "exams:change-roster",
    "exams:print-new",
    "scans:upload",
    "scans:give-code",
    "scans:drop",
    "scans:replace",
    "marking:budget-choose",
    "marking:identities",
    "marking:identities-swap",
    "marking:identities-say",
    "reports:release-change",
    "reports:absent",
}
WITHOUT_FILE = {"exams:print-pdf"}  # this print was not drawn, so its PDF is a 404 for everybody


def state() -> tuple[object, ...]:
    answers = Answer.objects.order_by("id").values_list("id", "status", "marks")
    return tuple(answers), Decision.objects.count(), AuditEvent.objects.count()


def test_another_schools_teacher_finds_nothing(graded: Graded, charlie_client: Client) -> None:
    before = state()
    for name in portal_names():
        answers = {charlie_client.get(address(name, graded)).status_code}
        answers.add(charlie_client.post(address(name, graded)).status_code)
        assert answers in ({404}, {404, 405}), name
    assert state() == before


def test_nobody_is_asked_to_log_in(graded: Graded, client: Client) -> None:
    for name in portal_names():
        for method in (client.get, client.post):
            answer = method(address(name, graded))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/login/"), name


def test_a_teacher_gets_an_answer_everywhere(graded: Graded, alice_client: Client) -> None:
    for name in set(portal_names()) - WITHOUT_FILE:
        assert alice_client.get(address(name, graded)).status_code in (200, 302, 405), name


def test_a_reviewer_only_reviews(graded: Graded, bob_client: Client) -> None:
    before = state()
    allowed = {name for name in portal_names() if bob_client.get(address(name, graded)).status_code != 403}
    assert allowed == FOR_REVIEWERS
    assert state() == before


def test_an_examiner_changes_nothing(graded: Graded, erin: Membership, client: Client) -> None:
    client.force_login(erin.user)
    before = state()
    sent = {"kind": "right", "state": "blank"}
    refused = {name for name in portal_names() if client.post(address(name, graded), sent).status_code == 403}
    assert refused == {name for name in portal_names() if name in CHANGES or name.startswith("review:")}
    assert state() == before
