"""The layout engine: whatever the exam, nothing overlaps, everything is on the paper and large enough."""

from __future__ import annotations

import re
from hashlib import blake2s
from itertools import combinations

import pytest
from hypothesis import given, settings

from grading.exams.examfile import load_exam
from grading.exams.fingerprint import exam_key, run_id
from grading.exams.layout import LAYOUT_VERSION, ExamLayout, LayoutError, PagePlan, lay_out
from grading.exams.layout_json import BoxEntry
from grading.exams.paper import CODE_QUIET_MM, MARKER_QUIET_MM, RectMm, codes_mm, markers_mm
from grading.exams.spec import ExamSpec, TextQuestion
from grading.exams.typeface import text_width
from tests.exams.strategies import exams
from tests.exams.test_exam_file import SAMPLE

PRINTABLE_MM = 6.0
"""What desktop printers leave white at most."""


def overlap(a: RectMm, b: RectMm) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def grown(rect: RectMm, by: float) -> RectMm:
    return rect[0] - by, rect[1] - by, rect[2] + 2 * by, rect[3] + 2 * by


def reserved(size: tuple[float, float]) -> list[RectMm]:
    markers = [grown(rect, MARKER_QUIET_MM) for rect in markers_mm(size).values()]
    return markers + [grown(rect, CODE_QUIET_MM) for rect in codes_mm(size)]


def written_in(box: BoxEntry) -> list[RectMm]:
    return [*box.cells_mm, *(bubble for _, bubble in box.bubbles_mm)] or [box.rect_mm]


def text_rects(page: PagePlan) -> list[RectMm]:
    rects = []
    for block in page.blocks:
        for text in block.texts:
            width = text_width(text.text, text.font, text.size)
            left = text.x - width if text.right else text.x
            rects.append((left, text.y - 0.25 * text.size, width, 0.25 * text.size))
    return rects


@given(exams())
@settings(max_examples=60, deadline=None)
def test_pages_hold_every_question_once_and_nothing_overlaps(spec: ExamSpec) -> None:
    layout = lay_out(spec)
    asked = [box.question for page in layout.pages for box in page.boxes if box.kind != "student_id"]
    assert asked == [question.id for question in spec.questions]
    for page in layout.pages:
        check_page(page, layout)


def check_page(page: PagePlan, layout: ExamLayout) -> None:
    width, height = layout.page_size_mm
    inside = (PRINTABLE_MM, PRINTABLE_MM, width - 2 * PRINTABLE_MM, height - 2 * PRINTABLE_MM)
    rects = [box.rect_mm for box in page.boxes]
    for rect in rects + text_rects(page):
        assert rect[0] >= inside[0]
        assert rect[1] >= inside[1]
        assert rect[0] + rect[2] <= inside[0] + inside[2]
        assert rect[1] + rect[3] <= inside[1] + inside[3]
        assert not any(overlap(rect, other) for other in reserved(layout.page_size_mm))
    assert not any(overlap(a, b) for a, b in combinations(rects, 2))
    for box in page.boxes:
        check_box(box)
        labels = [t for t in text_rects(page) for part in written_in(box) if overlap(t, part)]
        assert not labels
    assert not any(overlap(a, b) for a, b in combinations(text_rects(page), 2))


def check_box(box: BoxEntry) -> None:
    parts = written_in(box)
    assert not any(overlap(a, b) for a, b in combinations(parts, 2))
    least = {"choice": (5, 5), "multi": (5, 5), "number": (50, 11), "text": (90, 11), "manual": (100, 8)}
    for part in parts:
        assert overlap(part, grown(box.rect_mm, 0.01))
        assert part[2] >= least.get(box.kind, (8, 10))[0]
        assert part[3] >= least.get(box.kind, (8, 10))[1]


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_sixty_questions_ten_options_and_twelve_cells_fit(paper: str) -> None:
    kinds = [
        {"type": "digits", "answer": "1", "cells": 12},
        {"type": "choice", "options": list("ABCDEFGHIJ"), "answer": "A"},
        {"type": "number", "answer": "2", "prompt": "word " * 150},
    ]
    questions = [{"id": str(i), "marks": 1, **kinds[i % 3]} for i in range(60)]
    data = {"id": "x", "title": "T", "paper": paper, "student_id": {"digits": 12}, "questions": questions}
    layout = lay_out(ExamSpec.model_validate(data))
    assert sum(len(page.boxes) for page in layout.pages) == 61
    for page in layout.pages:
        check_page(page, layout)


def test_a_question_taller_than_a_page_is_refused_by_name() -> None:
    question = {"id": "q7", "type": "manual", "marks": 1, "lines": 24, "prompt": "word " * 500}
    spec = ExamSpec.model_validate({"id": "x", "title": "T", "questions": [question]})
    with pytest.raises(LayoutError, match='"q7" needs') as caught:
        lay_out(spec)
    assert "fewer lines" in caught.value.hint


def test_changing_keys_keeps_the_exam_key_and_changing_the_print_does_not() -> None:
    spec = load_exam(SAMPLE)
    data = spec.model_dump(mode="json")
    for question in data["questions"]:
        question["marks"] = "9"
    data["questions"][0]["answer"] = "008"
    data["questions"][8]["answers"].append("the gravitational attraction of the Earth")
    data["pass_mark"] = "60%"
    assert exam_key(ExamSpec.model_validate(data)) == exam_key(spec)
    assert lay_out(ExamSpec.model_validate(data)).entries(0) == lay_out(spec).entries(0)
    for change in (
        {"paper": "letter"},
        {"student_id": None},
        {"id": "other"},
        {"questions": data["questions"][1:]},
    ):
        assert exam_key(ExamSpec.model_validate({**data, **change})) != exam_key(spec)


@given(exams(max_questions=3), exams(max_questions=3))
@settings(max_examples=30, deadline=None)
def test_the_same_exam_key_means_the_same_geometry(one: ExamSpec, other: ExamSpec) -> None:
    moved = other.model_copy(update={"id": one.id, "paper": one.paper, "questions": one.questions})
    moved = moved.model_copy(update={"student_id": one.student_id, "language": one.language})
    assert exam_key(moved) == exam_key(one)
    assert lay_out(moved).entries(0) == lay_out(one).entries(0)


def test_a_longer_first_answer_needs_a_wider_box_and_so_another_key() -> None:
    def keyed(answer: str) -> ExamSpec:
        question = TextQuestion(id="1", marks=1, answers=(answer,))
        return ExamSpec(id="x", title="T", questions=(question,))

    assert exam_key(keyed("sun")) == exam_key(keyed("moon"))
    assert exam_key(keyed("sun")) != exam_key(keyed("a rather long answer"))


def test_runs_tell_prints_apart_and_repeat() -> None:
    key = exam_key(load_exam(SAMPLE))
    ada = [("1", "Ada")]
    assert run_id(key, ada, 0) == run_id(key, ada, 0)
    assert (
        len({run_id(key, ada, 0), run_id(key, ada, 1), run_id(key, [("1", "Bob")], 0), run_id("k", ada, 0)})
        == 4
    )


def test_a_changed_geometry_needs_a_new_layout_version() -> None:
    """Sheets that are printed already must be told from sheets of another geometry: see LAYOUT_VERSION."""
    boxes = [
        lay_out(load_exam(SAMPLE).model_copy(update={"paper": paper})).entries(0)
        for paper in ("A4", "letter")
    ]
    drawn = re.sub(r", free_from_mm=[^)]*", "", repr(boxes))  # where printed text ends moves no box
    assert (LAYOUT_VERSION, blake2s(drawn.encode(), digest_size=8).hexdigest()) == (
        1,
        "565b45df243f51af",
    )
