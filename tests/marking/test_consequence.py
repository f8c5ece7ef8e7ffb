"""Which open answers can change a pass, and which only the marks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.consequence import Stake, Worth, stakes


def worths(*marks: tuple[float, float]) -> list[Worth]:
    return [Worth(Decimal(str(least)), Decimal(str(most))) for least, most in marks]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([(4, 4), (0, 2)], [Stake.NOTHING, Stake.TURNS], id="one answer alone decides"),
        pytest.param(
            [(3, 3), (0, 1), (0, 1)], [Stake.NOTHING, Stake.TURNS, Stake.TURNS], id="each is needed"
        ),
        pytest.param([(1, 1), (0, 2), (0, 2), (0, 2)], [Stake.NOTHING] + [Stake.PASS] * 3, id="together"),
        pytest.param([(6, 6), (0, 2)], [Stake.NOTHING, Stake.MARKS], id="passed already"),
        pytest.param([(1, 1), (0, 2)], [Stake.NOTHING, Stake.MARKS], id="failed already"),
        pytest.param([(5, 5), (-1, 1)], [Stake.NOTHING, Stake.TURNS], id="a wrong answer takes marks off"),
    ],
)
def test_stakes_of_a_sheet_that_passes_with_five(
    answers: list[tuple[float, float]], expected: list[Stake]
) -> None:
    assert stakes(worths(*answers), Decimal(5)) == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=5), st.integers(0, 12))
def test_a_sheet_that_may_pass_and_may_fail_has_an_answer_at_stake(
    given: list[tuple[int, int]], pass_mark: int
) -> None:
    answers = [Worth(Decimal(least), Decimal(least + more)) for least, more in given]
    least, most = sum(a.least for a in answers), sum(a.most for a in answers)
    found = stakes(answers, Decimal(pass_mark))
    at_stake = any(stake in (Stake.PASS, Stake.TURNS) for stake in found)
    assert at_stake == (least < pass_mark <= most)
    assert all(
        (stake == Stake.NOTHING) == (a.least == a.most) for a, stake in zip(answers, found, strict=True)
    )
