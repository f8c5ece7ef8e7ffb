"""Keys are weighed by their exact probability against what else could have been written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.reader.charset import ALPHABET
from recognition.reader.ctc import IMPOSSIBLE
from recognition.reader.decode import n_best
from recognition.reader.verify import MOST_NEAR_MISSES, Speller, near_misses, weigh_keys
from tests.recognition.reader.test_ctc import all_strings, random_frames

SPELLER = Speller("04ab")


def weight(keys: list[str], seed: int = 5, frames: int = 4) -> tuple[float, float]:
    matrix = random_frames(frames, 5, seed)
    found = weigh_keys([matrix], n_best([matrix]), [keys], SPELLER)[0]
    return found.log_p, found.log_rival


def test_the_weight_of_a_key_is_its_probability_summed_over_its_spellings() -> None:
    truth = all_strings(random_frames(4, 5, 5))
    assert np.exp(weight(["40"])[0]) == pytest.approx(truth[(2, 1)])
    assert np.exp(weight(["40", "04"])[0]) == pytest.approx(truth[(2, 1)] + truth[(1, 2)])


def test_a_spelling_given_twice_counts_once() -> None:
    assert weight(["40", "40", "40 "]) == weight(["40"])


def test_a_key_outside_the_alphabet_cannot_have_been_written() -> None:
    assert weight(["4x"])[0] == IMPOSSIBLE
    assert weight(["4x", "4"])[0] == weight(["4"])[0]


def test_a_key_too_long_for_the_crop_cannot_have_been_written() -> None:
    assert weight(["40404"])[0] == IMPOSSIBLE


def test_the_rival_is_the_likeliest_string_that_is_not_the_key() -> None:
    truth = sorted(all_strings(random_frames(4, 5, 5)).items(), key=lambda item: -item[1])
    best, second = (SPELLER.text(labels) for labels, _ in truth[:2])
    assert np.exp(weight([second])[1]) == pytest.approx(truth[0][1])
    assert np.exp(weight([best])[1]) == pytest.approx(truth[1][1])


def test_spellings_of_the_key_are_not_its_rivals() -> None:
    matrix = random_frames(4, 5, 9)
    texts = [SPELLER.text(h.labels) for h in n_best([matrix])[0]]
    log_p, log_rival = weight(texts[:3], seed=9)
    assert log_rival < log_p


def test_keys_of_many_crops_are_weighed_as_if_alone() -> None:
    matrices = [random_frames(4, 5, seed) for seed in range(4)]
    keys = [["4"], ["04", "40"], ["a"], ["0a4"]]
    together = weigh_keys(matrices, n_best(matrices), keys, SPELLER)
    for seed, (key, found) in enumerate(zip(keys, together, strict=True)):
        assert (found.log_p, found.log_rival) == pytest.approx(weight(key, seed))


@given(st.text(ALPHABET, max_size=40))
def test_near_misses_are_distinct_one_slip_away_and_never_the_key(key: str) -> None:
    found = near_misses(key)
    assert key not in found
    assert len(set(found)) == len(found) <= MOST_NEAR_MISSES
    assert all(abs(len(miss) - len(key)) <= 1 for miss in found)


def test_the_confusable_digits_are_among_the_near_misses() -> None:
    found = near_misses("17", limit=100)
    assert {"77", "11", "1", "7", "117", "177"} <= set(found)
