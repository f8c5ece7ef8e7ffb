"""Item analysis of an exam."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.statistics import analyse

MARKS = [[2, 1, 0], [2, 1, 3], [0, 0, 0], [2, 0, 3], [0, 1, 0]]
NAMES, WORTH = ("1", "2", "3"), (2, 1, 3)


def test_difficulty_is_the_mean_share_of_the_marks() -> None:
    found = analyse(MARKS, NAMES, WORTH)
    assert [item.difficulty for item in found.items] == pytest.approx([0.6, 0.6, 0.4])


def test_discrimination_leaves_the_question_itself_out() -> None:
    table = np.array(MARKS, dtype=float)
    rest = table[:, [1, 2]].sum(axis=1)
    expected = np.corrcoef(table[:, 0], rest)[0, 1]
    assert analyse(MARKS, NAMES, WORTH).items[0].discrimination == pytest.approx(expected)


def test_alpha_is_that_of_cronbach() -> None:
    table = np.array(MARKS, dtype=float)
    expected = 3 / 2 * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))
    assert analyse(MARKS, NAMES, WORTH).alpha == pytest.approx(expected)


def test_questions_that_measure_the_same_are_perfectly_reliable() -> None:
    found = analyse([[1, 1], [0, 0], [1, 1], [0, 0]], ("1", "2"), (1, 1))
    assert found.alpha == pytest.approx(1.0)
    assert found.items[0].discrimination == pytest.approx(1.0)


def test_an_open_answer_is_left_out_and_not_zero() -> None:
    found = analyse([[2, None], [2, 1], [0, 0], [2, 1]], ("1", "2"), (2, 1))
    assert (found.items[1].n, found.items[1].open) == (3, 1)
    assert found.items[1].difficulty == pytest.approx(2 / 3)
    assert found.totals.n == 3
    assert found.percent.n == 4
    assert found.percent.quantiles[-1] == 100


def test_a_question_open_for_everybody_does_not_hide_the_class() -> None:
    found = analyse([[2, None], [1, None], [0, None]], ("1", "2"), (2, 5))
    assert (found.totals.n, found.totals.whole, found.totals.mean) == (3, 2, 1)
    assert found.items[1].difficulty is None


def test_the_bands_hold_every_student_once() -> None:
    found = analyse([[10], [9.9], [0], [-1], [5], [4.99]], ("1",), (10,)).totals
    assert found.counts == (2, 0, 0, 0, 1, 1, 0, 0, 0, 2)
    assert found.quantiles[0] == -1


@pytest.mark.parametrize("marks", [[], [[1, 1, 3]], [[None, None, None]] * 4, [[1, 1, 1]] * 5])
def test_what_cannot_be_known_is_none(marks: list[list[float | None]]) -> None:
    found = analyse(marks, NAMES, WORTH)
    assert found.alpha is None
    assert all(item.discrimination is None for item in found.items)


def test_a_ragged_or_worthless_table_is_refused() -> None:
    with pytest.raises(ValueError, match="one for each question"):
        analyse([[1, 2]], NAMES, WORTH)
    with pytest.raises(ValueError, match="no marks"):
        analyse([], ("1",), (0,))


TABLES = st.lists(st.lists(st.none() | st.floats(-1, 3), min_size=3, max_size=3), max_size=12)


@given(TABLES)
def test_no_class_breaks_the_analysis(marks: list[list[float | None]]) -> None:
    found = analyse(marks, NAMES, (3, 3, 3))
    assert sum(found.percent.counts) == found.percent.n <= len(marks)
    assert sum(found.totals.counts) == found.totals.n
    for item in found.items:
        assert item.n + item.open == len(marks)
        assert item.discrimination is None or -1 <= item.discrimination <= 1
        assert item.difficulty is None or item.difficulty <= 1
    assert found.alpha is None or found.alpha <= 1 + 1e-9
