"""The roster is previewed before it is saved; sheets are printed for it."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grading.accounts.models import School
from grading.exams.layout_json import layout_from_data
from grading.exams.models import Exam, PrintRun, Student
from tests.classroom import ROSTER, small_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(school: School) -> Exam:
    return small_exam(school)


def change(exam: Exam) -> str:
    return reverse("exams:change-roster", args=[exam.pk])


def test_a_roster_is_shown_before_it_is_saved(exam: Exam, alice_client: Client) -> None:
    wanted = "student_id;name\n1001;Ada Lovelace\n1002;Ben\n1004;Dilan\n"
    preview = alice_client.post(change(exam), {"text": wanted})
    found = preview.context["preview"]
    assert (found.added, found.removed, found.same) == (("Dilan (1004)",), ("Cleo (1003)",), 1)
    assert found.changed[0].startswith("Ada (1001)")
    assert Student.objects.filter(exam=exam, name="Ada").exists()
    alice_client.post(change(exam), {"text": preview.context["text"], "confirmed": "1"})
    names = Student.objects.filter(exam=exam).order_by("student_id").values_list("name", flat=True)
    assert list(names) == ["Ada Lovelace", "Ben", "Dilan"]


def test_an_uploaded_roster_of_another_encoding_is_read(exam: Exam, alice_client: Client) -> None:
    content = "student_id,name\n7,Jürgen\n".encode("cp1252")
    answer = alice_client.post(change(exam), {"upload": SimpleUploadedFile("roster.csv", content)})
    assert answer.context["preview"].added == ("Jürgen (7)",)
    assert b"Windows-1252" in answer.content


def test_a_bad_roster_is_refused_with_its_line(exam: Exam, alice_client: Client) -> None:
    answer = alice_client.post(change(exam), {"text": "student_id,name\n1,Ada\n1,Ben\n"})
    assert answer.status_code == 422
    assert "roster.csv:3: the student id" in answer.content.decode()


def test_a_roster_that_changes_nothing_offers_no_button(exam: Exam, alice_client: Client) -> None:
    answer = alice_client.post(change(exam), {"text": ROSTER})
    assert not answer.context["preview"].changes_anything
    assert b'name="confirmed"' not in answer.content


def test_sheets_are_printed_for_the_roster_and_can_be_downloaded(exam: Exam, alice_client: Client) -> None:
    alice_client.post(reverse("exams:print-new", args=[exam.pk]), {"per_student": "on", "copies": "2"})
    run = PrintRun.objects.filter(exam=exam).latest("id")
    pdf = alice_client.get(reverse("exams:print-pdf", args=[exam.pk, run.pk]))
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    layout = alice_client.get(reverse("exams:print-layout", args=[exam.pk, run.pk]))
    sheets = layout_from_data(json.loads(layout.content)).sheets
    assert [sheet.student_id for sheet in sheets] == ["1001", "1002", "1003", None, None]
    assert [page.pdf_page for sheet in sheets for page in sheet.pages] == list(range(len(sheets)))


def test_printing_nothing_is_refused(exam: Exam, alice_client: Client) -> None:
    answer = alice_client.post(reverse("exams:print-new", args=[exam.pk]), {"copies": "0"})
    assert answer.status_code == 422
    assert PrintRun.objects.filter(exam=exam).count() == 1


def test_a_sheet_can_be_seen_before_it_is_printed(exam: Exam, alice_client: Client) -> None:
    pdf = alice_client.get(reverse("exams:preview", args=[exam.pk]))
    assert pdf.content[:5] == b"%PDF-"
    assert pdf["Content-Disposition"].startswith("inline")
