"""The roster is previewed before it is saved; sheets are printed for it."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grading.accounts.models import School
from grading.exams.layout_json import layout_from_data
from grading.exams.models import Exam, PrintRun, Sheet, Student
from grading.marking.models import Identity
from tests.classroom import ROSTER, page, sheet, small_exam
from tests.exams.test_roster import workbook

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
    again = {"text": preview.context["text"], "mapped": "1", "header": "on", "confirmed": "1"}
    alice_client.post(change(exam), again | {"column-0": "student_id", "column-1": "name"})
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


def test_a_teacher_says_what_the_columns_are(exam: Exam, alice_client: Client) -> None:
    text = "10a\tLovelace\tAda\t1001\n10a\tByron\tBen\t1002\n"
    first = alice_client.post(change(exam), {"text": text})
    assert [f.value() for f in first.context["columns"].selects][3] == "student_id"
    fields = {f"column-{i}": name for i, name in enumerate(["section", "family", "given", "student_id"])}
    sent = {"text": first.context["text"], "mapped": "1", **fields}
    second = alice_client.post(change(exam), sent)
    assert second.context["preview"].changed[0] == "Ada (1001) → Ada Lovelace 10a, family name: Lovelace"
    alice_client.post(change(exam), sent | {"confirmed": "1"})
    assert Student.objects.get(exam=exam, student_id="1002").name == "Ben Byron"


def test_a_column_that_is_missing_is_asked_for(exam: Exam, alice_client: Client) -> None:
    answer = alice_client.post(change(exam), {"text": "a,b\nc,d\n"})
    assert answer.status_code == 422
    assert b"Say which column holds the student number" in answer.content
    assert b'name="confirmed"' not in answer.content


def test_every_faulty_line_is_named_at_once(exam: Exam, alice_client: Client) -> None:
    sent = {"text": "1001,Ada\n,Ben\n1003,\n", "mapped": "1", "column-0": "student_id", "column-1": "name"}
    faults = alice_client.post(change(exam), sent | {"confirmed": "1"}).context["faults"]
    assert faults == ("roster.csv:2: has no student id", "roster.csv:3: has no name for student 1003")
    assert Student.objects.filter(exam=exam).count() == 3


def test_an_excel_file_is_read(exam: Exam, alice_client: Client) -> None:
    upload = SimpleUploadedFile(
        "class.xlsx", workbook([["Matrikelnummer", "Name"], [1001, "Ada"], [7.0, "Gus"]])
    )
    answer = alice_client.post(change(exam), {"upload": upload})
    assert answer.context["preview"].added == ("Gus (7)",)


def test_a_student_with_a_scanned_sheet_is_never_removed(exam: Exam, alice_client: Client) -> None:
    ada = Student.objects.get(exam=exam, student_id="1001")
    Identity.objects.create(exam=exam, sheet=sheet(exam, 1), student=ada, state=Identity.State.AUTO)
    sent = {"text": "student_id,name\n1002,Ben\n"}
    seen = alice_client.post(change(exam), sent).context["preview"]
    assert (seen.kept, seen.removed) == (("Ada (1001)",), ("Cleo (1003)",))
    alice_client.post(change(exam), sent | {"confirmed": "1"})
    assert list(Student.objects.filter(exam=exam).order_by("name").values_list("name", flat=True)) == [
        "Ada",
        "Ben",
    ]


def test_a_student_is_added_without_naming_all_the_others(exam: Exam, alice_client: Client) -> None:
    seen = alice_client.post(change(exam), {"text": "1004;Dilan\n", "keep": "on"})
    found = seen.context["preview"]
    assert (found.added, found.removed, found.same) == (("Dilan (1004)",), (), 3)
    assert b'name="keep" value="on"' in seen.content
    again = {"text": seen.context["text"], "mapped": "1", "confirmed": "1", "keep": "on"}
    alice_client.post(change(exam), again | {"column-0": "student_id", "column-1": "name"})
    names = Student.objects.filter(exam=exam).order_by("student_id").values_list("name", flat=True)
    assert list(names) == ["Ada", "Ben", "Cleo", "Dilan"]


def test_a_roster_that_changes_nothing_offers_no_button(exam: Exam, alice_client: Client) -> None:
    answer = alice_client.post(change(exam), {"text": ROSTER})
    assert not answer.context["preview"].changes_anything
    assert b'name="confirmed"' not in answer.content


def test_sheets_are_printed_for_the_roster_and_can_be_downloaded(exam: Exam, alice_client: Client) -> None:
    alice_client.post(reverse("exams:print-new", args=[exam.pk]), {"per_student": "on", "copies": "2"})
    run = PrintRun.objects.filter(exam=exam).latest("id")
    pdf = alice_client.get(reverse("exams:print-pdf", args=[exam.pk, run.pk]))
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    assert b"The portal knows it already." in alice_client.get(reverse("exams:print", args=[exam.pk])).content
    layout = alice_client.get(reverse("exams:print-layout", args=[exam.pk, run.pk]))
    sheets = layout_from_data(json.loads(layout.content)).sheets
    assert [sheet.student_id for sheet in sheets] == ["1001", "1002", "1003", None, None]
    assert [page.pdf_page for sheet in sheets for page in sheet.pages] == list(range(len(sheets)))


def test_the_ledger_of_prints_says_what_was_printed_and_used(exam: Exam, alice_client: Client) -> None:
    new, page_url = reverse("exams:print-new", args=[exam.pk]), reverse("exams:print", args=[exam.pk])
    for further in ({}, {}, {"further": "on"}):
        alice_client.post(new, {"per_student": "on", "copies": "2", **further})
    page(sheet(exam, 1))
    page(Sheet.objects.get(exam=exam, number="0007"))
    runs = {run.first_sheet: run for run in alice_client.get(page_url).context["runs"]}
    assert list(runs) == ["0009", "0004", "0001"]
    facts = [
        (run.sheets_n, run.named, run.spares, run.scanned, run.spares_used, str(run.created_by or ""))
        for run in runs.values()
    ]
    assert facts == [(5, 3, 2, 0, 0, "Alice"), (5, 3, 2, 1, 1, "Alice"), (3, 0, 3, 1, 1, "")]


def test_the_same_print_again_is_said_not_made(exam: Exam, alice_client: Client) -> None:
    new = reverse("exams:print-new", args=[exam.pk])
    alice_client.post(new, {"per_student": "on"})
    again = alice_client.post(new, {"per_student": "on"}, follow=True)
    assert "already: download it again" in again.content.decode()
    assert PrintRun.objects.filter(exam=exam).count() == 2


def test_a_print_is_withdrawn_once_its_paper_is_gone(exam: Exam, alice_client: Client) -> None:
    run = exam.print_runs.get()
    alice_client.post(reverse("exams:withdraw", args=[exam.pk, run.pk]))
    seen = alice_client.get(reverse("exams:print", args=[exam.pk])).content.decode()
    assert "withdrawn" in seen
    assert not Sheet.objects.filter(exam=exam).exists()


def test_the_scanner_test_page_can_be_had(exam: Exam, alice_client: Client) -> None:
    pdf = alice_client.get(reverse("exams:scanner-test", args=[exam.pk]))
    assert pdf.content[:5] == b"%PDF-"
    assert PrintRun.objects.filter(exam=exam).count() == 1


def test_printing_nothing_is_refused(exam: Exam, alice_client: Client) -> None:
    answer = alice_client.post(reverse("exams:print-new", args=[exam.pk]), {"copies": "0"})
    assert answer.status_code == 422
    assert PrintRun.objects.filter(exam=exam).count() == 1


def test_a_sheet_can_be_seen_before_it_is_printed(exam: Exam, alice_client: Client) -> None:
    pdf = alice_client.get(reverse("exams:preview", args=[exam.pk]))
    assert pdf.content[:5] == b"%PDF-"
    assert pdf["Content-Disposition"].startswith("inline")


def test_students_from_before_there_were_keys_of_names_get_them(exam: Exam) -> None:
    students = Student.objects.filter(exam=exam)
    before = dict(students.values_list("pk", "sort_name"))
    students.update(sort_name="")
    import_module("grading.exams.migrations.0006_names_in_order").fill(apps, None)
    assert dict(students.values_list("pk", "sort_name")) == before
    assert all(before.values())
