from __future__ import annotations

import cv2
import numpy as np
import pytest

from recognition.page.boxes import cut_box
from recognition.page.registration import Shift
from recognition.types import Box, BoxKind, Crop, Grey, Rect

BOX = Box("1", BoxKind.TEXT, Rect(5, 5, 60, 12))
PIXELS = 8


def paper(line: int, dashed: bool = False) -> Grey:
    """A flattened page with the outline of BOX drawn in grey ``line``."""
    page = np.full((180, 560), 255, np.uint8)
    cv2.rectangle(page, (40, 40), (519, 135), line, 2)
    if dashed:
        page[:, ::5] = 255
        page[::5, :] = 255
    return page


def cut(page: Grey) -> Crop:
    return cut_box(page, BOX, Shift(0.0, 0.0, 1.0))


@pytest.mark.parametrize(("line", "dashed"), [(170, False), (110, False), (0, False), (0, True)])
def test_no_printed_line_is_left(line: int, dashed: bool) -> None:
    crop = cut(paper(line, dashed))
    assert int((255 - crop.clean).max()) == 0
    assert crop.ink.blank


@pytest.mark.parametrize("line", [170, 0])
@pytest.mark.parametrize("slant", [0, 12, 40])
def test_a_stroke_that_crosses_a_line_stays_whole(line: int, slant: int) -> None:
    page, bare = paper(line), paper(255)
    for image in (page, bare):
        cv2.line(image, (200, 100), (200 + slant, 150), 20, 4, cv2.LINE_AA)
    cleaned, expected = cut(page).clean, cut(bare).clean
    assert cv2.connectedComponents((cleaned < 128).astype(np.uint8))[0] == 2
    kept = float((255 - cleaned.astype(float)).sum() / (255 - expected.astype(float)).sum())
    assert 0.85 < kept < 1.15


def test_dark_writing_along_a_light_line_stays() -> None:
    page = paper(170)
    cv2.line(page, (200, 135), (300, 135), 20, 3)
    assert int((cut(page).clean < 100).sum()) > 150


def test_print_beside_the_box_is_removed_and_writing_over_its_edge_is_not() -> None:
    page = paper(170)
    cv2.putText(page, "prompt", (60, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1)
    cv2.line(page, (400, 90), (400, 145), 20, 4)
    crop = cut(page)
    assert int((crop.clean[:12] < 128).sum()) == 0
    assert int((crop.clean[:, 370:376] < 128).any(axis=1).sum()) > 50


def test_dust_far_from_writing_is_removed_and_a_decimal_point_is_not() -> None:
    page = paper(170)
    cv2.line(page, (200, 60), (200, 110), 20, 4)
    cv2.circle(page, (210, 108), 2, 20, -1)
    cv2.circle(page, (420, 90), 2, 20, -1)
    clean = cut(page).clean
    assert int((clean[:, 176:190] < 128).sum()) > 8
    assert int((clean[:, 370:] < 128).sum()) == 0


def test_touching_digits_are_cut_at_the_cell_edge_and_leaning_ones_kept_whole() -> None:
    cells = tuple(Rect(5 + 9 * i, 5, 9, 12) for i in range(3))
    box = Box("2", BoxKind.DIGITS, Rect(5, 5, 27, 12), cells)
    page = np.full((180, 560), 255, np.uint8)
    cv2.line(page, (97, 60), (115, 120), 20, 4)  # mostly in the first cell, its foot in the second
    cv2.line(page, (150, 90), (218, 90), 20, 4)  # from the second cell into the third
    first, second, third = cut_box(page, box, Shift(0.0, 0.0, 1.0)).cells
    assert int((first < 128).any(axis=1).sum()) >= 58
    assert int((second[:40] < 128).sum()) == 0
    for cell in (second, third):
        assert 40 < int((cell < 128).sum()) < 200
