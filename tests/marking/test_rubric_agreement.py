"""Agreement of two markers against figures worked out otherwise."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.rubric_agreement import agreement, quadratic_kappa

WHOLE = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


def kappa_by_table(pairs: list[tuple[int, int]], k: int = 6) -> float | None:
    """Cohen's definition: weighted disagreement observed against that of independent markers."""
    n = len(pairs)
    rows = [sum(a == i for a, _ in pairs) for i in range(k)]
    columns = [sum(b == j for _, b in pairs) for j in range(k)]
    observed = sum((a - b) ** 2 for a, b in pairs) / n
    expected = sum(rows[i] * columns[j] * (i - j) ** 2 for i in range(k) for j in range(k)) / n**2
    return None if expected == 0 else 1 - observed / expected


@given(pairs=WHOLE)
def test_kappa_is_that_of_the_table_of_counts(pairs: list[tuple[int, int]]) -> None:
    found = quadratic_kappa([float(a) for a, _ in pairs], [float(b) for _, b in pairs])
    expected = kappa_by_table(pairs)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_the_figures_of_four_answers() -> None:
    pairs = [(Decimal(a), Decimal(b)) for a, b in (("2", "2"), ("3", "4"), ("0", "0"), ("5", "3"))]
    found = agreement(pairs, Decimal(1))
    assert (found.n, found.exact, found.within) == (4, 0.5, 0.75)
    assert found.mean_difference == -0.25
    assert found.mean_distance == 0.75


def test_nothing_marked_twice_has_no_figures() -> None:
    assert (agreement([]).n, agreement([]).exact, agreement([]).kappa) == (0, None, None)
