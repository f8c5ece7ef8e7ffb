from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recognition.page.bubble_ink import BubbleInk
from recognition.page.bubbles import judge, mark_probability
from recognition.page.pipeline import process_page
from recognition.types import BoxKind, BubbleReading, Rect
from tests.recognition.printed_page import KEY, Page, Scanner, printed

Mark = Callable[[Page, Rect], None]


def cross(page: Page, r: Rect) -> None:
    page.line(np.array([(r.x + 0.5, r.y + 0.4), (r.x + r.w - 0.4, r.y + r.h - 0.5)]))
    page.line(np.array([(r.x + r.w - 0.5, r.y + 0.4), (r.x + 0.4, r.y + r.h - 0.3)]))


def tick(page: Page, r: Rect) -> None:
    page.line(np.array([(r.x + 1, r.y + 3), (r.x + 2.5, r.y + 5), (r.x + 6.5, r.y - 1)]), 0.4)


def ring(page: Page, r: Rect) -> None:
    turn = np.linspace(0, 6.4, 50)
    page.line(np.column_stack([np.cos(turn), np.sin(turn)]) * 4.1 + np.array([r.x + 3, r.y + 3.1]), 0.4)


def fill(page: Page, r: Rect) -> None:
    for down in np.linspace(0.4, 5.6, 14):
        reach = np.sqrt(9 - (down - 3) ** 2)
        page.line(np.array([(r.x + 3 - reach, r.y + down), (r.x + 3 + reach, r.y + down)]), 0.45)


def speck(page: Page, r: Rect) -> None:
    page.line(np.array([(r.x + 3, r.y + 3), (r.x + 3.3, r.y + 3.2)]), 0.3)


def readings(marks: dict[tuple[str, str], Mark], scanner: Scanner) -> dict[str, BubbleReading]:
    page = printed()
    places = {box.question: box.bubbles for box in page.layout.boxes}
    for (question, option), draw in marks.items():
        draw(page, places[question][option])
    layout = page.layout
    return dict(process_page(scanner.scan(page.image)[0], lambda _: layout, KEY).bubbles)


SCANNERS = [
    Scanner(300),
    Scanner(150, jpeg=50, noise=9, angle=2),
    Scanner(200, bilevel=True, angle=1),
    Scanner(200, perspective=0.02, turn=2, blur=1.1),
]


@pytest.mark.parametrize("scanner", SCANNERS)
def test_every_kind_of_mark_counts_and_print_does_not(scanner: Scanner) -> None:
    plain = {("c0", "A"): cross, ("c1", "B"): tick, ("c2", "C"): ring, ("c3", "D"): fill}
    found = readings({**plain, ("m0", "A"): cross, ("m0", "D"): tick}, scanner)
    assert {name: reading.marked for name, reading in found.items()} == {
        "c0": ("A",), "c1": ("B",), "c2": ("C",), "c3": ("D",), "c4": (), "m0": ("A", "D"),
    }  # fmt: skip
    assert all(reading.doubt is None and reading.confidence > 0.9 for reading in found.values())


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_filled_bubble_beside_a_cross_is_taken_back(scanner: Scanner) -> None:
    found = readings({("c0", "A"): fill, ("c0", "C"): cross, ("m0", "B"): fill, ("m0", "C"): cross}, scanner)
    assert found["c0"].marked == ("C",)
    assert found["m0"].marked == ("C",)
    assert found["c0"].doubt is None
    assert found["c0"].confidence < readings({("c0", "C"): cross}, scanner)["c0"].confidence


@pytest.mark.parametrize("marks", [(cross, cross), (fill, fill), (tick, ring)])
def test_two_marks_alike_are_a_double_mark(marks: tuple[Mark, Mark]) -> None:
    found = readings({("c0", "A"): marks[0], ("c0", "C"): marks[1]}, Scanner(200))["c0"]
    assert found.doubt == "double mark"
    assert found.confidence <= 0.5


def test_dirt_is_no_mark() -> None:
    found = readings({("c0", "A"): speck, ("c1", "B"): cross, ("c1", "C"): speck}, Scanner(200))
    assert (found["c0"].marked, found["c0"].doubt) == ((), None)
    assert (found["c1"].marked, found["c1"].doubt) == (("B",), None)


def test_probability_grows_with_ink_and_small_or_faint_marks_are_open() -> None:
    areas = [mark_probability(BubbleInk(area, area, 200.0), 200.0) for area in (0.0, 0.01, 0.03, 0.1, 0.5)]
    assert areas == sorted(areas)
    assert areas[0] < 0.01
    assert areas[-1] > 0.99
    assert 0.1 < areas[2] < 0.9
    assert 0.4 < mark_probability(BubbleInk(0.4, 0.4, 50.0), 200.0) < 0.9


def test_an_open_mark_is_a_doubt_whatever_else_is_marked() -> None:
    inks = {"A": BubbleInk(0.3, 0.2, 200.0), "B": BubbleInk(0.03, 0.02, 200.0)}
    assert judge(BoxKind.CHOICE, inks, 0.0).doubt == "a faint or partial mark"


def test_nothing_marked_is_an_answer_left_blank_not_a_doubt() -> None:
    empty = dict.fromkeys("ABCD", BubbleInk(0.0, 0.0, 0.0))
    reading = judge(BoxKind.CHOICE, empty, 0.0)
    assert (reading.marked, reading.doubt) == ((), None)
    assert reading.confidence > 0.99
