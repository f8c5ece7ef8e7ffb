"""Scans come in, their pages are shown with what became of them, and a person can put them right."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grading.accounts.models import Membership, Role, School
from grading.core import jobs
from grading.core.models import Job, Stage
from grading.marking import services as marking
from grading.marking.models import Answer
from grading.scans.absence import set_absent
from grading.scans.crops import SHOWN_TYPE
from grading.scans.models import Page, ScanFile
from grading.scans.splitting import refuse
from grading.scans.wall import FOLDED_FROM
from tests.classroom import page, scan_file, sheet, small_exam
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
    assert b"data-busy" not in wall.content
    alice_client.post(url("upload", graded), {"scans": files(b"%PDF-1")})
    assert b"data-busy" in alice_client.get(url("pages", graded)).content


@pytest.mark.parametrize("count", [FOLDED_FROM - 1, FOLDED_FROM])
def test_many_duplicates_are_counted_and_do_not_fill_the_wall(
    graded: Graded, alice_client: Client, count: int
) -> None:
    again = scan_file(graded.exam)
    for _ in range(count):
        page(graded.sheets[0], file=again, state=Page.State.DUPLICATE)
    found = alice_client.get(url("pages", graded)).context["wall"]
    assert found.totals.pages_in == sum(fate.count for fate in found.fates) == 3 + count
    is_folded = count == FOLDED_FROM
    assert len(found.pages) == (3 if is_folded else 3 + count)
    assert [(fate.state, fate.count) for fate in found.folded] == [("duplicate", count)] * is_folded
    alone = alice_client.get(url("pages", graded), {"state": "duplicate"}).context["wall"]
    assert len(alone.pages) == count
    assert not alone.folded


def test_the_wall_says_when_no_worker_is_there(graded: Graded, alice_client: Client) -> None:
    alice_client.post(url("upload", graded), {"scans": files(b"%PDF-1")})
    away = b"Nothing is being read"
    assert away not in alice_client.get(url("pages", graded)).content
    long_ago = timezone.now() - timedelta(seconds=2 * settings.JOB_LEASE_SECONDS)
    Job.objects.update(due_at=long_ago, started_at=None, finished_at=None)
    assert away in alice_client.get(url("pages", graded)).content
    assert jobs.claim(Stage.SPLIT, "back", 1)
    assert away not in alice_client.get(url("pages", graded)).content


def test_a_file_without_a_page_is_named_until_a_person_has_settled_it(
    graded: Graded, alice_client: Client
) -> None:
    file = graded.odd.file
    refuse(file, "the PDF is encrypted: save it without a password")
    page = alice_client.get(url("page", graded, graded.odd))
    assert (page.context["can_give_code"], page.context["can_drop"]) == (False, True)
    wall = alice_client.get(url("pages", graded))
    assert wall.context["wall"].only_files
    assert b"save it without a password" in wall.content
    assert b"say that it does not count" in wall.content
    alice_client.post(url("drop", graded, graded.odd), {"state": "foreign"})
    assert alice_client.get(url("pages", graded)).context["wall"].refused == []


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


def announce(client: Client, graded: Graded, content: bytes, name: str = "a.pdf") -> Any:
    data = {"name": name, "size": len(content), "fingerprint": sha256(name.encode() + content).hexdigest()}
    return client.post(url("upload-begin", graded), data)


def patch(client: Client, address: str, offset: int, piece: bytes) -> Any:
    kind = "application/offset+octet-stream"
    return client.patch(address, piece, content_type=kind, headers={"Upload-Offset": str(offset)})


def test_an_upload_goes_on_and_says_that_it_came_in_before(graded: Graded, alice_client: Client) -> None:
    content = b"%PDF-1.7 in two pieces"
    for before in ("", "a.pdf"):
        begun = announce(alice_client, graded, content)
        assert begun.status_code == 201
        address = f"{url('upload-begin', graded)}{begun.json()['id']}/"
        assert patch(alice_client, address, 0, content[:9]).json()["offset"] == 9
        assert alice_client.head(address)["Upload-Offset"] == "9"
        assert announce(alice_client, graded, content).json()["offset"] == 9
        early = alice_client.post(f"{address}finish/", {"sha256": sha256(content).hexdigest()})
        assert early.status_code == 409
        stale = patch(alice_client, address, 0, content)
        assert (stale.status_code, stale["Upload-Offset"]) == (409, "9")
        patch(alice_client, address, 9, content[9:])
        done = alice_client.post(f"{address}finish/", {"sha256": sha256(content).hexdigest()})
        assert (done.status_code, done.json()["same_as"]) == (200, before)
    assert ScanFile.objects.filter(exam=graded.exam, name="a.pdf").count() == 2


def test_an_empty_or_unnamed_file_is_refused_in_words(graded: Graded, alice_client: Client) -> None:
    answer = announce(alice_client, graded, b"", "none.pdf")
    assert (answer.status_code, answer.json()["faults"]) == (
        422,
        ["none.pdf is empty: scan the pages again."],
    )
    assert alice_client.post(url("upload-begin", graded), {"name": "x"}).status_code == 422


def test_a_colleague_does_not_send_pieces_of_somebody_elses_file(
    graded: Graded, alice_client: Client, dora: Membership, client: Client
) -> None:
    Membership.objects.filter(pk=dora.pk).update(role=Role.TEACHER)
    client.force_login(dora.user)
    address = f"{url('upload-begin', graded)}{graded.upload.pk}/"
    assert client.get(address).status_code == 404
    assert patch(client, address, 0, b"xx").status_code == 404
    assert client.delete(address).status_code == 404
    assert alice_client.delete(address).status_code == 204


def test_a_browser_keeps_an_image_and_asks_only_for_a_new_version(
    graded: Graded, alice_client: Client
) -> None:
    page = graded.pages[0]
    for name in ("image", "thumbnail", "crop"):
        first = alice_client.get(url(name, graded, page), {"question": "1", "v": page.version})
        assert "immutable" in first["Cache-Control"]
        again = alice_client.get(
            url(name, graded, page), {"question": "1"}, headers={"If-None-Match": first["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    Page.objects.filter(pk=page.pk).update(crops="crops/new.zip")
    page.refresh_from_db()
    assert f'"{page.version}"' != first["ETag"]


def test_a_page_of_another_student_gets_a_sheet_and_the_next_problem_follows(
    graded: Graded, alice_client: Client
) -> None:
    used = graded.pages[0]
    rival = Page.objects.create(
        exam=graded.exam, file=used.file, scan_page=2, state="needs-review", sheet=used.sheet, number=1
    )
    answer = alice_client.post(url("own-sheet", graded, rival))
    assert answer["Location"] == url("page", graded, graded.odd)
    rival.refresh_from_db()
    used.refresh_from_db()
    assert (rival.state, rival.sheet.number) == (Page.State.USED, "0001-B")  # type: ignore[union-attr]
    assert used.state == Page.State.USED


def test_a_new_scan_takes_the_place_of_a_page_that_could_not_be_read(
    graded: Graded, alice_client: Client
) -> None:
    answer = alice_client.post(url("rescan", graded, graded.odd), {"scan": files(b"%PDF-9")[0]})
    assert answer["Location"] == url("scan", graded)
    graded.odd.refresh_from_db()
    assert (graded.odd.state, graded.odd.reason) == (Page.State.DUPLICATE, "replaced by the new scan 0.pdf")


def test_a_student_may_be_named_instead_of_a_sheet(graded: Graded, alice_client: Client) -> None:
    third = graded.exam.sheets.get(number="0003")
    third.printed_for = graded.exam.students.get(student_id="1003")
    third.save()
    offered = alice_client.get(url("page", graded, graded.odd))
    assert b'<option value="0003 \xc2\xb7 Cleo">' in offered.content
    alice_client.post(url("give-code", graded, graded.odd), {"sheet_number": "cleo", "number": "1"})
    graded.odd.refresh_from_db()
    assert graded.odd.sheet == third


def test_twenty_thousand_pages_cost_no_more_than_one_leaf(graded: Graded, alice_client: Client) -> None:
    file = graded.pages[0].file
    states = ["used", "duplicate", "blank", "needs-review"]
    Page.objects.bulk_create(
        (
            Page(exam=graded.exam, file=file, scan_page=n, state=states[n % 4], reason="so")
            for n in range(10, 20_010)
        ),
        batch_size=5000,
    )
    with CaptureQueriesContext(connection) as seen:
        wall = alice_client.get(url("pages", graded), {"page": "166"})
    assert len(seen) <= 15
    assert len(wall.context["wall"].pages) == 60
    assert wall.context["wall"].totals.adds_up
    assert wall.context["wall"].leaf.paginator.count == 10_003
    assert len(wall.content) < 80_000
    shown = [thumbnail.row for thumbnail in wall.context["wall"].pages]
    assert shown == sorted(shown, key=lambda page: (-page.file_id, page.scan_page))
    to_do = alice_client.get(url("pages", graded), {"state": "to-do"}).context["wall"]
    assert to_do.leaf.paginator.count == 5001


def test_given_up_work_is_listed_and_tried_again(graded: Graded, alice_client: Client) -> None:
    Job.objects.create(
        stage=Stage.PAGE,
        subject_id=graded.odd.pk,
        exam_id=graded.exam.pk,
        state="quarantined",
        reason="so bad",
    )
    assert b"So bad" in alice_client.get(url("work", graded)).content
    assert b"The machine gave up on 1 piece of work" in alice_client.get(url("pages", graded)).content
    alice_client.post(url("retry", graded), {"job": Job.objects.get(subject_id=graded.odd.pk).pk})
    graded.odd.refresh_from_db()
    assert graded.odd.state == Page.State.WAITING


def test_a_wall_on_which_all_is_settled_names_the_next_step_and_what_waits_there(
    school: School, alice_client: Client
) -> None:
    exam = small_exam(school)
    for number in (1, 2):
        page(sheet(exam, number))
    marking.mark_exam(exam_id=exam.pk)
    Job.objects.all().delete()
    address = reverse("scans:pages", args=[exam.pk])
    wall = alice_client.get(address).content.decode()
    waiting = Answer.objects.filter(exam=exam, status="review").count()
    waiting += exam.identities.filter(state="review").count()
    assert waiting
    assert "Next step: the review." in wall
    assert f"{waiting} to do" in wall.split('data-key="next"')[1]
    assert 'class="steps"' in wall, "the counts above the wall are fresh, too"
    Answer.objects.filter(exam=exam).update(status="human", marks=1)
    for found, student in zip(exam.identities.all(), exam.students.all(), strict=False):
        exam.identities.filter(pk=found.pk).update(state="auto", student=student)
    assert "Next step: the results." in alice_client.get(address).content.decode()
    Page.objects.filter(exam=exam).update(state=Page.State.UNREADABLE)
    assert "Next step" not in alice_client.get(address).content.decode()
