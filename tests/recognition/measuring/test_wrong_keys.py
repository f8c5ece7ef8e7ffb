"""Wrong keys are wrong, near, and such as the box could hold."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recognition.measuring.metrics import edit_distance
from recognition.measuring.wrong_keys import hard_wrong_key, other_key
from recognition.reader.charset import ALPHABET, DIGITS, NUMBER, fold


@given(st.text(DIGITS, min_size=1, max_size=8), st.integers(0, 10_000))
def test_a_hard_wrong_key_of_digits_is_other_digits_one_edit_away(text: str, seed: int) -> None:
    key = hard_wrong_key(text, "digits", np.random.default_rng(seed))
    assert set(key) <= set(DIGITS)
    assert edit_distance(key, text) == 1


@given(st.text(NUMBER, min_size=1, max_size=8).map(fold).filter(bool), st.integers(0, 10_000))
def test_a_hard_wrong_key_of_a_number_stays_a_string_of_its_characters(text: str, seed: int) -> None:
    key = hard_wrong_key(text, "number", np.random.default_rng(seed))
    assert key != text
    assert set(key) <= set(NUMBER)
    assert edit_distance(key, text) <= 2  # a space that is left over goes too


@given(st.text(ALPHABET, min_size=1, max_size=12).map(fold).filter(bool), st.integers(0, 10_000))
def test_a_hard_wrong_key_of_a_text_is_another_text(text: str, seed: int) -> None:
    key = hard_wrong_key(text, "text", np.random.default_rng(seed))
    assert key not in ("", text)
    assert edit_distance(key, text) <= 2


def test_another_answer_is_not_the_own_one() -> None:
    rng = np.random.default_rng(2)
    assert {other_key(["a", "b", "c"], "a", rng) for _ in range(50)} == {"b", "c"}
    assert other_key(["a", "a"], "a", rng) == "aa"
