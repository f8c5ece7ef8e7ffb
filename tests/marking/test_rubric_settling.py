"""Second marking: what settles an answer, whose turn it is, and which answers are drawn."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.rubric_settling import Settled, is_drawn, settle, turn_for

D = Decimal
ANN, BEN, CLEO, DAN = 1, 2, 3, 4
MARKS = st.decimals(0, 10, places=2)


@pytest.mark.parametrize(
    ("given_marks", "twice", "marks", "turn"),
    [
        ({}, True, None, 1),
        ({1: D(3)}, False, D(3), 1),
        ({1: D(3)}, True, None, 2),
        ({1: D(3), 2: D(3)}, True, D(3), 1),
        ({1: D(3), 2: D(4)}, True, D("3.5"), 1),
        ({1: D(3), 2: D("4.5")}, True, None, 3),
        ({1: D(3), 2: D(5), 3: D(5)}, True, D(5), 3),
        ({2: D(5)}, True, None, 1),
        ({1: D(3), 2: D(5)}, False, D(3), 1),
    ],
)
def test_an_answer_is_open_until_it_is_settled(
    given_marks: dict[int, Decimal], twice: bool, marks: Decimal | None, turn: int
) -> None:
    found = settle(given_marks, twice=twice, tolerance=D(1))
    assert (found.marks, found.turn) == (marks, turn)


@given(first=MARKS, second=MARKS, tolerance=MARKS)
def test_two_marks_within_the_tolerance_settle_between_them_and_others_do_not(
    first: Decimal, second: Decimal, tolerance: Decimal
) -> None:
    found = settle({1: first, 2: second}, twice=True, tolerance=tolerance)
    if abs(first - second) > tolerance:
        assert found.marks is None
    else:
        assert found.marks is not None
        assert min(first, second) <= found.marks <= max(first, second)


OPEN_2, OPEN_3 = Settled(None, 2), Settled(None, 3)


@pytest.mark.parametrize(
    ("person", "markers", "settled", "teacher", "turn"),
    [
        (ANN, {}, Settled(None, 1), False, 1),
        (BEN, {1: ANN}, OPEN_2, False, 2),
        (ANN, {1: ANN}, OPEN_2, False, 1),
        (CLEO, {1: ANN, 2: BEN}, OPEN_3, False, 3),
        (ANN, {1: ANN, 2: BEN}, OPEN_3, False, None),
        (BEN, {1: ANN, 2: BEN}, OPEN_3, True, None),
        (CLEO, {1: ANN, 2: BEN, 3: CLEO}, Settled(D(3), 3), False, 3),
        (DAN, {1: ANN, 2: BEN, 3: CLEO}, Settled(D(3), 3), False, None),
        (DAN, {1: ANN, 2: BEN, 3: CLEO}, Settled(D(3), 3), True, 3),
        (ANN, {1: ANN, 2: BEN, 3: CLEO}, Settled(D(3), 3), True, None),
        (DAN, {1: ANN, 2: BEN}, Settled(D(3), 1), False, None),
        (DAN, {1: ANN, 2: BEN}, Settled(D(3), 1), True, 3),
        (ANN, {1: ANN, 2: BEN}, Settled(D(3), 1), True, None),
    ],
)
def test_nobody_marks_one_answer_at_two_turns(
    person: int, markers: dict[int, int | None], settled: Settled, teacher: bool, turn: int | None
) -> None:
    assert turn_for(person, markers, settled, twice=True, teacher=teacher) == turn


def test_marked_once_everybody_may_mark_again() -> None:
    assert turn_for(BEN, {1: ANN}, Settled(D(3), 1), twice=False, teacher=False) == 1


@given(
    person=st.integers(1, 4),
    markers=st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(1, 4)),
    teacher=st.booleans(),
)
def test_a_turn_is_never_one_that_another_person_has(
    person: int, markers: dict[int, int], teacher: bool
) -> None:
    waits = next(turn for turn in (1, 2, 3, 3) if turn not in markers or turn == 3)
    turn = turn_for(person, dict(markers), Settled(None, waits), twice=True, teacher=teacher)
    if turn in (1, 2):
        assert markers.get(turn, person) == person
        assert person not in [who for place, who in markers.items() if place != turn]


@given(name=st.text(max_size=12), share=st.floats(0, 1), more=st.floats(0, 1))
def test_a_greater_share_holds_every_answer_of_a_smaller_one(name: str, share: float, more: float) -> None:
    if is_drawn(name, min(share, more), "exam"):
        assert is_drawn(name, max(share, more), "exam")


def test_about_the_share_is_drawn_all_of_it_and_none() -> None:
    names = [f"{number:04}/4" for number in range(2000)]
    assert all(is_drawn(name, 1.0, "exam") for name in names)
    assert not any(is_drawn(name, 0.0, "exam") for name in names)
    assert 340 < sum(is_drawn(name, 0.2, "exam") for name in names) < 460
    assert [is_drawn(n, 0.2, "exam") for n in names] != [is_drawn(n, 0.2, "other") for n in names]
