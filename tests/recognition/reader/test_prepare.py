"""Crops made ready for the reader."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from recognition.reader.prepare import HEIGHT, MAX_WIDTH, MIN_WIDTH, WIDTH_STEP, ink_fraction, prepare

Grey = NDArray[np.uint8]


def written(text: str = "47", height: int = 60, width: int = 150, paper: int = 235, pen: int = 40) -> Grey:
    image = np.full((height, width), paper, np.uint8)
    size = height / 40
    cv2.putText(image, text, (15, round(height * 0.8)), cv2.FONT_HERSHEY_SIMPLEX, size, pen, 3, cv2.LINE_AA)
    return image


@pytest.mark.parametrize(("height", "width"), [(2, 2), (20, 9), (48, 3000), (700, 300), (90, 91)])
def test_every_crop_fits_the_network(height: int, width: int) -> None:
    plane = prepare(np.random.default_rng(1).integers(0, 256, (height, width), np.uint8))
    assert plane.dtype == np.float32
    assert plane.shape[0] == HEIGHT
    assert plane.shape[1] % WIDTH_STEP == 0
    assert MIN_WIDTH <= plane.shape[1] <= MAX_WIDTH
    assert plane.min() >= 0
    assert plane.max() <= 1


def test_the_same_crop_always_gives_the_same_plane() -> None:
    crop, other = written("47"), written("123456", width=400)
    first = prepare(crop)
    prepare(other)
    np.testing.assert_array_equal(first, prepare(crop.copy()))


def test_a_view_into_a_page_reads_like_its_copy() -> None:
    page = np.full((300, 400), 230, np.uint8)
    page[100:160, 100:250] = written()
    cut = page[95:165, 90:260]
    np.testing.assert_array_equal(prepare(cut), prepare(np.ascontiguousarray(cut)))


def test_paper_becomes_white_and_ink_black_whatever_the_light() -> None:
    for paper, pen in ((250, 10), (180, 60), (120, 70)):
        plane = prepare(written(paper=paper, pen=pen))
        assert plane[0, :5].min() > 0.95
        assert plane.min() < 0.1


def test_a_shadow_across_the_crop_is_levelled() -> None:
    shade = np.linspace(1.0, 0.5, 150)[None, :]
    plane = prepare((written() * shade).astype(np.uint8))
    level = prepare(written())
    assert abs(float(plane.mean()) - float(level.mean())) < 0.06


def test_light_ink_is_turned_dark() -> None:
    np.testing.assert_allclose(prepare(255 - written()), prepare(written()), atol=0.15)


def test_the_writing_fills_the_height_wherever_it_stands_in_the_box() -> None:
    small = np.full((160, 400), 240, np.uint8)
    small[90:150, 230:380] = written(paper=240)
    rows = np.flatnonzero(prepare(small).min(axis=1) < 0.4)
    assert rows[-1] - rows[0] > 0.55 * HEIGHT


@pytest.mark.parametrize("dots", [4, 8])
def test_a_lone_point_is_not_blown_up_to_a_letter(dots: int) -> None:
    box = np.full((100, 200), 255, np.uint8)
    cv2.circle(box, (60, 60), dots // 2, 0, -1)
    rows = np.flatnonzero(prepare(box).min(axis=1) < 0.5)
    assert 1 <= len(rows) < HEIGHT / 3


def test_remains_of_box_lines_do_not_take_the_focus() -> None:
    clean = np.full((110, 300), 255, np.uint8)
    clean[30:90, 100:250] = written(paper=255)
    lined = clean.copy()
    lined[1:3, 20:150] = 120
    lined[40:100, 1:3] = 120
    assert prepare(clean).shape == prepare(lined).shape


@pytest.mark.parametrize("text", ["word.", "17 1", "no !"])
def test_a_mark_at_the_rim_of_a_tight_crop_is_kept(text: str) -> None:
    image = written(text, width=400)
    columns = np.flatnonzero(image.min(axis=0) < 128)
    tight = image[:, columns[0] : columns[-1] + 1]
    last = prepare(tight).min(axis=0) < 0.5
    whole = prepare(np.pad(tight, ((0, 0), (0, 60)), constant_values=235)).min(axis=0) < 0.5
    assert abs(int(np.flatnonzero(last)[-1]) - int(np.flatnonzero(whole)[-1])) <= 2


def test_blank_paper_has_no_ink_and_writing_has() -> None:
    noise = np.random.default_rng(3).normal(225, 4, (110, 300)).clip(0, 255).astype(np.uint8)
    assert ink_fraction(noise) == 0
    lines = noise.copy()
    lines[:3] = 90
    assert ink_fraction(lines) == 0
    assert ink_fraction(written()) > 0.02


@pytest.mark.parametrize(
    "bad", [np.zeros((5, 5, 3), np.uint8), np.zeros((5, 5), np.float32), np.zeros((1, 9), np.uint8)]
)
def test_anything_but_a_grey_plane_is_refused(bad: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="crop"):
        prepare(bad)  # type: ignore[arg-type]
