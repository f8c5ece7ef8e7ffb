"""What of the marking of open answers stands in a student's report, and what does not."""

from __future__ import annotations

import io
import random

import pypdfium2 as pdfium
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.exams.models import Sheet
from grading.marking.rubric_annotations import Annotation, Kind
from grading.reports.services import student_report
from grading.reports.style import CORRECT
from grading.scans.models import Page
from tests.review.open_class import OpenClass, markers, open_class

pytestmark = pytest.mark.django_db
NOTE = Annotation(Kind.NOTE, ((40.0, 150.0),), "see the unit")
TICK = Annotation(Kind.TICK, ((105.0, 150.0),))


@pytest.fixture
def klass(school: School) -> OpenClass:
    return open_class(school)


def report(klass: OpenClass) -> pdfium.PdfDocument:
    sheet = Sheet.objects.select_related("exam", "print_run").get(pk=klass.answer(1).sheet_id)
    return pdfium.PdfDocument(io.BytesIO(student_report(sheet)))


def text(document: pdfium.PdfDocument) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in document)


def test_criteria_comment_and_what_was_drawn_are_in_the_report(klass: OpenClass, bob_actor: Actor) -> None:
    klass.mark(1, bob_actor, "1.1", adjust="0.5", comment="well argued", annotations=(NOTE, TICK))
    document = report(klass)
    found = text(document)
    for words in ("names the force (+2)", "by hand (+0.5)", "well argued", "see the unit", "2.5/5"):
        assert words in found
    assert "gives a unit" not in found
    page = document[len(document) - 1].render(scale=2).to_pil().convert("RGB")
    x, y = (round(millimetre / 25.4 * 72 * 2) for millimetre in TICK.points[0])
    around = page.crop((x - 24, y - 24, x + 24, y + 24))
    green = tuple(round(255 * part) for part in CORRECT.rgb())
    assert green in {colour for _count, colour in around.getcolors(1_000_000) or []}


def test_nothing_of_an_answer_that_is_still_open_is_told(
    klass: OpenClass, alice_actor: Actor, school: School
) -> None:
    klass.twice(alice_actor)
    klass.mark(1, markers(school, "Ann")[0], "1.1", comment="not final", annotations=(NOTE,))
    found = text(report(klass))
    assert "not final" not in found
    assert "see the unit" not in found
    assert "What the markers said" not in found


def test_what_the_third_person_said_stands_and_not_what_the_two_said(
    klass: OpenClass, alice_actor: Actor, school: School
) -> None:
    klass.twice(alice_actor)
    ann, ben, cleo = markers(school, "Ann", "Ben", "Cleo")
    klass.mark(1, ann, "1.1", "1.2", comment="by Ann", annotations=(NOTE,))
    klass.mark(1, ben, comment="by Ben")
    klass.mark(1, cleo, "1.1", comment="by Cleo")
    found = text(report(klass))
    assert "by Cleo" in found
    assert "names the force (+2)" in found
    for words in ("by Ann", "by Ben", "see the unit", "gives a unit"):
        assert words not in found


def test_a_mean_is_not_shown_as_the_sum_of_one_persons_criteria(
    klass: OpenClass, alice_actor: Actor, school: School
) -> None:
    klass.twice(alice_actor)
    ann, ben = markers(school, "Ann", "Ben")
    klass.mark(1, ann, "1.1", comment="nearly there")
    klass.mark(1, ben, "1.2")
    found = text(report(klass))
    assert "1.75/5" in found
    assert "nearly there" in found
    assert "names the force" not in found


def test_a_report_of_four_scanned_pages_stays_small(klass: OpenClass, bob_actor: Actor) -> None:
    noise = Image.frombytes("L", (842, 1191), random.Random(1).randbytes(842 * 1191)).resize((421, 596))
    buffer = io.BytesIO()
    noise.resize((842, 1191)).save(buffer, "JPEG", quality=80)
    assert 100_000 < buffer.tell() < 300_000, "as large as a noisy page"
    klass.mark(1, bob_actor, "1.1", annotations=(NOTE, TICK))
    sheet = Sheet.objects.select_related("exam", "print_run").get(pk=klass.answer(1).sheet_id)
    run = sheet.print_run
    run.layout = {
        **run.layout,
        "pages": [{**run.layout["pages"][0], "page": number} for number in (1, 2, 3, 4)],
    }
    run.save()
    first = Page.objects.get(sheet=sheet)
    for number in (1, 2, 3, 4):
        found = (
            first
            if number == 1
            else Page(
                exam=first.exam,
                file=first.file,
                sheet=sheet,
                number=number,
                scan_page=10 + number,
                state="used",
            )
        )
        found.preview.save(f"{number}.jpg", ContentFile(buffer.getvalue()))
    sheet.print_run.refresh_from_db()
    pdf = student_report(sheet)
    assert len(pdfium.PdfDocument(io.BytesIO(pdf))) == 5
    assert len(pdf) < 1_500_000
