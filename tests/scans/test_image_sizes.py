"""Images for people stay small, on pages of the paper simulator and on the worst that a scanner can give."""

from __future__ import annotations

import numpy as np
import pytest

from grading.scans.gateway.images import CROP_BYTES, THUMBNAIL_BYTES, decoded, shown_crop, thumbnail


@pytest.fixture
def noise() -> np.ndarray:
    """What compresses worst: no two pixels alike, as large as a page at 300 dpi."""
    return np.random.default_rng(7).integers(0, 256, (3508, 2480), np.uint8)


def test_a_crop_is_never_more_than_40_kb(noise: np.ndarray) -> None:
    assert len(shown_crop(noise[:1200])) <= CROP_BYTES


def test_a_small_crop_keeps_its_size_and_quality() -> None:
    crop = np.full((120, 600), 240, np.uint8)
    crop[50:60, 100:500] = 20
    shown = decoded(shown_crop(crop))
    assert shown.shape == crop.shape
    assert np.abs(shown.astype(int) - crop).mean() < 3


def test_a_thumbnail_is_never_more_than_15_kb_and_keeps_the_page_upright(noise: np.ndarray) -> None:
    small = thumbnail(noise)
    assert len(small) <= THUMBNAIL_BYTES
    height, width = decoded(small).shape
    assert height / width == pytest.approx(3508 / 2480, rel=0.02)
