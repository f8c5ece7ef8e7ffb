"""A sheet that is set aside counts nowhere, frees its student, and can be taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.exams.models import Sheet
from grading.marking import services as marking
from grading.marking.models import Answer, Identity
from grading.reports.blockers import blockers
from grading.scans import gateway, services
from grading.scans.aside import OTHER_WRITING, SET_ASIDE, count_again, set_aside
from grading.scans.doubles import give_own_sheet
from grading.scans.gateway import PageFacts
from grading.scans.ledger import sheet_totals, totals
from grading.scans.models import Page
from grading.scans.paging import _found
from tests.classroom import scan_file
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


@pytest.fixture
def same_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages show the same writing when their fingerprints are the same word."""
    monkeypatch.setattr(gateway, "same_writing", lambda one, other: one == other)


def scan_again(graded: Graded, fingerprint: str, number: int = 1) -> Page:
    """The first sheet's page comes in once more, the way that every page takes."""
    first = graded.sheets[0]
    again = Page.objects.create(exam=graded.exam, file=scan_file(graded.exam, "again.pdf"), scan_page=number)
    facts = PageFacts(
        fate="found", reason="", run=first.print_run.run, sheet=first.number, number=number,
        fingerprint=fingerprint,
    )  # fmt: skip
    again.fingerprint = fingerprint
    _found(again, facts, first)
    again.refresh_from_db()
    return again


@pytest.fixture
def aside(graded: Graded, alice_actor: Actor, same_fingerprints: None) -> Graded:
    """The first sheet is printed for a student, and set aside."""
    sheet = graded.sheets[0]
    sheet.printed_for = graded.exam.students.get(student_id="1001")
    sheet.save()
    Page.objects.filter(pk=graded.pages[0].pk).update(fingerprint="first")
    set_aside(actor=alice_actor, sheet=sheet)
    return graded


def test_the_same_paper_scanned_again_does_not_count_either(aside: Graded) -> None:
    again = scan_again(aside, "first")
    assert (again.state, again.reason) == (Page.State.FOREIGN, SET_ASIDE)
    assert not Job.objects.filter(stage=Stage.RECOGNIZE, subject_id=again.pk).exists()
    marking.mark_exam(exam_id=aside.exam.pk)
    assert not Answer.objects.filter(sheet=aside.sheets[0]).exists()
    assert totals(aside.exam).settled is False  # the odd page alone
    assert totals(aside.exam).needs_review == 0


@pytest.mark.parametrize(("fingerprint", "number"), [("of somebody else", 1), ("second page", 2)])
def test_other_writing_on_its_number_and_a_page_never_seen_are_for_a_person(
    aside: Graded, fingerprint: str, number: int
) -> None:
    again = scan_again(aside, fingerprint, number)
    assert (again.state, again.reason) == (Page.State.NEEDS_REVIEW, OTHER_WRITING)


def test_one_click_counts_it_again_with_what_came_meanwhile(aside: Graded, alice_client: Client) -> None:
    sheet, before = aside.sheets[0], aside.pages[0]
    second, again = scan_again(aside, "second page", 2), scan_again(aside, "first")
    shown = alice_client.get(reverse("scans:page", args=[aside.exam.pk, again.pk])).content.decode()
    address = reverse("scans:count", args=[aside.exam.pk, sheet.pk])
    assert address in shown
    alice_client.post(address)
    states = dict(Page.objects.filter(sheet=sheet).values_list("pk", "state"))
    assert states == {before.pk: "used", second.pk: "used", again.pk: "duplicate"}
    read = Job.objects.filter(stage=Stage.RECOGNIZE).values_list("subject_id", flat=True)
    assert set(read) == {before.pk, second.pk}
    sheet.refresh_from_db()
    assert (sheet.set_aside, sheet.absent) == (False, False)
    assert AuditEvent.objects.filter(verb="sheet.counted_again").count() == 1
    marking.mark_exam(exam_id=aside.exam.pk)
    assert Answer.objects.filter(sheet=sheet).exists()
    assert (
        address
        not in alice_client.get(reverse("scans:page", args=[aside.exam.pk, again.pk])).content.decode()
    )


def test_counting_again_twice_is_refused_in_words(aside: Graded, alice_actor: Actor) -> None:
    count_again(actor=alice_actor, sheet=aside.sheets[0])
    with pytest.raises(UserError, match="this sheet is not set aside"):
        count_again(actor=alice_actor, sheet=aside.sheets[0])


def test_another_page_chosen_for_its_place_counts_it_again(aside: Graded, alice_actor: Actor) -> None:
    other = scan_again(aside, "of somebody else")
    services.replace_page(actor=alice_actor, page=other)
    states = dict(Page.objects.filter(sheet=aside.sheets[0]).values_list("pk", "state"))
    assert states == {aside.pages[0].pk: "duplicate", other.pk: "used"}
    assert not Sheet.objects.filter(set_aside=True).exists()


def test_it_is_somebody_elses_and_gets_a_sheet_of_its_own(aside: Graded, alice_actor: Actor) -> None:
    new = give_own_sheet(actor=alice_actor, page=scan_again(aside, "of somebody else"))
    assert not new.set_aside
    assert Page.objects.filter(sheet=new, state=Page.State.USED).count() == 1
    assert Sheet.objects.get(pk=aside.sheets[0].pk).set_aside


def test_it_is_taken_back_by_giving_a_page_its_place_again(graded: Graded, alice_actor: Actor) -> None:
    set_aside(actor=alice_actor, sheet=graded.sheets[0])
    page = Page.objects.get(pk=graded.pages[0].pk)
    services.give_code(actor=alice_actor, page=page, sheet_number=graded.sheets[0].number, number=1)
    page.refresh_from_db()
    assert (page.state, page.sheet) == (Page.State.WAITING, graded.sheets[0])
    assert not Sheet.objects.filter(set_aside=True).exists()


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
