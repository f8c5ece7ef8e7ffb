"""Sheets without a student and pages without a place, at the same bench, one person at a time."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.exams.models import Student
from grading.marking.models import Identity
from grading.review import leases, pages, sheets
from grading.scans.likely_places import likely_places
from grading.scans.models import Page
from tests.portal.conftest import Graded, dora, dora_actor, graded

__all__ = ["dora", "dora_actor", "graded"]
pytestmark = pytest.mark.django_db


def unclear(graded: Graded, number: int = 0) -> str:
    Identity.objects.filter(sheet=graded.sheets[number]).update(
        student=None, state="review", reason="not clear", candidates=[["1003", 0.7], ["1001", 0.2]]
    )
    return reverse("review:sheet", args=[graded.exam.pk, graded.sheets[number].pk])


def test_a_sheet_shows_its_number_its_head_and_candidates_with_keys(
    graded: Graded, alice_client: Client
) -> None:
    page = alice_client.get(unclear(graded)).content.decode()
    assert reverse("scans:crop", args=[graded.exam.pk, graded.pages[0].pk]) in page
    assert reverse("scans:image", args=[graded.exam.pk, graded.pages[0].pk]) in page
    assert page.index('aria-keyshortcuts="1"') < page.index("Cleo") < page.index('aria-keyshortcuts="2"')
    assert "70 %" in page


def test_a_candidate_is_chosen_and_the_next_sheet_comes(graded: Graded, alice_client: Client) -> None:
    first, second = unclear(graded), unclear(graded, 1)
    gone = alice_client.post(first, {"student": "1003"}, follow=True)
    found = Identity.objects.get(sheet=graded.sheets[0])
    assert found.student is not None
    assert (found.state, found.student.student_id) == (Identity.State.HUMAN, "1003")
    assert gone.redirect_chain[-1][0] == second


def test_the_button_of_a_candidate_counts_though_a_browser_sends_the_empty_field_too(
    graded: Graded, alice_client: Client
) -> None:
    page = alice_client.get(unclear(graded)).content.decode()
    assert '<button type="submit" name="chosen" value="1003"' in page
    alice_client.post(unclear(graded), {"chosen": "1003", "student": ""})
    assert Identity.objects.get(sheet=graded.sheets[0]).state == Identity.State.HUMAN


def test_two_sheets_of_one_student_name_each_other(graded: Graded, alice_client: Client) -> None:
    address = unclear(graded)
    unclear(graded, 1)
    Identity.objects.update(reason="another sheet may have the same student")
    page = alice_client.get(address).content.decode()
    assert "sheet 0002 may be theirs too" in page
    assert "sheet 0001 may be theirs too" not in page


def test_a_printed_number_is_not_called_read(graded: Graded, alice_client: Client) -> None:
    address, sheet = unclear(graded), graded.sheets[0]
    sheet.printed_for = Student.objects.get(exam=graded.exam, student_id="1001")
    sheet.save()
    Identity.objects.filter(sheet=sheet).update(read="1001")
    for page in (address, reverse("marking:identities", args=[graded.exam.pk])):
        shown = alice_client.get(page).content.decode()
        assert "Printed on the sheet" in shown
        assert "The machine read" not in shown


def test_a_student_with_another_sheet_is_refused_in_words(graded: Graded, alice_client: Client) -> None:
    reply = alice_client.post(unclear(graded), {"student": "1002"})
    assert reply.status_code == 422
    assert "Ben (1002) has sheet 0002" in reply.content.decode()


def test_two_people_get_different_sheets(graded: Graded, alice_actor: Actor, dora_actor: Actor) -> None:
    unclear(graded), unclear(graded, 1)
    first = sheets.next_sheet(actor=alice_actor, exam=graded.exam)
    second = sheets.next_sheet(actor=dora_actor, exam=graded.exam)
    assert {first, second} == set(graded.sheets)
    assert sheets.next_sheet(actor=dora_actor, exam=graded.exam, after=second) is None


def test_a_page_is_given_its_place(graded: Graded, alice_client: Client) -> None:
    address = reverse("review:page", args=[graded.exam.pk, graded.odd.pk])
    assert "No code" in alice_client.get(address).content.decode()
    gone = alice_client.post(address, {"sheet_number": "3", "number": "1"}, follow=True)
    graded.odd.refresh_from_db()
    assert (graded.odd.state, graded.odd.sheet.number) == (Page.State.WAITING, "0003")
    assert gone.redirect_chain[-1][0] == reverse("review:queue", args=[graded.exam.pk])


def test_a_page_is_offered_the_places_that_sheets_lack(graded: Graded, alice_client: Client) -> None:
    first, second = graded.sheets
    run = first.print_run
    run.layout["pages"].append({**run.layout["pages"][0], "page": 2, "boxes": []})
    run.save()
    beside = Page.objects.get(sheet=second, state=Page.State.USED)
    graded.odd.file, graded.odd.scan_page = beside.file, beside.scan_page + 1
    graded.odd.preview = beside.preview
    graded.odd.save()
    found = likely_places(graded.odd)
    assert [(place.sheet, place.number, place.distance) for place in found] == [
        (second, 2, 0),
        (first, 2, None),
    ]
    address = reverse("review:page", args=[graded.exam.pk, graded.odd.pk])
    seen = alice_client.get(address)
    assert seen.context["form"].initial["number"] == 2
    assert "Sheet 0002, page 2 · Ben" in seen.content.decode()
    one = alice_client.get(reverse("scans:page", args=[graded.exam.pk, graded.odd.pk]))
    assert "Sheet 0002, page 2 · Ben" in one.content.decode()
    alice_client.post(address, {"sheet_number": second.number, "number": "2"})
    graded.odd.refresh_from_db()
    assert (graded.odd.state, graded.odd.sheet, graded.odd.number) == (Page.State.WAITING, second, 2)
    Page.objects.filter(pk=graded.odd.pk).update(state=Page.State.USED)
    assert [place.sheet for place in likely_places(beside)] == [first]


def test_a_page_is_dropped_or_refused_in_words(graded: Graded, alice_client: Client) -> None:
    address = reverse("review:page", args=[graded.exam.pk, graded.odd.pk])
    refused = alice_client.post(address, {"sheet_number": "77", "number": "1"})
    assert refused.status_code == 422
    assert 'value="0077"' in refused.content.decode() or 'value="77"' in refused.content.decode()
    alice_client.post(address, {"state": "foreign"})
    graded.odd.refresh_from_db()
    assert graded.odd.state == Page.State.FOREIGN


def test_a_page_is_held_by_one_person(graded: Graded, alice_client: Client, dora_actor: Actor) -> None:
    leases.take(actor=dora_actor, item=graded.odd)
    address = reverse("review:page", args=[graded.exam.pk, graded.odd.pk])
    assert alice_client.get(address)["Location"] == reverse("review:page-next", args=[graded.exam.pk])
    assert pages.next_page(actor=dora_actor, exam=graded.exam) == graded.odd


def test_the_queue_names_everything_in_one_order(graded: Graded, alice_client: Client) -> None:
    unclear(graded)
    found = alice_client.get(reverse("review:queue", args=[graded.exam.pk])).context["benches"]
    assert [bench.name for bench in found] == [
        "Pages without a place",
        "Whose sheets",
        "Groups of like answers",
        "Open answers",
        "Spot check",
    ]
