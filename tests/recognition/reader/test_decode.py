"""Conditioning, greedy reading and the n-best search against exhaustive enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition.reader.ctc import Frames, log_likelihood
from recognition.reader.decode import (
    DIGIT_AMONG_LETTERS,
    beam_search,
    class_weights,
    condition,
    greedy,
    n_best,
)
from tests.recognition.reader.test_ctc import all_strings, matrices, random_frames


@settings(max_examples=40, deadline=None)
@given(matrices)
def test_an_unpruned_search_finds_every_string_in_the_order_of_its_probability(frames: Frames) -> None:
    expected = sorted(all_strings(frames).values(), reverse=True)
    found = n_best([frames], width=10_000, symbols=frames.shape[1], floor=0.0)[0]
    assert [np.exp(h.log_p) for h in found] == pytest.approx(expected, abs=1e-12)
    assert len({h.labels for h in found}) == len(found)


@settings(max_examples=40, deadline=None)
@given(matrices, st.integers(1, 4))
def test_a_narrow_search_reports_exact_probabilities(frames: Frames, width: int) -> None:
    truth = all_strings(frames)
    found = n_best([frames], width=width)[0]
    assert 1 <= len(found) <= width
    for hypothesis in found:
        assert np.exp(hypothesis.log_p) == pytest.approx(truth[hypothesis.labels], abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(matrices.filter(lambda m: m.shape[1] == 4), st.sets(st.sampled_from("abc"), min_size=1))
def test_masking_is_conditioning_on_the_paths_that_stay_inside_the_alphabet(
    frames: Frames, allowed: set[str]
) -> None:
    weights = class_weights("abc", "".join(allowed))
    masked = condition(frames, weights)
    inside = {k for k in range(4) if np.isfinite(weights[k])}
    kept = {s: p for s, p in all_strings(frames).items() if set(s) <= inside}
    # Frames are independent, so the paths inside are exactly the strings spelled with allowed characters.
    assert np.exp(masked.log_mass) == pytest.approx(sum(kept.values()))
    for string, p in kept.items():
        assert np.exp(log_likelihood(masked.frames, string)) == pytest.approx(p / sum(kept.values()))


def test_nothing_is_removed_when_everything_is_allowed() -> None:
    frames = random_frames(6, 5, 4)
    masked = condition(frames, class_weights("abcd", "dcba"))
    assert masked.log_mass == pytest.approx(0.0, abs=1e-12)
    assert masked.frames == pytest.approx(frames)


def test_a_character_outside_the_alphabet_leaves_little_mass() -> None:
    frames = np.log(np.array([[0.05, 0.05, 0.9], [0.98, 0.01, 0.01]]))
    assert condition(frames, class_weights("1b", "1")).log_mass < np.log(0.15)


def test_a_digit_is_rare_where_letters_may_stand_and_nowhere_else() -> None:
    blank, zero, o = 0.1, 0.6, 0.3
    frames = np.log(np.array([[blank, zero, o]]))
    among_letters = np.exp(condition(frames, class_weights("0O", "0O")).frames)[0]
    shifted = np.array([blank, DIGIT_AMONG_LETTERS * zero, o])
    assert among_letters == pytest.approx(shifted / shifted.sum())
    assert condition(frames, class_weights("0O", "0O")).log_mass == pytest.approx(0.0)
    digits_only = np.exp(condition(frames, class_weights("0O", "0")).frames)[0]
    assert digits_only == pytest.approx(np.array([blank, zero, 0.0]) / (blank + zero))


def test_greedy_merges_repeats_and_drops_blanks() -> None:
    best = [0, 1, 1, 0, 1, 2, 2, 0]
    frames = np.full((len(best), 3), np.log(0.1))
    frames[np.arange(len(best)), best] = np.log(0.8)
    assert greedy(frames) == (1, 1, 2)
    assert greedy(frames[:1]) == ()


def test_the_search_prefers_many_likely_paths_to_the_single_likeliest_one() -> None:
    frames = np.log(np.array([[0.4, 0.3, 0.3], [0.4, 0.3, 0.3]]) + 1e-12)
    frames[:, 2] = np.log(1e-9)
    frames -= np.logaddexp.reduce(frames, axis=1, keepdims=True)
    assert greedy(frames) == ()
    assert n_best([frames])[0][0].labels == (1,)


@settings(max_examples=40, deadline=None)
@given(matrices)
def test_a_pruned_search_is_never_worse_than_the_greedy_reading(frames: Frames) -> None:
    best = n_best([frames], width=1, symbols=1, floor=0.9)[0][0]
    assert best.log_p >= log_likelihood(frames, greedy(frames))
    assert best.log_p >= log_likelihood(frames, ())


def test_a_line_of_a_thousand_pixels_keeps_its_text() -> None:
    rng = np.random.default_rng(6)
    labels = rng.integers(1, 100, 80)
    frames = np.full((320, 100), -9.0)
    frames[:, 0] = 0.0
    frames[np.arange(80) * 4 + 1, labels] = 3.0
    frames -= np.logaddexp.reduce(frames, axis=1, keepdims=True)
    assert beam_search(frames, 8)[0] == tuple(labels.tolist())
