"""layout.json: written as the contract says, read back equal, and refused with the place of a fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.exams.examfile import load_exam
from grading.exams.layout_json import LayoutFileError, layout_data, layout_from_data, layout_text, load_layout
from grading.exams.roster import Student
from grading.exams.sheet_print import plan_print
from grading.exams.spec import ExamSpec
from tests.exams.strategies import exams
from tests.exams.test_exam_file import SAMPLE

SHEETS = plan_print(load_exam(SAMPLE), [Student("4711003", "Amara Okafor")], copies=2)


def test_it_has_the_shape_of_the_contract() -> None:
    data = json.loads(layout_text(SHEETS.layout))
    assert data["exam"] == "phys-quiz-3"
    assert data["page_size_mm"] == [210, 297]
    assert [sheet["sheet"] for sheet in data["sheets"]] == ["0001", "0002", "0003"]
    assert [sheet["student_id"] for sheet in data["sheets"]] == ["4711003", None, None]
    assert [page["pdf_page"] for sheet in data["sheets"] for page in sheet["pages"]] == list(range(6))
    first = data["sheets"][0]["pages"][0]["boxes"]
    assert (first[0]["question"], first[0]["kind"], len(first[0]["cells_mm"])) == ("", "student_id", 7)
    assert list(next(box for box in first if box["kind"] == "choice")["bubbles_mm"]) == ["A", "B", "C", "D"]
    assert all(len(box["rect_mm"]) == 4 for box in first)


@given(exams(), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_what_is_written_is_read_back(spec: ExamSpec, copies: int) -> None:
    layout = plan_print(spec, copies=copies).layout
    assert layout_from_data(json.loads(layout_text(layout))) == layout


def test_other_tools_may_leave_out_what_the_contract_does_not_name() -> None:
    data = layout_data(SHEETS.layout)
    for key in ("run", "exam_key", "paper", "markers_mm", "codes_mm"):
        del data[key]
    layout = layout_from_data(data)
    assert layout.sheets == SHEETS.layout.sheets
    assert (layout.run, layout.exam_key, layout.paper) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.pop("exam"), "exam: expected text"),
        (lambda d: d.update(page_size_mm=[210]), "page_size_mm: expected 2 numbers"),
        (lambda d: d.update(sheets={}), "sheets: expected a list"),
        (lambda d: d["sheets"].append(d["sheets"][0]), "sheets: the sheet number 0001 is there twice"),
        (lambda d: d["sheets"][1]["pages"][0].update(pdf_page=0), "sheets: the pdf_page 0 is there twice"),
        (lambda d: d["sheets"][1]["pages"][1].update(page=0), "sheets[1].pages[1].page: expected a whole"),
        (lambda d: box(d).update(kind="digit"), "sheets[0].pages[0].boxes[1].kind: expected one of"),
        (lambda d: box(d).update(question=""), "sheets[0].pages[0].boxes[1].question: expected text"),
        (lambda d: box(d).update(rect_mm=[1, 2, 3]), "boxes[1].rect_mm: expected 4 numbers"),
        (lambda d: box(d).update(rect_mm=[1, 2, 3, "4"]), "boxes[1].rect_mm: expected 4 numbers"),
        (lambda d: box(d).update(rect_mm=[200, 2, 30, 4]), "rect_mm: [200, 2, 30, 4] is not on the page"),
        (lambda d: box(d)["cells_mm"].append([1, 2, 0, 4]), "cells_mm[3]: [1, 2, 0, 4] is not on the page"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place(change: object, words: str) -> None:
    data = json.loads(layout_text(SHEETS.layout))
    change(data)
    with pytest.raises(LayoutFileError) as caught:
        layout_from_data(data)
    assert words in str(caught.value)


def box(data: dict) -> dict:
    return data["sheets"][0]["pages"][0]["boxes"][1]


def test_files_that_are_no_layout_say_so(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    with pytest.raises(LayoutFileError, match="no such file"):
        load_layout(path)
    for text, words in (
        ("{", "is not JSON"),
        ("[]", "layout: expected an object"),
        ("[" * 100_000, "is not JSON"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LayoutFileError, match=words):
            load_layout(path)
    path.write_text(layout_text(SHEETS.layout), encoding="utf-8")
    assert load_layout(path) == SHEETS.layout
