from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from recognition.paper.answers import Answer, Manner
from recognition.paper.hands import shipped_hand
from recognition.paper.ink import blank_layer
from recognition.paper.printed import PrintedPage, print_run
from recognition.paper.sheet import fill_box, filled_page
from recognition.paper.writer import MarkStyle, Writer, new_writer
from recognition.types import Box, Rect
from tests.recognition.paper.small_quiz import PAGE_MM, layout

DOTS = 8.0
FRONT, BACK = print_run(layout(1)).sheets[0].pages
SHAPE = (round(PAGE_MM[1] * DOTS), round(PAGE_MM[0] * DOTS))


@pytest.fixture(params=range(4))
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


@pytest.fixture
def writer(rng: np.random.Generator) -> Writer:
    return new_writer(shipped_hand(rng), rng)


def box_of(question: str, page: PrintedPage = FRONT) -> Box:
    return next(box for box in page.boxes if box.question == question)


def ink_on(box: Box, answer: Answer, writer: Writer, rng: np.random.Generator) -> np.ndarray:
    layer = blank_layer(SHAPE, DOTS)
    fill_box(layer, box, answer, writer, rng)
    return layer.plane


def share_in(plane: np.ndarray, rect: Rect, margin: float = 0.0) -> float:
    rows = slice(max(0, round((rect.y - margin) * DOTS)), round((rect.y + rect.h + margin) * DOTS))
    columns = slice(max(0, round((rect.x - margin) * DOTS)), round((rect.x + rect.w + margin) * DOTS))
    return float(plane[rows, columns].sum()) / max(1.0, float(plane.sum()))


@pytest.mark.parametrize(
    ("question", "text"), [("1", "360"), ("2", "-9.81"), ("3", "gravity"), ("", "4711003")]
)
def test_plain_writing_lands_in_its_box(
    question: str, text: str, writer: Writer, rng: np.random.Generator
) -> None:
    box = box_of(question)
    plane = ink_on(box, Answer(text), writer, rng)
    assert plane.any()
    assert share_in(plane, box.rect, margin=1.0) > 0.98


def test_each_digit_lands_in_its_own_cell_and_a_space_leaves_one_empty(
    writer: Writer, rng: np.random.Generator
) -> None:
    box = box_of("1")
    plane = ink_on(box, Answer("3 8"), writer, rng)
    first, second, third = (share_in(plane, cell, margin=0.7) for cell in box.cells)
    assert first > 0.1
    assert second < 0.05
    assert third > 0.1


@pytest.mark.parametrize("style", list(MarkStyle))
def test_every_mark_is_on_its_bubble(style: MarkStyle, writer: Writer, rng: np.random.Generator) -> None:
    box = box_of("4", BACK)
    plane = ink_on(box, Answer(marked=("B",)), _with_style(writer, style), rng)
    assert share_in(plane, box.bubbles["B"], margin=3.5) > 0.98


def test_a_corrected_choice_has_its_old_mark_blacked_out(writer: Writer, rng: np.random.Generator) -> None:
    box = box_of("4", BACK)
    answer = Answer(marked=("B",), manner=Manner.CORRECTED, discarded=("C",))
    plane = ink_on(box, answer, writer, rng)
    assert _filled(plane, box.bubbles["C"]) > 0.85
    assert 0.05 < _filled(plane, box.bubbles["B"]) < 0.7
    assert _filled(plane, box.bubbles["A"]) == 0


def test_a_faint_answer_has_less_ink_unless_a_pencil_is_faint_already(writer: Writer) -> None:
    plain, faint = (
        int(ink_on(box_of("3"), Answer("gravity", manner=manner), writer, np.random.default_rng(1)).sum())
        for manner in (Manner.PLAIN, Manner.FAINT)
    )
    assert faint < 0.8 * plain or writer.pen.density < 0.8


@pytest.mark.parametrize("question", ["1", "2", "3"])
def test_a_rewritten_answer_keeps_the_crossed_out_one_on_paper(
    question: str, writer: Writer, rng: np.random.Generator
) -> None:
    text, first = ("360", "380") if question != "3" else ("gravity", "energy")
    again = ink_on(box_of(question), Answer(text, manner=Manner.REWRITTEN, discarded=(first,)), writer, rng)
    once = ink_on(box_of(question), Answer(text), writer, rng)
    assert (again > 127).sum() > 1.3 * (once > 127).sum()


def test_an_empty_answer_leaves_no_ink(writer: Writer, rng: np.random.Generator) -> None:
    for page in (FRONT, BACK):
        for box in page.boxes:
            assert not ink_on(box, Answer(), writer, rng).any()


def test_an_option_that_is_not_printed_is_refused(writer: Writer, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="no option Z"):
        ink_on(box_of("4", BACK), Answer(marked=("Z",)), writer, rng)


def test_more_digits_than_cells_are_refused(writer: Writer, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="does not fit into 3 cells"):
        ink_on(box_of("1"), Answer("1234"), writer, rng)


def test_paper_outside_the_ink_is_untouched_and_ink_has_the_pens_colour(
    writer: Writer, rng: np.random.Generator
) -> None:
    blank = np.full((*SHAPE, 3), 250, np.uint8)
    answers: Mapping[str, Answer] = {"2": Answer("-9.81")}
    page = filled_page(blank, FRONT, answers, writer, PAGE_MM[0], rng)
    changed = (page != blank).any(axis=2)
    assert 0 < changed.mean() < 0.05
    darkest = page[changed].reshape(-1, 3).min(axis=0)
    assert (darkest < 190).all()
    assert (page[~changed] == 250).all()


def _with_style(writer: Writer, style: MarkStyle) -> Writer:
    return replace(writer, mark_style=style)


def _filled(plane: np.ndarray, bubble: Rect) -> float:
    x, y, w, h = (v * DOTS for v in (bubble.x, bubble.y, bubble.w, bubble.h))
    rows, columns = np.ogrid[: plane.shape[0], : plane.shape[1]]
    disc = ((columns - x - w / 2) / (w / 2)) ** 2 + ((rows - y - h / 2) / (h / 2)) ** 2 <= 0.9
    return float((plane[disc] > 127).mean())
