"""How well two people who mark the same answers agree.

Weighted kappa after Cohen, Psychological Bulletin 70 (1968), with quadratic weights; marks need not be whole,
since with these weights the disagreement expected by chance is the mean squared difference of all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures of ``n`` answers marked twice; None where there are none.

    ``exact``: share with the same marks. ``within``: share within the tolerance. ``mean_difference``: second
    less first. ``mean_distance``: without its sign. ``kappa``: None too when nobody's marks differ at all.
    """

    n: int
    exact: float | None = None
    within: float | None = None
    mean_difference: float | None = None
    mean_distance: float | None = None
    kappa: float | None = None


def agreement(pairs: Sequence[tuple[Decimal, Decimal]], tolerance: Decimal = Decimal(0)) -> Agreement:
    """The figures for pairs of first and second marks."""
    if not pairs:
        return Agreement(0)
    apart = [abs(one - other) for one, other in pairs]
    table = np.array([[float(one), float(other)] for one, other in pairs])
    difference = table[:, 1] - table[:, 0]
    return Agreement(
        n=len(pairs),
        exact=sum(distance == 0 for distance in apart) / len(pairs),
        within=sum(distance <= tolerance for distance in apart) / len(pairs),
        mean_difference=float(difference.mean()),
        mean_distance=float(np.abs(difference).mean()),
        kappa=quadratic_kappa(table[:, 0].tolist(), table[:, 1].tolist()),
    )


def quadratic_kappa(first: Sequence[float], second: Sequence[float]) -> float | None:
    """1: the same marks; 0: no better than chance. None when chance allows no difference."""
    one, other = np.array(first), np.array(second)
    expected = float(
        one.var() + other.var() + (one.mean() - other.mean()) ** 2
    )  # of all pairs, without making them
    if expected < 1e-12:
        return None
    return 1 - float(((one - other) ** 2).mean()) / expected
