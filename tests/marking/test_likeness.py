"""Groups of like answers: the same reading and ink that looks alike; what looks different comes last."""

from __future__ import annotations

from base64 import b64encode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.likeness import ODD, Written, normal_reading, places
from tests.marking.questions import number, text

RANDOM = np.random.default_rng(7)
ONE, OTHER = (RANDOM.integers(0, 256, 192) for _ in range(2))


def grid(picture: np.ndarray, noise: int = 20) -> str:
    """A picture with a little of another hand in it."""
    noisy = np.clip(picture + RANDOM.integers(-noise, noise + 1, 192), 0, 255)
    return b64encode(noisy.astype(np.uint8).tobytes()).decode("ascii")


def test_one_reading_in_one_picture_is_a_group() -> None:
    found = places([Written(0, "42", grid(ONE)) for _ in range(5)])
    assert {(place.group, place.size) for place in found} == {(1, 5)}
    assert max(place.oddity for place in found) < ODD


def test_other_readings_and_other_questions_are_other_groups() -> None:
    answers = [Written(q, reading, "") for q in (0, 1) for reading in ("4", "9") for _ in range(2)]
    assert [place.group for place in places(answers)] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_one_reading_in_two_pictures_is_two_groups() -> None:
    answers = [Written(0, "42", grid(picture)) for picture in (ONE, OTHER, ONE, OTHER, ONE)]
    found = places(answers)
    assert [place.group for place in found] == [1, 2, 1, 2, 1]
    assert [place.size for place in found] == [3, 2, 3, 2, 3]


def test_what_looks_like_nothing_else_is_an_odd_member() -> None:
    answers = [Written(0, "42", grid(ONE)) for _ in range(6)] + [Written(0, "42", grid(OTHER))]
    found = places(answers)
    assert {place.group for place in found} == {1}
    assert [place.oddity >= ODD for place in found] == [False] * 6 + [True]


def test_without_pictures_the_reading_alone_makes_the_group() -> None:
    found = places([Written(0, "42", ""), Written(0, "42", ""), Written(0, "17", "")])
    assert [(place.group, place.size) for place in found] == [(1, 2), (1, 2), (0, 0)]


def test_larger_groups_come_first_within_a_question() -> None:
    answers = [Written(0, reading, "") for reading in ("1", "1", "2", "2", "2")]
    assert [place.group for place in places(answers)] == [2, 2, 1, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.booleans()), max_size=30))
def test_every_group_is_of_one_question_and_reading_and_knows_its_size(
    given: list[tuple[int, str, bool]],
) -> None:
    answers = [Written(q, reading, grid(ONE if first else OTHER)) for q, reading, first in given]
    found = places(answers)
    for group in {place.group for place in found} - {0}:
        members = [answer for answer, place in zip(answers, found, strict=True) if place.group == group]
        assert len({(answer.position, answer.reading) for answer in members}) == 1
        assert {place.size for place in found if place.group == group} == {len(members)}
        assert len(members) >= 2


@pytest.mark.parametrize(("first", "second"), [("9,81", "9.81"), (" 9.81", "9.81"), ("1/2", "0.5")])
def test_one_number_written_in_two_ways_is_one_reading(first: str, second: str) -> None:
    assert normal_reading(number("9.81"), first) == normal_reading(number("9.81"), second)


def test_a_percent_sign_makes_another_reading() -> None:
    assert normal_reading(number("0.5"), "50%") != normal_reading(number("0.5"), "0.5")


def test_a_text_is_one_reading_whatever_the_question_ignores() -> None:
    question = text("cell", ignore=["case", "spaces"])
    assert normal_reading(question, "Ce ll") == normal_reading(question, "cell")
    assert normal_reading(question, "bell") != normal_reading(question, "cell")


def test_a_picture_of_another_size_is_compared_by_reading_alone() -> None:
    short = b64encode(bytes(50)).decode("ascii")
    found = places([Written(0, "42", short), Written(0, "42", short), Written(0, "42", grid(ONE))])
    assert [place.group for place in found] == [1, 1, 0]
