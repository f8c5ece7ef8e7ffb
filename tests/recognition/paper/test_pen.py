from __future__ import annotations

import cv2
import numpy as np

from recognition.paper.pen import redrawn, sheared, trimmed, turned


def _stroke(thickness: int) -> np.ndarray:
    image = np.zeros((100, 60), np.uint8)
    cv2.line(image, (30, 15), (30, 85), 255, thickness)
    return image


def _width(ink: np.ndarray) -> float:
    return float(np.median((ink > 127).sum(axis=1)[20:-20]))


def test_a_pen_of_one_width_redraws_thin_and_thick_strokes_alike() -> None:
    thin, thick = (_width(redrawn(_stroke(t), 1.0, 4.0)) for t in (3, 11))
    assert abs(thin - 4) <= 1.5
    assert abs(thick - 4) <= 2


def test_a_filled_loop_stays_filled() -> None:
    loop = _stroke(5)
    cv2.circle(loop, (30, 25), 14, 255, -1)
    drawn = redrawn(loop, 1.0, 4.0)
    rows = (drawn > 127).sum(axis=1)
    assert rows.max() > 15
    assert np.median(rows[rows > 0]) < 8


def test_trimming_an_empty_ink_leaves_one_empty_pixel() -> None:
    assert trimmed(np.zeros((9, 9), np.uint8)).tolist() == [[0]]


def test_a_positive_slant_leans_to_the_right() -> None:
    leaning = sheared(_stroke(5), 0.5)
    top, bottom = (np.flatnonzero(leaning[row] > 127).mean() for row in (20, 80))
    assert abs((top - bottom) - 30) < 2


def test_turning_keeps_all_the_ink() -> None:
    stroke = _stroke(5)
    assert abs(float(turned(stroke, 30).sum()) / float(stroke.sum()) - 1) < 0.05
