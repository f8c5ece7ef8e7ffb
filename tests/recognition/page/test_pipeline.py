from __future__ import annotations

import cv2
import numpy as np
import pytest

from recognition.page.fingerprint import SAME_PAGE, similarity
from recognition.page.pipeline import PageResult, process_page
from recognition.pagecode import qr_modules
from recognition.types import Box, PageCode, PageFate, PageLayout, Rect
from tests.recognition.printed_page import CODE, CODES, KEY, Page, Scanner, printed, sample_layout


def layouts(code: PageCode) -> PageLayout | None:
    return sample_layout() if code == CODE else None


def processed(page: Page, scanner: Scanner | None = None, given: PageCode | None = None) -> PageResult:
    scan, _ = (scanner or Scanner(200)).scan(page.image)
    return process_page(scan, layouts, KEY, given)


def box(page: Page, question: str) -> Box:
    return next(b for b in page.layout.boxes if b.question == question)


def write_number(page: Page, shift: float = 0.0) -> None:
    for i, rect in enumerate(box(page, "d1").cells):
        page.write(Rect(rect.x + 1 + shift, rect.y + 1, rect.w - 2, rect.h - 2), str(i + 4))
    page.write(box(page, "n0").rect, "-9.81")


def test_empty_paper_is_blank_in_any_surroundings() -> None:
    random = np.random.default_rng(3)
    paper = random.normal(238, 4, (2000, 1414)).clip(0, 255).astype(np.uint8)
    cv2.circle(paper, (70, 800), 20, 40, -1)  # a punch hole
    assert process_page(paper, layouts, KEY).fate is PageFate.BLANK
    on_a_desk = cv2.copyMakeBorder(paper, 90, 60, 120, 40, cv2.BORDER_CONSTANT, value=80)
    assert process_page(on_a_desk, layouts, KEY).fate is PageFate.BLANK


def test_a_page_of_something_else_is_foreign() -> None:
    paper = np.full((2000, 1414), 245, np.uint8)
    for row in range(300, 1500, 120):
        cv2.putText(paper, "shopping list", (200, row), cv2.FONT_HERSHEY_SIMPLEX, 3, 30, 4)
    result = process_page(paper, layouts, KEY)
    assert result.fate is PageFate.FOREIGN
    assert "no Inkgrade code" in result.reason


def test_a_page_of_another_exam_is_foreign_and_says_which() -> None:
    result = processed(printed(key="another exam"))
    assert result.fate is PageFate.FOREIGN
    assert "phys-quiz-3" in result.reason


def test_a_page_that_was_never_printed_is_foreign() -> None:
    result = processed(printed(code=PageCode(CODE.exam, CODE.run, "9999", 1)))
    assert result.fate is PageFate.FOREIGN
    assert "9999" in result.reason


def test_another_barcode_on_the_page_is_no_matter() -> None:
    page = printed()
    modules = qr_modules("https://example.org")
    side = 12 * len(modules)
    drawn = cv2.resize(
        np.where(modules, 0, 255).astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST
    )
    page.image[1400 : 1400 + side, 2000 : 2000 + side] = drawn
    assert processed(page).code == CODE


def test_a_page_without_readable_codes_is_placed_once_a_person_gives_its_number() -> None:
    page = printed()
    for rect in CODES:
        page.fill(Rect(rect.x + 3, rect.y + 3, 9, 9), 0)
    write_number(page)
    assert processed(page).fate is PageFate.UNREADABLE
    result = processed(page, given=CODE)
    assert (result.fate, result.code) == (PageFate.FOUND, CODE)
    assert len(result.crops) == len(page.layout.boxes)


def test_two_pages_on_one_scan_are_not_guessed_at() -> None:
    first, second = printed(), printed(code=PageCode(CODE.exam, CODE.run, "0013", 1))
    scan, _ = Scanner(150).scan(first.image)
    other, _ = Scanner(150).scan(second.image)
    result = process_page(np.hstack([scan, other]), lambda _: sample_layout(), KEY)
    assert result.fate is PageFate.UNREADABLE
    assert "0012" in result.reason
    assert "0013" in result.reason


@pytest.mark.parametrize(
    "scanner",
    [Scanner(200, angle=1), Scanner(150, bilevel=True), Scanner(300, turn=2), Scanner(150, jpeg=50, noise=9)],
)
def test_written_boxes_hold_ink_and_empty_ones_are_blank(scanner: Scanner) -> None:
    page = printed()
    write_number(page)
    crops = {crop.box.question: crop for crop in processed(page, scanner).crops}
    written = {name for name, crop in crops.items() if not crop.box.bubbles and not crop.ink.blank}
    assert written == {"d1", "n0"}
    assert [int((255 - cell).max()) > 100 for cell in crops["d1"].cells] == [True, True, True]
    assert [int((255 - cell).max()) > 60 for cell in crops["d2"].cells] == [False, False, False]


def test_one_light_stroke_is_not_blank() -> None:
    page = printed()
    rect = box(page, "d0").cells[1]
    page.line(np.array([(rect.x + 4.5, rect.y + 3), (rect.x + 4.7, rect.y + 8)]), 0.35, grey=150)
    crops = {crop.box.question: crop for crop in processed(page).crops}
    assert not crops["d0"].ink.blank


def test_a_second_scan_of_a_page_is_alike_and_another_paper_is_not() -> None:
    page, other = printed(), printed()
    write_number(page)
    for rect in box(other, "d1").cells:
        other.write(rect, "8")
    other.write(box(other, "t1").rect, "gravity")
    first = processed(page, Scanner(300, angle=1)).fingerprint
    again = processed(page, Scanner(150, angle=-2, turn=2, jpeg=50, seed=4)).fingerprint
    different = processed(other).fingerprint
    assert similarity(first, again) > SAME_PAGE
    assert similarity(first, different) < 0.6


def test_the_preview_is_upright() -> None:
    upright = processed(printed()).page_preview
    turned = processed(printed(), Scanner(200, turn=1)).page_preview
    assert upright.shape == turned.shape == (1188, 840)
    assert float(np.abs(upright.astype(float) - turned).mean()) < 8


def test_emptiness_is_not_certain_where_the_scan_lost_the_box_lines() -> None:
    page = printed()
    write_number(page)
    result = processed(page, Scanner(200, bilevel=True, threshold=100))
    assert result.fate is PageFate.FOUND
    crops = {crop.box.question: crop for crop in result.crops}
    assert crops["n0"].aligned >= 0.5 > crops["n1"].aligned
    assert "too light" in str(result.bubbles["c0"].doubt)
