"""The forward algorithm against brute force: every path of tiny matrices is enumerated."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition.reader.ctc import Frames, Labels, log_likelihood, log_likelihoods


def random_frames(frames: int, classes: int, seed: int) -> Frames:
    scores = np.random.default_rng(seed).normal(scale=2.0, size=(frames, classes))
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))


def collapsed(path: tuple[int, ...]) -> Labels:
    merged = [k for k, before in zip(path, (None, *path), strict=False) if k != before]
    return tuple(k for k in merged if k != 0)


def all_strings(frames: Frames) -> dict[Labels, float]:
    """Probability of every string, by summing over all C ** T paths."""
    total: dict[Labels, float] = {}
    for path in product(range(frames.shape[1]), repeat=len(frames)):
        p = float(np.exp(sum(frames[t, k] for t, k in enumerate(path))))
        total[collapsed(path)] = total.get(collapsed(path), 0.0) + p
    return total


matrices = st.builds(random_frames, st.integers(1, 5), st.integers(2, 4), st.integers(0, 10_000))


@settings(max_examples=40, deadline=None)
@given(matrices)
def test_the_forward_algorithm_equals_the_sum_over_all_paths(frames: Frames) -> None:
    expected = all_strings(frames)
    found = log_likelihoods([frames], [list(expected)])[0]
    assert np.exp(found) == pytest.approx(list(expected.values()), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.lists(matrices.filter(lambda m: m.shape[1] == 3), min_size=2, max_size=4))
def test_crops_of_different_lengths_share_a_pass_without_changing_each_other(group: list[Frames]) -> None:
    strings: list[list[Labels]] = [[(), (1,), (1, 1), (2, 1, 2)], [(1, 2)], [], [(2, 2)]]
    together = log_likelihoods(group, strings[: len(group)])
    alone = [log_likelihoods([m], [s])[0] for m, s in zip(group, strings, strict=False)]
    for a, b in zip(together, alone, strict=True):
        assert np.exp(a) == pytest.approx(np.exp(b), abs=1e-12)


def test_a_string_that_needs_more_frames_than_there_are_is_impossible() -> None:
    frames = random_frames(3, 4, 1)
    assert log_likelihood(frames, (1, 1)) > -np.inf
    assert log_likelihood(frames, (1, 1, 1)) == -np.inf
    assert log_likelihood(frames, (1, 2, 3, 1)) == -np.inf


def test_a_repeated_letter_needs_a_blank_between() -> None:
    certain = np.full((3, 2), -1e9)
    certain[[0, 1, 2], [1, 0, 1]] = 0.0
    assert log_likelihood(certain, (1, 1)) == pytest.approx(0.0)
    certain[1] = [-1e9, 0.0]
    assert log_likelihood(certain, (1,)) == pytest.approx(0.0)
    assert log_likelihood(certain, (1, 1)) < -1e8


def test_a_long_line_does_not_underflow() -> None:
    frames = random_frames(320, 130, 2)
    labels = tuple(int(k) for k in np.random.default_rng(3).integers(1, 130, 80))
    assert -5000 < log_likelihood(frames, labels) < -100
