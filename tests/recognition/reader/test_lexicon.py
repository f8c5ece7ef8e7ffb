"""A lexicon: a prior that is stated, weighed by Bayes' rule, and blind to the key."""

from __future__ import annotations

import pytest

from recognition.reader.lexicon import Lexicon
from recognition.types import Alternative, Reading

READING = Reading("tbe", 0.5, (Alternative("the", 0.3), Alternative("toe", 0.1)), p_expected=0.3)


def lexicon(*words: str, prior: float = 0.8) -> Lexicon:
    return Lexicon.of_lines(words, prior)


def test_a_known_word_wins_by_the_rule_of_bayes() -> None:
    found = lexicon("the").weigh(READING)
    total = 0.3 * 0.8 + (0.5 + 0.1 + 0.1) * 0.2
    assert found.text == "the"
    assert found.confidence == pytest.approx(0.3 * 0.8 / total)
    assert [a.text for a in found.alternatives] == ["tbe", "toe"]
    assert found.confidence + sum(a.confidence for a in found.alternatives) <= 1.0


def test_a_sure_reading_outlasts_the_lexicon() -> None:
    sure = Reading("Hengest", 0.98, (Alternative("hangest", 0.01),))
    assert lexicon("hangest").weigh(sure).text == "Hengest"


@pytest.mark.parametrize(
    "words", [("something", "else"), ("tbe", "the", "toe", "unread")], ids=["none known", "all known"]
)
def test_where_the_lexicon_tells_nothing_apart_the_order_stays(words: tuple[str, ...]) -> None:
    found = lexicon(*words).weigh(READING)
    assert [found.text, *(a.text for a in found.alternatives)] == ["tbe", "the", "toe"]
    if words[0] == "something":
        assert found.confidence == pytest.approx(READING.confidence)


def test_a_prior_of_one_half_changes_nothing() -> None:
    found = lexicon("the", prior=0.5).weigh(READING)
    assert (found.text, found.confidence) == ("tbe", pytest.approx(0.5))


def test_the_probability_of_the_key_is_left_alone() -> None:
    assert lexicon("the").weigh(READING).p_expected == 0.3


def test_case_and_marks_around_a_word_do_not_count() -> None:
    known = lexicon("Straße", "don't", "New York")
    assert known.knows('"STRASSE,"')
    assert known.knows("Don't!")
    assert known.knows("york")
    assert not known.knows("Strasse 7")
    assert not known.knows("...")


@pytest.mark.parametrize(
    "reading", [Reading("", 0.9, blank=True), Reading("", 0.0, error="not an image"), Reading("", 0.8)]
)
def test_what_holds_no_text_stays_as_it_is(reading: Reading) -> None:
    assert lexicon("the").weigh(reading) == reading


def test_a_lexicon_without_words_is_bad_input() -> None:
    with pytest.raises(ValueError, match="no words"):
        lexicon("", " ... ")
