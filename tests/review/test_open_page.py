"""The sharper picture of a box lies on the page exactly where it was cut out of it."""

from __future__ import annotations

from grading.review import open_page
from recognition.page import boxes


def test_crops_are_laid_out_with_the_margins_they_are_cut_with() -> None:
    laid_out = (open_page.CROP_MARGIN_MM, open_page.BUBBLES_MARGIN_MM)
    assert laid_out == (boxes.MARGIN_MM, boxes.BUBBLE_MARGIN_MM)
