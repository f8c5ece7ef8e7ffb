"""A sheet that is set aside counts nowhere, frees its student, and can be taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Job, Stage
from grading.marking import services as marking
from grading.marking.models import Answer, Identity
from grading.reports.blockers import blockers
from grading.scans import services
from grading.scans.aside import SET_ASIDE, set_aside
from grading.scans.ledger import sheet_totals, totals
from grading.scans.models import Page
from tests.portal.conftest import Graded, graded

__all__ = ["graded"]
pytestmark = pytest.mark.django_db


def test_its_pages_answers_and_student_are_out_of_account(graded: Graded, alice_actor: Actor) -> None:
    first, second = graded.sheets
    exam = graded.exam
    marking.identify(actor=alice_actor, sheet=first, student_id="1001")
    assert set_aside(actor=alice_actor, sheet=first) == 1
    assert Job.objects.filter(stage=Stage.MARK, subject_id=exam.pk, state=Job.State.QUEUED).exists()
    marking.mark_exam(exam_id=exam.pk)
    assert set(Answer.objects.filter(exam=exam).values_list("sheet", flat=True)) == {second.pk}
    assert not Identity.objects.filter(sheet=first).exists()
    marking.identify(actor=alice_actor, sheet=second, student_id="1001")
    assert (totals(exam).foreign, totals(exam).used) == (1, 1)
    assert graded.pages[0].pk in Page.objects.filter(reason=SET_ASIDE).values_list("pk", flat=True)


def test_a_sheet_printed_for_a_student_is_booked_as_not_handed_in(graded: Graded, alice_actor: Actor) -> None:
    sheet = graded.sheets[0]
    sheet.printed_for = graded.exam.students.get(student_id="1001")
    sheet.save()
    before = sheet_totals(graded.exam)
    set_aside(actor=alice_actor, sheet=sheet)
    after = sheet_totals(graded.exam)
    assert (after.scanned, after.absent) == (before.scanned - 1, before.absent + 1)
    assert after.open == before.open


def test_it_is_taken_back_by_giving_a_page_its_place_again(graded: Graded, alice_actor: Actor) -> None:
    set_aside(actor=alice_actor, sheet=graded.sheets[0])
    page = Page.objects.get(pk=graded.pages[0].pk)
    services.give_code(actor=alice_actor, page=page, sheet_number=graded.sheets[0].number, number=1)
    page.refresh_from_db()
    assert (page.state, page.sheet) == (Page.State.WAITING, graded.sheets[0])


def test_twice_is_refused_in_words(graded: Graded, alice_actor: Actor) -> None:
    set_aside(actor=alice_actor, sheet=graded.sheets[0])
    with pytest.raises(UserError, match="no page of this sheet counts"):
        set_aside(actor=alice_actor, sheet=graded.sheets[0])


def test_a_sheet_of_nobody_does_not_block_the_release_for_ever(graded: Graded, alice_client: Client) -> None:
    sheet, page = graded.sheets[0], graded.pages[0]
    Identity.objects.filter(sheet=sheet).update(student=None, state=Identity.State.REVIEW)
    assert any("no student" in str(blocker) for blocker in blockers(graded.exam))
    people = alice_client.get(reverse("marking:identities", args=[graded.exam.pk])).content.decode()
    assert reverse("scans:page", args=[graded.exam.pk, page.pk]) in people
    shown = alice_client.get(reverse("scans:page", args=[graded.exam.pk, page.pk])).content.decode()
    address = reverse("scans:aside", args=[graded.exam.pk, sheet.pk])
    assert address in shown
    alice_client.post(address)
    marking.mark_exam(exam_id=graded.exam.pk)
    assert not any("no student" in str(blocker) for blocker in blockers(graded.exam))
