"""Scans come in, their pages are shown with what became of them, and a person can put them right."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grading.core.models import Job, Stage
from grading.scans.absence import set_absent
from grading.scans.crops import SHOWN_TYPE
from grading.scans.models import Page, ScanFile
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def url(name: str, graded: Graded, page: Page | None = None) -> str:
    return reverse(f"scans:{name}", args=[graded.exam.pk, *([page.pk] if page else [])])


def files(*contents: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{place}.pdf", content) for place, content in enumerate(contents)]


def test_several_files_are_taken_in_at_once(graded: Graded, alice_client: Client) -> None:
    alice_client.post(url("upload", graded), {"scans": files(b"%PDF-1", b"%PDF-2")})
    assert ScanFile.objects.filter(exam=graded.exam, state=ScanFile.State.WAITING).count() == 2
    assert Job.objects.filter(exam_id=graded.exam.pk, stage=Stage.SPLIT).count() == 2


def test_an_empty_file_does_not_hold_up_the_others(graded: Graded, alice_client: Client) -> None:
    answer = alice_client.post(
        url("upload", graded), {"scans": files(b"", b"%PDF-2")}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json() == {"taken": 1, "faults": ["0.pdf is empty: scan the pages again."]}


def test_the_wall_adds_up_and_asks_again_only_while_work_goes_on(
    graded: Graded, alice_client: Client
) -> None:
    wall = alice_client.get(url("pages", graded))
    assert sum(fate.count for fate in wall.context["wall"].fates) == 3
    assert wall.context["wall"].pages[0].row == graded.odd  # what needs a person comes first
    assert b"every 1500ms" not in wall.content
    alice_client.post(url("upload", graded), {"scans": files(b"%PDF-1")})
    assert b"every 1500ms" in alice_client.get(url("pages", graded)).content


def test_the_wall_can_be_narrowed_to_one_fate(graded: Graded, alice_client: Client) -> None:
    wall = alice_client.get(url("pages", graded), {"state": "unreadable"}).context["wall"]
    assert [shown.row for shown in wall.pages] == [graded.odd]


def test_a_typed_sheet_number_sends_the_page_through_again(graded: Graded, alice_client: Client) -> None:
    alice_client.post(url("give-code", graded, graded.odd), {"sheet_number": "3", "number": "1"})
    graded.odd.refresh_from_db()
    assert (graded.odd.state, graded.odd.sheet.number) == (Page.State.WAITING, "0003")  # type: ignore[union-attr]
    assert Job.objects.filter(stage=Stage.PAGE, subject_id=graded.odd.pk).exists()


def test_an_unknown_sheet_number_is_refused_and_kept_in_the_form(
    graded: Graded, alice_client: Client
) -> None:
    answer = alice_client.post(url("give-code", graded, graded.odd), {"sheet_number": "99", "number": "1"})
    assert answer.status_code == 422
    assert b"No sheet 0099 was printed" in answer.content
    assert b'value="99"' in answer.content


def test_a_person_can_say_that_a_page_does_not_count(graded: Graded, alice_client: Client) -> None:
    alice_client.post(url("drop", graded, graded.odd), {"state": "foreign"})
    graded.odd.refresh_from_db()
    assert graded.odd.state == Page.State.FOREIGN


def test_of_two_pages_for_one_place_a_person_chooses(graded: Graded, alice_client: Client) -> None:
    used = graded.pages[0]
    rival = Page.objects.create(
        exam=graded.exam, file=used.file, scan_page=2, state="needs-review", sheet=used.sheet, number=1
    )
    shown = alice_client.get(url("page", graded, rival))
    assert shown.context["rival"] == used
    alice_client.post(url("replace", graded, rival))
    rival.refresh_from_db()
    used.refresh_from_db()
    assert (rival.state, used.state) == (Page.State.USED, Page.State.DUPLICATE)


def test_images_are_private_and_only_of_this_exam(graded: Graded, alice_client: Client) -> None:
    image = alice_client.get(url("image", graded, graded.pages[0]))
    crop = alice_client.get(url("crop", graded, graded.pages[0]), {"question": "1"})
    assert (image["Content-Type"], crop["Content-Type"]) == ("image/jpeg", SHOWN_TYPE)
    assert "private" in image["Cache-Control"]
    assert "private" in crop["Cache-Control"]
    assert alice_client.get(url("crop", graded, graded.pages[0]), {"question": "no"}).status_code == 404
    assert alice_client.get(url("image", graded, graded.odd)).status_code == 404


def test_a_scanned_sheet_cannot_be_said_to_be_absent(graded: Graded, alice_actor: object) -> None:
    changed = set_absent(
        actor=alice_actor,  # type: ignore[arg-type]
        exam=graded.exam,
        absent=[sheet.pk for sheet in graded.exam.sheets.all()],
        present=(),
    )
    assert changed == 1
    assert list(graded.exam.sheets.filter(absent=True).values_list("number", flat=True)) == ["0003"]
