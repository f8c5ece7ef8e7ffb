"""Beside the form stands the page that will be printed, and what there is to say of each question."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.accounts.models import School
from grading.exams.examfile import parse_exam
from grading.exams.forms import QuestionForm
from grading.exams.layout import lay_out
from grading.exams.models import Exam
from grading.exams.spec import ChoiceQuestion, ManualQuestion, TextQuestion
from grading.exams.typeface import MM
from tests.classroom import EXAM, small_exam
from tests.portal.test_setting_up import QUIZ, form_of

pytestmark = pytest.mark.django_db
NEW = reverse("exams:new-draft")


def drafted(client: Client, sent: dict[str, object], url: str = NEW) -> dict[str, Any]:
    answer = client.post(url, sent)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def drawn(svg: str, shape: str, *names: str) -> set[tuple[float, ...]]:
    tags = re.findall(rf"<{shape} [^>]*fill=\"none\" stroke=[^>]*>", svg)
    return {
        tuple(round(float(re.search(rf' {n}="([^"]*)"', tag)[1]) / MM, 2) for n in names)  # type: ignore[index]
        for tag in tags
    }


def among(wanted: tuple[float, ...], shown: set[tuple[float, ...]]) -> bool:
    """Whether a shape stands there, to a hundredth of a millimetre."""
    return any(all(abs(a - b) < 0.011 for a, b in zip(wanted, found, strict=True)) for found in shown)


@pytest.mark.parametrize("page", [1, 2])
def test_the_boxes_shown_are_the_boxes_printed(page: int, alice_client: Client) -> None:
    spec = parse_exam(QUIZ)
    seen = drafted(alice_client, form_of(spec) | {"page": page})
    boxes = lay_out(spec).pages[page - 1].boxes
    shown = drawn(seen["svg"], "rect", "x", "y", "width", "height")
    cells = [
        r for b in boxes for r in (b.cells_mm or ([] if b.bubbles_mm or b.kind == "manual" else [b.rect_mm]))
    ]
    bubbles = [r for b in boxes for _, r in b.bubbles_mm]
    assert all(among(rect, shown) for rect in cells)
    circles = drawn(seen["svg"], "circle", "cx", "cy", "r")
    assert all(among((x + w / 2, y + h / 2, w / 2), circles) for x, y, w, h in bubbles)
    strip = [rect for rect in shown if among(rect[2:], {(4.4, 5.4)})]
    assert len(shown) == len(cells) + len(strip)
    assert (seen["page"], seen["pages"]) == (page, 2)


def test_the_page_follows_the_question_one_writes_at(alice_client: Client) -> None:
    seen = drafted(alice_client, form_of(parse_exam(QUIZ)) | {"chosen": "q-11", "page": "1"})
    assert seen["page"] == 2
    assert 'class="spot now"' in seen["svg"]
    assert seen["places"]["1"] == "q-0"


def test_a_half_written_question_is_on_the_page_already(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {
        "q-0-answer": "",
        "q-0-cells": "3",
        "q-2-answer": "",
        "q-3-marks": "x",
    }
    seen = drafted(alice_client, sent)
    assert set(seen["places"]) == {"1", "2", "3", "4"}
    assert [(n["form"], n["field"], n["look"]) for n in seen["notes"]] == [
        ("q-0", "answer", "todo"),
        ("q-2", "answer", "todo"),
        ("q-3", "marks", "bad"),
    ]
    assert len(drawn(seen["svg"], "rect", "x", "y", "width", "height")) == 4 + 3 + 1 + 10


def test_nothing_written_yet_says_so(alice_client: Client) -> None:
    seen = drafted(
        alice_client,
        {
            "q-TOTAL_FORMS": 1,
            "q-INITIAL_FORMS": 0,
            "q-0-type": "digits",
            "head-paper": "A4",
            "head-language": "en",
        },
    )
    assert seen["svg"] == ""
    assert "appears here" in seen["missing"]


def test_a_question_too_tall_for_a_page_is_said_in_words(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {"q-3-prompt": "long\n" * 90}
    assert "needs" in drafted(alice_client, sent)["missing"]


def test_a_warning_stands_at_its_question(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {"q-2-options": "A\nB\nb\nC"}
    notes = drafted(alice_client, sent)["notes"]
    assert [(n["form"], n["field"], n["look"]) for n in notes] == [("q-2", "options", "look")]
    assert "look alike" in notes[0]["text"]


def test_what_printed_sheets_say_is_said_before_saving(school: School, alice_client: Client) -> None:
    exam = small_exam(school)
    url = reverse("exams:draft", args=[exam.pk])
    sent = form_of(exam.load_spec())
    assert drafted(alice_client, sent, url)["printed"] == ""
    asked = drafted(alice_client, sent | {"q-0-cells": "4"}, url)
    assert ("keep version 1" in asked["printed"], asked["refused"]) == (True, False)
    never = drafted(alice_client, sent | {"q-0-type": "number"}, url)
    assert never["refused"]
    assert Exam.objects.get().load_spec() == exam.load_spec()


def test_text_of_the_exam_cannot_break_the_page(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {
        "q-0-prompt": '<script>alert("x")</script>',
        "head-title": "</text><b>",
    }
    svg = drafted(alice_client, sent)["svg"]
    assert "<script" not in svg
    assert "<b>" not in svg


def test_without_script_the_page_is_asked_for_with_a_button(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {"look": "1", "q-0-answer": ""}
    page = alice_client.post(reverse("exams:new-form"), sent)
    assert page.status_code == 200
    assert "still to be filled in" in page.content.decode()
    assert page.context["seen"].svg
    assert not Exam.objects.exists()


def test_a_field_left_empty_is_asked_for_at_its_place_and_once(alice_client: Client) -> None:
    page = alice_client.post(reverse("exams:new-form"), form_of(parse_exam(EXAM)) | {"q-0-marks": ""})
    assert page.status_code == 422
    assert page.context["row_forms"][0].errors["marks"] == ["still to be filled in"]
    assert page.content.decode().count("still to be filled in") == 1


def test_what_is_refused_is_said_first_and_leads_to_each_place(alice_client: Client) -> None:
    sent = form_of(parse_exam(EXAM)) | {"q-0-marks": "", "q-2-answer": "D", "head-title": ""}
    body = alice_client.post(reverse("exams:new-form"), sent).content.decode()
    assert "Nothing is saved yet: 3 entries need a change." in body
    for name, anchor in (
        ("Title", "head-title"),
        ("Question 1, Marks", "q-0-marks"),
        ("Question 3, Key", "q-2-answer"),
    ):
        assert f'<a href="#id_{anchor}">{name}</a>' in body
        assert f'id="id_{anchor}"' in body
    assert body.index("Nothing is saved yet") < body.index('name="head-title"')
    assert "Nothing is saved yet" not in alice_client.get(reverse("exams:new-form")).content.decode()


def test_what_stands_grey_in_an_empty_field_is_what_it_counts_as() -> None:
    spec = parse_exam(
        """
id: grey
title: Grey
questions:
  - {id: "1", type: choice, options: [A, B], answer: A, marks: 1}
  - {id: "2", type: text, answers: [ink], marks: 1}
  - {id: "3", type: manual, marks: 1}
"""
    )
    choice, text, manual = spec.questions
    assert isinstance(choice, ChoiceQuestion)
    assert isinstance(text, TextQuestion)
    assert isinstance(manual, ManualQuestion)
    shown = {
        name: str(field.widget.attrs.get("placeholder")) for name, field in QuestionForm.base_fields.items()
    }
    assert Decimal(shown["wrong"]) == choice.wrong
    assert int(shown["max_edits"]) == text.max_edits
    assert Decimal(shown["edit_credit"].rstrip("%")) / 100 == text.edit_credit
    assert int(shown["lines"]) == manual.lines


def test_versions_can_be_read_and_taken_up_again(school: School, alice_client: Client) -> None:
    exam = small_exam(school)
    url = reverse("exams:change-form", args=[exam.pk])
    alice_client.post(url, form_of(exam.load_spec()) | {"q-0-answer": "43"})
    page = alice_client.get(reverse("exams:versions", args=[exam.pk])).content.decode()
    assert "Question 1: Key 42 → 43" in page
    assert "3 sheets" in page
    alice_client.post(reverse("exams:restore", args=[exam.pk, 1]))
    exam.refresh_from_db()
    assert exam.load_spec() == parse_exam(EXAM)
    old = alice_client.get(reverse("exams:version", args=[exam.pk, 2])).content.decode()
    assert parse_exam(old).question("1").answer == "43"  # type: ignore[union-attr]


def test_many_versions_cost_as_many_queries_as_few(school: School, alice_client: Client) -> None:
    exam = small_exam(school)
    page = reverse("exams:versions", args=[exam.pk])
    url, sent = reverse("exams:change-form", args=[exam.pk]), form_of(exam.load_spec())
    counts = []
    for keys in (["43"], ["44", "45", "46", "47"]):
        for key in keys:
            alice_client.post(url, sent | {"q-0-answer": key})
        with CaptureQueriesContext(connection) as seen:
            assert alice_client.get(page).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14


def test_an_exam_is_copied_under_another_name(school: School, alice_client: Client) -> None:
    exam = small_exam(school)
    url = reverse("exams:copy", args=[exam.pk])
    bad = alice_client.post(url, {"title": "Again", "code": "no spaces"})
    assert bad.status_code == 422
    assert "code" in bad.context["form"].errors
    alice_client.post(url, {"title": "Again", "code": "again", "with_roster": "on"})
    assert Exam.objects.get(code="again").students.count() == 3
