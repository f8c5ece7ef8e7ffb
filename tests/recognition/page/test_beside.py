"""Writing beside a box: what is in the box may have been struck out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recognition.page.beside import room_beside
from recognition.page.pipeline import process_page
from recognition.types import Box, BoxKind, Crop, PageLayout, Rect
from tests.recognition.printed_page import KEY, Page, Scanner, printed, sample_layout

LAYOUT = sample_layout()
BESIDE = Rect(50, 55, 18, 11)
"""To the right of d0, which ends at 47; d1 begins at 80."""


def place(question: str, layout: PageLayout = LAYOUT) -> Box:
    return next(box for box in layout.boxes if box.question == question)


def crop(page: Page, question: str = "d0", scanner: Scanner | None = None) -> Crop:
    scan, _ = (scanner or Scanner()).scan(page.image)
    found = process_page(scan, lambda _: page.layout, KEY)
    return next(c for c in found.crops if c.box.question == question)


@pytest.mark.parametrize("in_the_box", ["905", ""])
def test_digits_written_beside_a_full_or_an_empty_row_are_seen(in_the_box: str) -> None:
    page = printed()
    if in_the_box:
        page.write(place("d0").rect, in_the_box)
    page.write(BESIDE, "360")
    assert crop(page).beside


def test_what_people_see_then_reaches_to_the_end_of_the_writing() -> None:
    plain, page = printed(), printed()
    page.write(BESIDE, "360")
    wider = crop(page).image.shape[1] - crop(plain).image.shape[1]
    assert wider > 8 * 12
    assert np.count_nonzero(crop(page).image[:, -8 * 18 :] < 128) > 100


def test_writing_that_goes_on_behind_the_room_is_seen_whole() -> None:
    page, box = printed(), place("t0")
    written = Rect(150, box.rect.y, 45, box.rect.h)
    assert written.x < ends(box) < written.x + written.w
    page.write(written, "360360")
    seen = crop(page, "t0")
    assert seen.beside
    assert box.rect.x + seen.image.shape[1] / 8 > written.x + written.w


@pytest.mark.parametrize("question", ["d0", "d1", "t0"])
def test_a_box_by_itself_has_nothing_beside_it(question: str) -> None:
    page = printed()
    for box in page.layout.boxes:
        if box.kind in (BoxKind.DIGITS, BoxKind.TEXT):
            page.write(box.rect, "473")
    assert not crop(page, question).beside


def test_digits_that_overflow_their_row_are_not_beside_it() -> None:
    page = printed()
    page.write(Rect(24, 55, 25, 11), "473")
    assert not crop(page).beside


def test_what_shines_through_from_the_back_is_fainter_than_the_pen() -> None:
    page = printed()
    page.write(place("d0").rect, "905", grey=30)
    page.write(BESIDE, "360", grey=190)
    assert not crop(page).beside


def ends(box: Box) -> float:
    room = room_beside(box, LAYOUT)
    assert room is not None
    return room.x + room.w


def test_the_room_ends_before_the_next_box_and_before_the_margin() -> None:
    assert ends(place("d0")) == pytest.approx(80 - 4)
    assert ends(place("t0")) == pytest.approx(210 - 40)
    short = replace(place("t0"), rect=Rect(20, 108, 100, 12))
    assert ends(short) == pytest.approx(120 + 37)


def test_a_box_at_the_edge_of_the_page_has_no_room_beside_it() -> None:
    assert room_beside(place("d2"), LAYOUT) is None


def test_beside_a_box_for_numbers_one_looks_only_behind_its_unit() -> None:
    number = place("n0")
    assert room_beside(number, LAYOUT) is None
    unit_ends = number.rect.x + number.rect.w + 12
    alone = replace(LAYOUT, boxes=(number,))
    room = room_beside(replace(number, free_from=unit_ends), alone)
    assert room is not None
    assert room.x == pytest.approx(unit_ends + 2)


def test_a_number_written_behind_the_unit_is_seen_and_the_unit_is_not() -> None:
    number = place("n0")
    right = number.rect.x + number.rect.w
    alone = tuple(
        replace(box, free_from=right + 12) if box.question == "n0" else box
        for box in LAYOUT.boxes
        if box.question not in ("n1", "n2")
    )
    page = printed(replace(LAYOUT, boxes=alone))
    page.write(number.rect, "12.5")
    page.write(Rect(right + 3, number.rect.y, 8, number.rect.h), "kg", grey=0)
    assert not crop(page, "n0").beside
    page.write(Rect(right + 15, number.rect.y, 16, number.rect.h), "13.5")
    assert crop(page, "n0").beside
