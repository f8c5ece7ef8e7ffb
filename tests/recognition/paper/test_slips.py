from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from recognition.paper.slips import misspelt, wrong_digits, wrong_number

seeds = st.integers(0, 2**32 - 1)


@given(st.from_regex(r"[0-9]{1,7}", fullmatch=True), seeds)
def test_wrong_digits_are_wrong_and_fit_the_cells(key: str, seed: int) -> None:
    wrong = wrong_digits(key, len(key), np.random.default_rng(seed))
    assert wrong != key
    assert wrong.isdigit()
    assert 1 <= len(wrong) <= len(key)


@given(st.from_regex(r"-?[1-9][0-9]{0,3}(\.[0-9]{1,3})?", fullmatch=True), seeds)
def test_a_wrong_number_is_still_a_number_but_not_the_key(key: str, seed: int) -> None:
    wrong = wrong_number(key, np.random.default_rng(seed))
    assert wrong != key
    float(wrong)


@given(st.sampled_from(["gravity", "Jupiter", "on", "mitochondrion"]), st.integers(1, 2), seeds)
def test_a_misspelt_word_is_near_the_word_but_not_the_word(word: str, slips: int, seed: int) -> None:
    wrong = misspelt(word, slips, np.random.default_rng(seed))
    assert wrong != word
    assert OSA.distance(word, wrong) <= 2 * slips
