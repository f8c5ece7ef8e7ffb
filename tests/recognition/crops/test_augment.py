"""What pens, sheets and scanners do to a crop."""

from __future__ import annotations

import numpy as np
import pytest

from recognition.crops import augment
from recognition.crops.augment import Rng
from tests.recognition.labelled_sets import crop

ALONE = (
    augment.slant_and_scale, augment.elastic, augment.stroke_width, augment.in_a_box, augment.line_residue,
    augment.ruled, augment.pen_and_paper, augment.noise, augment.blur, augment.fewer_dots, augment.jpeg,
    augment.bilevel, augment.specks, augment.pen_skips,
)  # fmt: skip


def rng(seed: int) -> Rng:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("change", ALONE, ids=lambda f: f.__name__)
def test_a_disorder_changes_the_crop_by_its_seed_alone(change: augment.Disorder) -> None:
    image = crop("Ab1,2")
    before = image.copy()
    outcomes = [change(image, rng(seed)) for seed in range(4)]
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(outcomes[0], change(image, rng(0)))
    assert all(out.dtype == np.uint8 and out.ndim == 2 for out in outcomes)
    assert any(out.shape != image.shape or (out != image).any() for out in outcomes)


@pytest.mark.parametrize("change", [augment.slant_and_scale, augment.in_a_box], ids=lambda f: f.__name__)
def test_moving_the_writing_loses_no_ink(change: augment.Disorder) -> None:
    image = crop("Ab1,2", height=80)
    ink = int((image < 120).sum())
    for seed in range(10):
        assert int((change(image, rng(seed)) < 120).sum()) > 0.6 * ink


def test_a_pen_that_skips_leaves_most_of_every_answer() -> None:
    image = crop("Ab1,2", height=80)
    ink = int((image < 120).sum())
    left = [int((augment.pen_skips(image, rng(seed)) < 120).sum()) / ink for seed in range(20)]
    assert min(left) > 0.6
    assert min(left) < 1


def test_a_neighbour_stands_beside_the_answer_not_on_it() -> None:
    image, other = crop("42"), crop("OOOO")
    for seed in range(6):
        out = augment.neighbour(image, other, rng(seed))
        width = image.shape[1]
        assert out.shape[1] > width
        assert any(np.array_equal(part, image) for part in (out[:, :width], out[:, -width:]))


def test_the_back_of_the_sheet_stays_fainter_than_the_answer() -> None:
    image = crop("42")
    out = augment.bleed_through(image, crop("WW"), rng(1))
    paper = image == 235
    assert out[paper].min() > 180
    assert (out[paper] < 235).any()


def test_a_chain_of_disorders_depends_on_the_seed_alone() -> None:
    image, other = crop("Straße"), crop("99")
    for seed in range(20):
        first = augment.disorder(image, rng(seed), other)
        np.testing.assert_array_equal(first, augment.disorder(image, rng(seed), other))
        assert min(first.shape) >= 4
