from __future__ import annotations

import numpy as np
import pytest

from recognition.paper.hands import Hand, font_hand, font_names, shipped_hand, shipped_shelf
from recognition.paper.handwriting import crossed_out, number, words
from recognition.paper.writer import Writer, new_writer


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture
def writer(rng: np.random.Generator) -> Writer:
    return new_writer(shipped_hand(rng), rng)


def test_all_ten_digits_ship_with_many_hands() -> None:
    shelf = shipped_shelf()
    assert {str(c): int((shelf.classes == c).sum()) for c in "0123456789"} == dict.fromkeys("0123456789", 200)


@pytest.mark.parametrize("name", font_names())
def test_every_font_writes_letters_of_the_west(name: str, rng: np.random.Generator) -> None:
    phrase = font_hand(name)
    empty = phrase(" ", rng)
    assert empty is not None
    for text in ("gravity", "Größe", "é"):
        ink = phrase(text, rng)
        assert ink is not None
        assert (ink > 0).sum() > (empty > 0).sum() + 50


def test_the_same_generator_state_writes_the_same_ink(writer: Writer) -> None:
    first, second = (number("-12.75", writer, 60, 4, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_decimal_point_is_ink_of_its_own_on_the_baseline(writer: Writer, rng: np.random.Generator) -> None:
    with_point = number("1.1", writer, 60, 4, rng)
    middle = with_point[:, with_point.shape[1] // 4 : 3 * with_point.shape[1] // 4]
    rows = np.flatnonzero((middle > 127).any(axis=1))
    assert rows.max() > 0.6 * with_point.shape[0]


def test_longer_numbers_take_more_room(writer: Writer) -> None:
    short, long = (
        number(text, writer, 60, 4, np.random.default_rng(1)).shape[1] for text in ("42", "42424242")
    )
    assert long > 2.5 * short


def test_a_number_that_the_hand_cannot_write_is_refused(writer: Writer, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="no 'x'"):
        number("4x", writer, 60, 4, rng)


def test_a_hand_without_the_word_says_so(writer: Writer, rng: np.random.Generator) -> None:
    mute = Hand(lambda _text, _rng: None, lambda _text, _rng: None)
    with pytest.raises(ValueError, match="cannot write 'gravity'"):
        words("gravity", new_writer(mute, rng), 60, 4, rng)


def test_crossing_out_adds_ink_and_keeps_the_old(writer: Writer, rng: np.random.Generator) -> None:
    word = words("energy", writer, 60, 4, rng)
    struck = crossed_out(word, 4, rng)
    x, y = round(-struck.x), round(-struck.y)
    part = struck.ink[y : y + word.shape[0], x : x + word.shape[1]]
    assert (part >= word).all()
    assert (struck.ink > 127).sum() > 1.05 * (word > 127).sum()
