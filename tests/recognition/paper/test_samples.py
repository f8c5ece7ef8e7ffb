from __future__ import annotations

from itertools import islice

import cv2
import numpy as np

from recognition.paper.samples import box_sample, cell_samples, samples
from recognition.types import BoxKind


def stroke(rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """A one: a single upright stroke."""
    image = np.full((80, 40), 255, np.uint8)
    cv2.line(image, (20 + int(rng.integers(-3, 4)), 10), (20, 70), 20, 6)
    return image, "1"


def test_written_cells_hold_ink_and_empty_ones_hardly_any() -> None:
    rng = np.random.default_rng(0)
    made = [one for _ in range(12) for one in cell_samples(stroke, 5, rng, empty_share=0.4)]
    written = [float((image < 200).sum()) for image, text in made if text == "1"]
    empty = [float((image < 200).sum()) for image, text in made if text == ""]
    assert len(written) > 20
    assert len(empty) > 10
    assert np.percentile(written, 10) > 60
    assert np.median(empty) < 0.2 * np.median(written)


def test_a_box_comes_back_at_production_size_with_its_text() -> None:
    image, text = box_sample(stroke, BoxKind.TEXT, np.random.default_rng(2))
    assert text == "1"
    assert image.dtype == np.uint8
    assert 8 * (11 + 3) - 2 <= image.shape[0] <= 8 * (14 + 3) + 2
    assert (image < 160).any()


def test_the_stream_depends_on_the_seed_alone() -> None:
    first, again, other = (list(islice(samples(stroke, stroke, seed), 6)) for seed in (1, 1, 2))
    assert all(np.array_equal(a[0], b[0]) and a[1] == b[1] for a, b in zip(first, again, strict=True))
    assert any(a[0].shape != b[0].shape or (a[0] != b[0]).any() for a, b in zip(first, other, strict=True))
