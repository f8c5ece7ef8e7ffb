from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from recognition.paper.pdf_file import write_pdf
from recognition.paper.presets import PRESETS, Mode, Recipe, draw_recipe
from recognition.paper.scan import scan_page, scanned_picture

PAGE_MM = (105.0, 74.0)


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    """A page at 300 dpi with a black square near its top-left corner."""
    picture = np.full((874, 1240, 3), 255, np.uint8)
    picture[60:180, 60:180] = 0
    return picture


def recipe(preset: str = "office", seed: int = 0, **changes: object) -> Recipe:
    drawn = draw_recipe(PRESETS[preset], np.random.default_rng(seed))
    return replace(drawn, **changes)  # type: ignore[arg-type]


def rendered(path: Path) -> list[np.ndarray]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [np.array(page.render(scale=100 / 72).to_numpy()) for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(page: np.ndarray, preset: str) -> None:
    def scan(seed: int) -> bytes:
        return scan_page(page, PAGE_MM, recipe(preset, seed), np.random.default_rng(seed)).data

    assert scan(1) == scan(1)
    assert scan(1) != scan(2)


@pytest.mark.parametrize("mode", list(Mode))
def test_each_mode_holds_what_its_name_says(page: np.ndarray, mode: Mode) -> None:
    scan = scanned_picture(page, PAGE_MM, recipe(mode=mode, quarter_turns=0), np.random.default_rng(0))
    assert scan.ndim == (3 if mode is Mode.COLOUR else 2)
    if mode is Mode.BILEVEL:
        assert set(np.unique(scan)) == {0, 255}


@pytest.mark.parametrize("mode", list(Mode))
def test_the_pdf_shows_the_scan_black_on_white(page: np.ndarray, mode: Mode, tmp_path: Path) -> None:
    plain = recipe(
        "mild",
        mode=mode,
        quarter_turns=0,
        margin=0.0,
        skew=0.0,
        shift=(0.0, 0.0),
        dpi=200,
        stapled=False,
        punched=False,
    )
    assert write_pdf(tmp_path / "scan.pdf", [scan_page(page, PAGE_MM, plain, np.random.default_rng(0))]) == 1
    (shown,) = rendered(tmp_path / "scan.pdf")
    assert shown.shape[:2] == (292, 414)
    assert shown[25:55, 25:55].mean() < 60
    assert shown[150:250, 150:350].mean() > 200


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_scan_has_the_size_of_its_paper(page: np.ndarray, dpi: int) -> None:
    scan = scan_page(page, PAGE_MM, recipe(dpi=dpi, quarter_turns=0, margin=0.0), np.random.default_rng(0))
    assert scan.width == round(105 / 25.4 * dpi)
    assert scan.height == round(74 / 25.4 * dpi)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_quarter_turn_moves_the_top_left_corner(page: np.ndarray, turns: int) -> None:
    plain = recipe(
        "mild",
        mode=Mode.GREY,
        skew=0.0,
        margin=0.0,
        quarter_turns=turns,
        punched=False,
        stapled=False,
        specks=0,
    )
    scan = scanned_picture(page, PAGE_MM, plain, np.random.default_rng(0))
    back = np.rot90(scan, -turns)
    dark = np.argwhere(cv2.blur(back, (9, 9)) < 80)
    assert (dark.mean(axis=0) / back.shape < (0.3, 0.3)).all()


def test_the_page_is_skewed_as_the_recipe_says(page: np.ndarray) -> None:
    grid = page.copy()
    grid[430:436] = 0
    askew = recipe(
        "mild",
        mode=Mode.GREY,
        skew=5.0,
        quarter_turns=0,
        dpi=200,
        shift=(0.0, 0.0),
        punched=False,
        stapled=False,
    )
    scan = scanned_picture(grid, PAGE_MM, askew, np.random.default_rng(0))
    columns = (200, 600)
    heights = [float(np.flatnonzero(scan[150:450, c] < 150).mean()) for c in columns]
    slope = (heights[1] - heights[0]) / (columns[1] - columns[0])
    assert abs(np.degrees(np.arctan(slope)) - 5.0) < 0.3


def test_the_other_side_shines_through_mirrored(page: np.ndarray) -> None:
    white = np.full_like(page, 255)
    bleeding = recipe(
        "mild",
        mode=Mode.GREY,
        skew=0.0,
        margin=0.0,
        quarter_turns=0,
        bleed=0.15,
        punched=False,
        stapled=False,
        specks=0,
    )
    scan = scanned_picture(white, PAGE_MM, bleeding, np.random.default_rng(0), other_side=page)
    width = scan.shape[1]
    ghost = scan[int(0.1 * scan.shape[0]) : int(0.18 * scan.shape[0])]
    assert (
        ghost[:, int(0.87 * width) : int(0.93 * width)].mean()
        < ghost[:, int(0.3 * width) : int(0.6 * width)].mean() - 15
    )


def test_an_empty_pdf_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one page"):
        write_pdf(tmp_path / "none.pdf", [])
    assert list(tmp_path.iterdir()) == []
