from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recognition.page.align import Alignment, align, rect_corners
from recognition.page.flatten import PIXELS_PER_MM, flatten
from recognition.page.markers import find_codes, find_markers, quick_view, refined_code
from recognition.page.pipeline import process_page
from recognition.page.placing import place
from recognition.page.registration import register
from recognition.page.transform import project, warp
from recognition.types import Grey, PageCode, PageFate, PageLayout, Rect
from tests.recognition.printed_page import CODE, CODES, KEY, MARKERS, Page, Scanner, printed, sample_layout

SCANNERS = {
    "plain 300 dpi": Scanner(300),
    "600 dpi": Scanner(600),
    "150 dpi, JPEG 50, noisy": Scanner(150, jpeg=50, noise=10),
    "100 dpi": Scanner(100, angle=1),
    "skewed and turned": Scanner(200, angle=4, turn=1),
    "upside down": Scanner(200, angle=-2, turn=2, jpeg=50),
    "photographed": Scanner(220, perspective=0.03, angle=3, turn=3),
    "bilevel": Scanner(200, bilevel=True, angle=2),
    "bilevel, coarse": Scanner(150, bilevel=True, angle=-3),
    "shifted half off the glass": Scanner(200, shift_mm=(-14.0, 3.0)),
    "skewed by 8 degrees, all markers cut off": Scanner(300, angle=8),
}


@pytest.fixture(scope="module")
def page() -> Page:
    return printed()


def layouts(_: PageCode) -> PageLayout | None:
    return sample_layout()


def aligned(scan: Grey, layout: PageLayout) -> Alignment:
    quick, factor = quick_view(scan)
    markers = find_markers(scan, quick, factor)
    codes = tuple(refined_code(scan, code) for code in find_codes(scan, quick, factor))
    found = align(layout, markers, codes)
    assert found is not None
    return found


def box_errors(scan: Grey, true: np.ndarray, layout: PageLayout) -> np.ndarray:
    """Distance in mm of each box, as it will be cut, from where it really lies."""
    placed = place(scan, layout, aligned(scan, layout))
    assert placed is not None
    errors = []
    for box, shift in zip(layout.boxes, placed.shifts, strict=True):
        centre = rect_corners(box.rect).mean(axis=0)[None]
        there = project(np.linalg.inv(placed.alignment.matrix), project(true, centre))
        errors.append(float(np.linalg.norm(there - centre - (shift.dx, shift.dy))))
    return np.array(errors)


@pytest.mark.parametrize("name", SCANNERS)
def test_every_box_is_found_within_half_a_millimetre(page: Page, name: str) -> None:
    scan, true = SCANNERS[name].scan(page.image)
    assert box_errors(scan, true, page.layout).max() < 0.5
    result = process_page(scan, layouts, KEY)
    assert (result.fate, result.code) == (PageFate.FOUND, CODE)
    assert result.rotation == SCANNERS[name].turn * 90
    assert result.dpi == pytest.approx(SCANNERS[name].dpi, rel=0.05)


@pytest.mark.parametrize("lost", range(4))
@pytest.mark.parametrize("scanner", [Scanner(200, angle=2), Scanner(200, perspective=0.02, bilevel=True)])
def test_three_markers_are_enough(lost: int, scanner: Scanner) -> None:
    page = printed()
    page.fill(MARKERS[lost], 255)
    scan, true = scanner.scan(page.image)
    assert box_errors(scan, true, page.layout).max() < 0.5


def test_two_markers_and_the_codes_are_enough() -> None:
    page = printed()
    page.fill(MARKERS[0], 255)
    page.fill(MARKERS[1], 255)
    scan, true = Scanner(200, angle=1).scan(page.image)
    assert box_errors(scan, true, page.layout).max() < 0.5


@pytest.mark.parametrize("scanner", [Scanner(200, angle=-6), Scanner(300, angle=3, turn=2)])
def test_one_marker_and_the_code_beside_it_are_enough(scanner: Scanner) -> None:
    page = printed()
    for place_of in (MARKERS[0], MARKERS[1], MARKERS[2], CODES[0]):
        page.fill(place_of, 255)
    scan, true = scanner.scan(page.image)
    assert box_errors(scan, true, page.layout).max() < 0.5


def test_a_page_whose_place_is_a_guess_is_not_cut() -> None:
    page = printed()
    for place_of in (MARKERS[0], MARKERS[1], MARKERS[2], CODES[0], Rect(15, 30, 180, 235)):
        page.fill(place_of, 255)
    result = process_page(Scanner(200).scan(page.image)[0], layouts, KEY)
    assert result.fate is PageFate.UNREADABLE
    assert "scan the page again" in result.reason


@pytest.mark.parametrize("lost", range(2))
def test_one_code_is_enough(lost: int) -> None:
    page = printed()
    page.fill(CODES[lost], 255)
    result = process_page(Scanner(200).scan(page.image)[0], layouts, KEY)
    assert (result.fate, result.code) == (PageFate.FOUND, CODE)


def test_a_false_marker_is_outvoted(page: Page) -> None:
    scan, _ = Scanner(200).scan(page.image)
    quick, factor = quick_view(scan)
    markers = find_markers(scan, quick, factor)
    moved = {**markers, 2: markers[2] - 400.0}
    found = align(page.layout, moved)
    assert found is not None
    assert found.markers == 3
    assert found.residual_mm < 0.1


def test_a_marker_that_is_written_over_still_counts(page: Page) -> None:
    damaged = printed()
    for name, (x, y) in ((0, (10, 12)), (1, (192, 15)), (2, (193, 285))):
        damaged.line(np.array([(x, y), (x + 8, y + 1), (x, y + 2.5)]), 1.0, 255)
        assert MARKERS[name].w == 8
    scan, true = Scanner(200, angle=2).scan(damaged.image)
    quick, factor = quick_view(scan)
    assert len(find_markers(scan, quick, factor)) < 3
    placed = place(scan, page.layout, aligned(scan, page.layout))
    assert placed is not None
    assert placed.alignment.markers == 4
    assert box_errors(scan, true, page.layout).max() < 0.5


def test_a_mirrored_page_is_not_aligned(page: Page) -> None:
    scan, _ = Scanner(200).scan(page.image)
    quick, factor = quick_view(scan)
    mirrored = {
        name: np.column_stack([scan.shape[1] - 1 - corners[:, 0], corners[:, 1]])
        for name, corners in find_markers(scan, quick, factor).items()
    }
    assert align(page.layout, mirrored) is None


def test_a_box_printed_aside_is_followed_and_an_invisible_one_follows_the_others(page: Page) -> None:
    scan, _ = Scanner(200).scan(page.image)
    found = aligned(scan, page.layout)
    flat = flatten(warp(scan, found.matrix, page.layout.page_size, PIXELS_PER_MM), tuple(MARKERS.values()))
    boxes = [
        replace(box, rect=Rect(box.rect.x - 0.9, box.rect.y + 0.6, box.rect.w, box.rect.h))
        for box in page.layout.boxes
        if box.question in ("n0", "n1", "n2", "t0", "t1", "t2")
    ]
    empty = replace(boxes[0], question="x", rect=Rect(150, 150, 30, 8))
    shifts = register(flat, [*boxes, empty])
    for shift in shifts:
        assert (shift.dx, shift.dy) == (pytest.approx(0.9, abs=0.15), pytest.approx(-0.6, abs=0.15))
    assert shifts[0].seen > 0.9
    assert shifts[-1].seen < 0.3
