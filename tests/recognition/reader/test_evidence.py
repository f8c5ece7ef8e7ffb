"""Features say what their names promise."""

from __future__ import annotations

import numpy as np
import pytest

from recognition.reader.decode import Hypothesis, class_weights
from recognition.reader.evidence import KEY_FEATURES, READING_FEATURES, gather, ink_span, merged_texts
from recognition.reader.verify import Speller

ALPHABET = "12ab ."
SPELLER = Speller(ALPHABET)
ANY = class_weights(ALPHABET, ALPHABET)


def frames_of(best: str, sharpness: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """One frame a character with a blank after each; higher sharpness, surer frames."""
    scores = np.zeros((2 * len(best) + 1, len(ALPHABET) + 1))
    scores[::2, 0] = sharpness
    for k, character in enumerate(best):
        scores[2 * k + 1, ALPHABET.index(character) + 1] = sharpness
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))


def reading(best: str, sharpness: float, allowed: str = ALPHABET) -> dict[str, float]:
    weights = class_weights(ALPHABET, allowed)
    found = gather([frames_of(best, sharpness)], [weights], [[]], [40], SPELLER)[0]
    return dict(zip(READING_FEATURES, found.reading.tolist(), strict=True))


def key(best: str, answer: str, sharpness: float = 6.0) -> dict[str, float]:
    found = gather([frames_of(best, sharpness)], [ANY], [[[answer]]], [40], SPELLER)[0]
    return dict(zip(KEY_FEATURES, found.keys[0].tolist(), strict=True))


@pytest.mark.parametrize("name", ["logit_p", "margin", "weakest_character"])
def test_a_surer_crop_scores_higher(name: str) -> None:
    assert reading("12", 7.0)[name] > reading("12", 3.0)[name]


def test_a_surer_crop_has_less_entropy() -> None:
    assert reading("12", 7.0)["entropy"] < reading("12", 3.0)["entropy"]


def test_a_letter_in_a_box_for_digits_shows_in_the_alphabet_mass() -> None:
    assert reading("1a", 7.0, "12")["alphabet_mass"] < reading("12", 7.0, "12")["alphabet_mass"]


def test_the_true_key_has_odds_above_one_and_a_wrong_one_below() -> None:
    true, wrong = key("12", "12"), key("12", "11")
    assert true["key_logit_p"] > 0 > wrong["key_logit_p"]
    assert true["key_margin"] > 0 > wrong["key_margin"]


def test_several_answers_are_weighed_on_one_crop() -> None:
    frames = frames_of("12", 6.0)
    both = gather([frames], [ANY], [[["12"], ["2", "1"]]], [40], SPELLER)[0]
    alone = gather([frames], [ANY], [[["2", "1"]]], [40], SPELLER)[0]
    assert len(both.keys) == 2
    assert both.keys[1] == pytest.approx(alone.keys[0])


def test_the_form_of_the_text_shows() -> None:
    word, one, marks = reading("12ab", 6.0), reading("a", 6.0), reading("a.b.", 6.0)
    assert word["word_length"] > one["word_length"]
    assert one["room"] > word["room"]
    assert marks["punctuation"] > word["punctuation"] == 0


def test_a_line_is_no_longer_than_a_long_word() -> None:
    assert reading("12ab12ab", 6.0)["word_length"] == reading("12ab12ab12ab1", 6.0)["word_length"]


def test_the_span_of_the_ink_is_its_outermost_columns() -> None:
    plane = np.ones((48, 96), np.float32)
    assert ink_span(plane) == 0
    plane[20, 10] = plane[30, 29] = 0.1
    assert ink_span(plane) == 20


def test_texts_that_differ_in_outer_spaces_are_one() -> None:
    found = [Hypothesis((1,), np.log(0.5)), Hypothesis((1, 5), np.log(0.3)), Hypothesis((2,), np.log(0.2))]
    text, log_p = merged_texts(found, SPELLER)[0]
    assert text == "1"
    assert log_p == pytest.approx(np.log(0.8))


def test_features_stay_finite_for_a_certain_crop_and_for_an_impossible_key() -> None:
    frames = np.full((5, len(ALPHABET) + 1), -np.inf)
    frames[:, 0] = 0.0
    found = gather([frames], [ANY], [[["12"]]], [0], SPELLER)[0]
    assert found.texts[0][0] == ""
    assert np.isfinite(found.reading).all()
    assert np.isfinite(found.keys[0]).all()
