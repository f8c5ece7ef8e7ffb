"""Marking without names: what a reviewer is sent holds neither name nor number, whatever they ask for."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from grading.exams.models import Exam, Student
from grading.exams.paper import frame
from grading.scans.models import Page
from tests.portal.addresses import address, portal_names
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db

ACROSS, DOWN = 840, 1188
INK = (10, 20, 30)
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
SECRETS = (b"Ada", b"Ben", b"Cleo", b"1001", b"1002", b"1003")


def inked() -> bytes:
    """A page of A4 that is ink all over, so that whatever is not painted over shows."""
    buffer = io.BytesIO()
    Image.new("RGB", (ACROSS, DOWN), INK).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture
def nameless(graded: Graded) -> Graded:
    """Alice's class, marked without names, its first page all ink."""
    Exam.objects.update(anonymous=True)
    graded.pages[0].preview.save("inked.jpg", ContentFile(inked()))
    return graded


def dark_share(image: bytes, top_mm: float, bottom_mm: float) -> float:
    """The share of a band of the page that is ink."""
    with Image.open(io.BytesIO(image)) as opened:
        scale = opened.height / 297
        band = opened.convert("L").crop((0, int(top_mm * scale), opened.width, int(bottom_mm * scale)))
    counts = band.histogram()
    return sum(counts[:90]) / sum(counts)


def sent(client: Client, graded: Graded, name: str = "scans:image", page: Page | None = None) -> bytes:
    answer = client.get(reverse(name, args=[graded.exam.pk, (page or graded.pages[0]).pk]))
    assert answer.status_code == 200
    return answer.getvalue()


@pytest.mark.parametrize("name", ["scans:image", "scans:thumbnail"])
def test_the_place_of_name_and_number_is_painted_over_for_reviewers_only(
    name: str, nameless: Graded, alice_client: Client, bob_client: Client
) -> None:
    layout = nameless.sheets[0].print_run.layout
    number = next(box for box in layout["pages"][0]["boxes"] if box["kind"] == "student_id")
    bottom = number["rect_mm"][1] + number["rect_mm"][3]
    assert bottom > frame((210.0, 297.0)).body_top
    for_bob, for_alice = sent(bob_client, nameless, name), sent(alice_client, nameless, name)
    assert dark_share(for_bob, 0, bottom) == 0
    assert dark_share(for_bob, bottom + 10, 297) == 1
    assert dark_share(for_alice, 0, 297) == 1


def test_on_later_pages_the_running_head_is_painted_over(nameless: Graded, bob_client: Client) -> None:
    Page.objects.filter(pk=nameless.pages[0].pk).update(number=2)
    image = sent(bob_client, nameless)
    top = frame((210.0, 297.0)).body_top
    assert dark_share(image, 0, top - 2) == 0
    assert dark_share(image, top + 1, 297) == 1


def test_a_page_that_lies_nobody_knows_how_is_painted_over_whole(
    nameless: Graded, bob_client: Client
) -> None:
    Page.objects.filter(pk=nameless.pages[0].pk).update(quality=None)
    assert dark_share(sent(bob_client, nameless), 0, 297) == 0


def test_a_browser_that_kept_a_teachers_image_gets_another_for_a_reviewer(
    nameless: Graded, alice_client: Client, bob_client: Client
) -> None:
    target = reverse("scans:image", args=[nameless.exam.pk, nameless.pages[0].pk])
    kept = alice_client.get(target)
    again = bob_client.get(target, headers={"If-None-Match": kept["ETag"]})
    assert again.status_code == 200
    assert again["Cache-Control"] == "private, no-store"
    assert "Cookie" in kept["Vary"]


def test_the_box_of_the_number_is_refused_and_those_of_answers_are_not(
    nameless: Graded, alice_client: Client, bob_client: Client
) -> None:
    target = reverse("scans:crop", args=[nameless.exam.pk, nameless.pages[0].pk])
    assert bob_client.get(target).status_code == 403
    assert bob_client.get(f"{target}?question=1").status_code == 200
    assert alice_client.get(target).status_code == 200


def test_no_page_that_a_reviewer_opens_holds_a_name_or_a_number(nameless: Graded, bob_client: Client) -> None:
    nameless.pages[0].file.name = "Ada 1001.pdf"
    nameless.pages[0].file.save()
    opened = 0
    for name in portal_names():
        answer = bob_client.get(address(name, nameless), follow=True)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            opened += 1
            shown = TOKEN.sub(b"", answer.content)
            assert not [secret for secret in SECRETS if secret in shown], name
    assert opened > 3
    assert Student.objects.count() == 3


def test_without_that_wish_a_reviewer_sees_the_whole_page(graded: Graded, bob_client: Client) -> None:
    graded.pages[0].preview.save("inked.jpg", ContentFile(inked()))
    assert dark_share(sent(bob_client, graded), 0, 297) == 1
