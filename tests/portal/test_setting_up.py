"""An exam from a file or a form, with its faults shown where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from grading.accounts.models import School
from grading.exams.examfile import MAX_BYTES, parse_exam
from grading.exams.models import Exam
from grading.exams.question_rows import exam_data, head_row, question_row
from grading.exams.spec import ExamSpec
from tests.classroom import EXAM, small_exam
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
QUIZ = (ROOT / "examples" / "physics-quiz" / "exam.yaml").read_text(encoding="utf-8")
NEW_FILE, NEW_FORM = reverse("exams:new-file"), reverse("exams:new-form")


def form_of(spec: ExamSpec) -> dict[str, object]:
    """What a browser sends for the form of an exam."""
    sent: dict[str, object] = {f"head-{name}": value for name, value in head_row(spec).items()}
    for place, question in enumerate(spec.questions):
        row = question_row(question)
        sent |= {f"q-{place}-{name}": value for name, value in row.items() if isinstance(value, str | list)}
    return sent | {"q-TOTAL_FORMS": len(spec.questions), "q-INITIAL_FORMS": 0}


def test_an_empty_school_is_taught_what_to_do(alice_client: Client) -> None:
    page = alice_client.get("/").content.decode()
    assert "Your first exam" in page
    assert NEW_FORM in page


def test_a_pasted_file_becomes_an_exam(alice_client: Client, school: School) -> None:
    answer = alice_client.post(NEW_FILE, {"text": QUIZ})
    exam = Exam.objects.get(school=school)
    assert answer["Location"] == reverse("portal:exam", args=[exam.pk])
    assert exam.load_spec() == parse_exam(QUIZ)


def test_an_uploaded_file_becomes_an_exam(alice_client: Client, tmp_path: Path) -> None:
    path = tmp_path / "exam.yaml"
    path.write_text(EXAM, encoding="utf-8")
    with path.open("rb") as file:
        alice_client.post(NEW_FILE, {"upload": file})
    assert Exam.objects.get().code == "small"


def test_faults_are_shown_at_their_lines_and_the_text_is_kept(alice_client: Client) -> None:
    answer = alice_client.post(NEW_FILE, {"text": QUIZ.replace("tolerance: 1%", "tolerance: lots")})
    line = QUIZ.splitlines().index("    tolerance: 1%") + 1
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<li data-line="{line}" class="wrong">    tolerance: lots</li>' in page
    assert "expected a number such as 2 or 0.5" in page
    assert page.count("tolerance: lots") == 2
    assert not Exam.objects.exists()


def test_a_second_exam_of_the_same_id_is_refused_in_words(alice_client: Client, school: School) -> None:
    small_exam(school)
    answer = alice_client.post(NEW_FILE, {"text": EXAM})
    assert answer.status_code == 422
    assert b"There is an exam small already" in answer.content


@pytest.mark.parametrize("text", [EXAM, QUIZ])
def test_the_form_of_an_exam_sends_that_very_exam(text: str, alice_client: Client) -> None:
    spec = parse_exam(text)
    sent = {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in form_of(spec).items()
    }
    answer = alice_client.post(NEW_FORM, sent)
    assert answer.status_code == 302
    assert Exam.objects.get().load_spec() == spec


def test_rows_that_nobody_filled_are_left_out(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {"q-TOTAL_FORMS": 6, "q-4-type": "digits", "q-5-type": "text"}
    alice_client.post(NEW_FORM, sent)
    assert len(Exam.objects.get().load_spec().questions) == 4


def test_a_deleted_row_is_left_out(alice_client: Client) -> None:
    alice_client.post(NEW_FORM, form_of(parse_exam(EXAM)) | {"q-1-DELETE": "on"})
    assert [question.id for question in Exam.objects.get().load_spec().questions] == ["1", "3", "4"]


def test_a_fault_of_a_row_stands_at_its_field(alice_client: Client) -> None:
    answer = alice_client.post(NEW_FORM, form_of(parse_exam(EXAM)) | {"q-2-answer": "Z"})
    rows = answer.context["rows"]
    assert answer.status_code == 422
    assert rows.forms[2].errors == {"answer": ['"Z" is not among the options (A, B, C)']}
    assert not Exam.objects.exists()


def test_the_key_may_change_after_printing_but_not_the_paper(alice_client: Client, school: School) -> None:
    exam = small_exam(school)
    url = reverse("exams:change-form", args=[exam.pk])
    assert alice_client.post(url, form_of(exam.load_spec()) | {"q-0-answer": "43"}).status_code == 302
    wanted = form_of(exam.load_spec()) | {"q-0-cells": "4"}
    asked = alice_client.post(url, wanted)
    assert asked.status_code == 422
    assert "keep version 1" in asked.context["new_print"]
    exam.refresh_from_db()
    assert exam.load_spec().question("1").cells == 2  # type: ignore[union-attr]
    assert alice_client.post(url, wanted | {"new_print": "on"}).status_code == 302
    refused = alice_client.post(url, wanted | {"new_print": "on", "q-0-type": "number"})
    assert b"is printed as another type" in refused.content


def test_rows_stand_in_the_order_that_was_asked_for(alice_client: Client) -> None:
    order = {f"q-{row}-order": place for row, place in enumerate("4132")}
    alice_client.post(NEW_FORM, form_of(parse_exam(EXAM)) | order)
    assert [q.id for q in Exam.objects.get().load_spec().questions] == ["2", "4", "3", "1"]


def test_a_refused_form_comes_back_in_its_order_with_the_page(alice_client: Client) -> None:
    order = {f"q-{row}-order": place for row, place in enumerate("4321")}
    answer = alice_client.post(NEW_FORM, form_of(parse_exam(EXAM)) | order | {"head-pass_mark": "lots"})
    assert answer.status_code == 422
    assert [form["id"].value() for form in answer.context["row_forms"]] == ["4", "3", "2", "1"]
    assert answer.context["seen"].svg.startswith("<svg")


def test_a_text_question_forgives_capitals_and_spaces_as_in_an_exam_file(alice_client: Client) -> None:
    boxes = [form["ignore"].value() for form in alice_client.get(NEW_FORM).context["row_forms"]]
    assert boxes
    assert all(box == ["case", "spaces"] for box in boxes)
    kept = parse_exam(EXAM + "  - {id: t, type: text, answers: [Na], ignore: [], marks: 1}\n")
    alice_client.post(NEW_FORM, form_of(kept))
    shown = alice_client.get(reverse("exams:change-form", args=[Exam.objects.get().pk])).context["row_forms"][
        -1
    ]
    assert shown["ignore"].value() == []


def test_an_exam_without_a_question_is_refused_in_plain_words(alice_client: Client) -> None:
    blank = {name: value for name, value in form_of(parse_exam(EXAM)).items() if not name.startswith("q-")}
    blank |= {"q-TOTAL_FORMS": "0", "q-INITIAL_FORMS": "0"}
    answer = alice_client.post(NEW_FORM, blank)
    assert answer.status_code == 422
    assert answer.context["head"].non_field_errors() == ["write at least one question"]


def test_an_options_comma_does_not_cut_it(alice_client: Client) -> None:
    text = EXAM.replace("options: [A, B, C], answer: C", "options: ['A, b', C, 'd; e'], answer: 'A, b'")
    text += "  - {id: m, type: multi, options: ['x, y', z], answer: ['x, y'], marks: 1,"
    spec = parse_exam(text + " accept: [{answer: ['x, y', z], credit: 0.5}]}\n")
    assert alice_client.post(NEW_FORM, form_of(spec)).status_code == 302
    assert Exam.objects.get().load_spec() == spec


def test_a_file_fills_the_form_and_saves_nothing(alice_client: Client, tmp_path: Path) -> None:
    file = SimpleUploadedFile("exam.yaml", QUIZ.encode())
    page = alice_client.post(NEW_FORM, {"exam_file": file, "import": "1"})
    assert [form["id"].value() for form in page.context["row_forms"]][:2] == ["1", "2"]
    assert "Nothing is saved yet" in page.content.decode()
    assert not Exam.objects.exists()


def test_a_faulty_file_leaves_the_form_as_it_was(alice_client: Client) -> None:
    file = SimpleUploadedFile("exam.yaml", QUIZ.replace("tolerance: 1%", "tolerance: lots").encode())
    sent = form_of(parse_exam(EXAM)) | {"exam_file": file, "import": "1"}
    page = alice_client.post(NEW_FORM, sent)
    assert "exam.yaml:" in page.content.decode()
    assert [form["id"].value() for form in page.context["row_forms"]] == ["1", "2", "3", "4"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(alice_client: Client) -> None:
    huge = b"#" * (MAX_BYTES + 1)
    filled = alice_client.post(
        NEW_FORM,
        form_of(parse_exam(EXAM)) | {"exam_file": SimpleUploadedFile("exam.yaml", huge), "import": "1"},
    )
    assert filled.status_code == 422
    assert "too large for an exam file" in filled.content.decode()
    sent = alice_client.post(NEW_FILE, {"upload": SimpleUploadedFile("exam.yaml", huge)})
    assert "larger than 1000 kB" in sent.content.decode()
    assert not Exam.objects.exists()


def test_the_file_of_an_exam_can_be_had_again(alice_client: Client, school: School) -> None:
    exam = small_exam(school)
    text = alice_client.get(reverse("exams:download", args=[exam.pk])).content.decode()
    assert parse_exam(text) == exam.load_spec()


def test_text_of_the_exam_is_escaped(alice_client: Client) -> None:
    alice_client.post(NEW_FILE, {"text": EXAM.replace("A small exam", "Tom <b>O</b> =HYPERLINK()")})
    page = alice_client.get("/").content.decode()
    assert "Tom &lt;b&gt;O&lt;/b&gt;" in page
    assert "<b>O</b>" not in page


def test_form_data_without_a_student_number_means_names_are_printed() -> None:
    spec = parse_exam(EXAM)
    data = exam_data({**head_row(spec), "digits": ""}, [])
    assert data["student_id"] is None


def test_a_reader_of_german_types_decimal_commas(alice_client: Client) -> None:
    commas = {"head-error_budget": "0,5 %", "q-1-marks": "1,5", "q-1-answer": "9,81", "q-1-tolerance": "0,02"}
    sent = form_of(parse_exam(EXAM)) | commas | {"q-1-type": "number", "q-1-accept": "9,7 = 50%"}
    answer = alice_client.post(NEW_FORM, sent, headers={"accept-language": "de"})
    assert answer.status_code == 302
    spec = Exam.objects.get().load_spec()
    question = spec.questions[1].model_dump(mode="json")
    assert (question["marks"], question["answer"], question["tolerance"]) == ("1.5", "9.81", "0.02")
    assert question["accept"][0]["answer"] == "9.7"
    assert spec.error_budget == 0.005


NUMBERS = """
id: numbers
title: Numbers
pass_mark: 12.5%
error_budget: 0.5%
questions:
  - id: "1"
    type: number
    answer: 9.81
    tolerance: 0.02
    marks: 1.5
    accept: [{answer: 9.7, credit: 12.5%}]
  - {id: "2", type: choice, options: ["1.5", "2.5"], answer: "1.5", marks: 1, wrong: -0.25}
  - {id: "3", type: manual, lines: 4, marks: 2.5, rubric: [{criterion: "writes 9.81", points: 2.5}]}
  - {id: "4", type: text, answers: ["9.81"], marks: 1, max_edits: 1, edit_credit: 50%}
"""


def test_a_reader_of_german_sees_decimal_commas_and_sends_that_very_exam(
    alice_client: Client, school: School
) -> None:
    exam, spec = small_exam(school, text=NUMBERS), parse_exam(NUMBERS)
    url = reverse("exams:change-form", args=[exam.pk])
    page = alice_client.get(url, headers={"accept-language": "de"})
    head, rows = page.context["head"], page.context["row_forms"]
    assert (head["pass_mark"].value(), head["error_budget"].value()) == ("12,5%", "0,5%")
    assert [rows[0][name].value() for name in ("answer", "tolerance", "marks")] == ["9,81", "0,02", "1,5"]
    assert rows[0]["accept"].value() == "9,7 = 12,5%"
    assert (rows[1]["options"].value(), rows[1]["wrong"].value()) == ("1.5, 2.5", "-0,25")
    assert rows[2]["rubric"].value() == "writes 9.81 = 2,5"
    assert (rows[3]["answer"].value(), rows[3]["edit_credit"].value()) == ("9.81", "0,5")
    with translation.override("de"):
        sent = form_of(spec)
    assert alice_client.post(url, sent, headers={"accept-language": "de"}).status_code == 302
    assert Exam.objects.get().load_spec() == spec


def test_the_short_name_of_an_exam_that_there_is_cannot_be_cleared(
    alice_client: Client, school: School
) -> None:
    exam = small_exam(school)
    url = reverse("exams:change-form", args=[exam.pk])
    answer = alice_client.post(url, form_of(exam.load_spec()) | {"head-id": ""})
    assert answer.status_code == 422
    assert answer.context["head"]["id"].errors
    exam.refresh_from_db()
    assert exam.code == "small"
    assert b"Left empty, it is made from the title." not in answer.content
    assert b"Left empty, it is made from the title." in alice_client.get(NEW_FORM).content


def test_an_exam_without_a_short_name_gets_one_from_its_title(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {"head-id": "", "head-title": "Physik Klasse 9 - Test 1, Teil B"}
    assert alice_client.post(NEW_FORM, sent).status_code == 302
    assert Exam.objects.get().code == "physik-klasse-9-test-1-t"


def test_a_new_sheet_is_in_the_language_of_its_teacher(alice_client: Client) -> None:
    for language in ("de", "en"):
        with translation.override(language):
            page = alice_client.get(reverse("exams:new-form"), headers={"Accept-Language": language})
        assert page.context["head"]["language"].value() == language


def test_one_of_many_exams_is_found_by_its_title_or_short_name(alice_client: Client, school: School) -> None:
    exam = small_exam(school)
    for words, found in ((exam.title[:4].upper(), [exam]), (exam.code, [exam]), ("of nobody", [])):
        page = alice_client.get(reverse("portal:exams"), {"q": words})
        assert list(page.context["exams"]) == found
        assert page.context["searched"]
    assert not alice_client.get(reverse("portal:exams")).context["searched"]


def test_numbers_that_do_not_fit_the_boxes_are_said_at_the_roster(
    school: School, alice_client: Client
) -> None:
    exam = small_exam(school)
    url = reverse("exams:roster", args=[exam.pk])
    for number, words in (("12345", "a number here has 5 characters"), ("1004", ""), ("104", "")):
        exam.students.filter(name="Ada").update(student_id=number)
        body = alice_client.get(url).content.decode()
        assert words in body
        assert ("boxes for the student number" in body) == bool(words)
    exam.students.filter(student_id__startswith="100").update(on_roster=False)
    assert "no number here has more than 3" in alice_client.get(url).content.decode()
