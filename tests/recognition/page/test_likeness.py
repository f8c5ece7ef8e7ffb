"""An ink grid says what ink looks like, not where or how large it was written."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.page.likeness import GRID, ink_grid


def written(text: str, scale: float = 2.0, at: tuple[int, int] = (20, 70)) -> NDArray[np.uint8]:
    image = np.full((110, 420), 255, np.uint8)
    cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 4)
    return image


def likeness(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    rows = [np.frombuffer(ink_grid(image), np.uint8).astype(float) for image in (first, second)]
    return float(np.corrcoef(rows[0], rows[1])[0, 1])


def test_a_grid_has_one_size() -> None:
    assert len(ink_grid(written("42"))) == GRID[0] * GRID[1]


def test_place_and_size_do_not_count() -> None:
    assert likeness(written("42"), written("42", scale=1.4, at=(150, 95))) > 0.9


def test_other_writing_looks_different() -> None:
    assert likeness(written("42"), written("42", scale=1.4)) > likeness(written("42"), written("17")) + 0.3


def test_paper_and_specks_have_no_grid() -> None:
    paper = np.full((110, 420), 250, np.uint8)
    assert ink_grid(paper) == b""
    paper[5, 5:10] = 0
    assert ink_grid(paper) == b""
