"""Words speak for a reading, strings of letters that nobody uses against it."""

from __future__ import annotations

import pytest

from recognition.reader.known_words import WORD_FEATURES, rarity_of, word_features


def features(*texts: str) -> dict[str, float]:
    """Of texts that are each a tenth as likely as the one before."""
    ranked = [(text, -0.1 - 2.3 * place) for place, text in enumerate(texts)]
    return dict(zip(WORD_FEATURES, word_features(ranked), strict=True))


WORDS = ("the", "The", "THE", "don't", "student's", "Straße", "élève", "mitochondria")


@pytest.mark.parametrize("word", WORDS)
def test_words_of_three_languages_are_known(word: str) -> None:
    assert rarity_of(word) is not None


@pytest.mark.parametrize("word", ["qzxv", "tHe", "mitochondira"])
def test_what_nobody_writes_is_unknown(word: str) -> None:
    assert rarity_of(word) is None


def test_a_frequent_word_is_less_rare_than_a_learned_one() -> None:
    the, learned = rarity_of("the"), rarity_of("mitochondria")
    assert the is not None
    assert learned is not None
    assert the < 2 < 5 < learned


def test_an_unknown_word_is_told_from_an_unknown_name() -> None:
    assert features("qzxv")["strange_word"] == 1
    assert features("qzxv")["strange_name"] == 0
    assert features("Qzxv")["strange_word"] == 0
    assert features("Qzxv")["strange_name"] == 1


def test_one_unknown_word_makes_a_text_strange() -> None:
    assert features("the house")["strange_word"] == 0
    assert features("the hovse")["strange_word"] == 1


def test_a_likely_rival_of_known_words_counts_more_than_a_far_one() -> None:
    near = features("hovse", "house")["rival_of_words"]
    far = features("hovse", "hovsc", "house")["rival_of_words"]
    assert near > far > features("hovse", "hovsc")["rival_of_words"] == 0


@pytest.mark.parametrize("text", ["", "42", "-3.5", "x", "H2O", "?!", "a b"])
def test_what_holds_no_word_says_nothing(text: str) -> None:
    assert set(features(text, "the").values()) == {0.0}


def test_marks_and_hyphens_around_words_do_not_matter() -> None:
    assert features('"house",')["strange_word"] == 0
    assert features("well-known")["strange_word"] == 0
