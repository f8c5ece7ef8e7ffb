"""The error budget: which answers are marked automatically so that few enough of the marks are wrong.

With calibrated risks the expected number of wrong marks among the chosen is the sum of their risks. The
budget is kept in every group of answers by itself (digits, numbers, text, choices, blanks): easy choices must
not pay for doubtful words. Selective classification: Geifman and El-Yaniv, NeurIPS 2017.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from grading.marking.evidence import OPTION_KINDS, Evidence

CAP = 5.0
"""No single automatic mark may be more than this many times as risky as the budget allows on average."""
NONE = -1.0
"""A cut-off below every risk: nothing is marked automatically."""
SLIDER = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05)
"""Budgets to choose from in a table."""
STEPS = (10, 12.5, 15, 20, 25, 30, 40, 50, 60, 75)
GRID = (*(round(step * scale, 8) for scale in (1e-5, 1e-4, 1e-3) for step in STEPS), 0.1)
"""Budgets whose review load is stored when an exam is marked, finely enough for a slider: 0.01 % to 10 %."""


@dataclass(frozen=True, slots=True)
class Item:
    """One answer in the budget: ``risk`` in 0..1 that its machine mark is wrong (1: never automatic)."""

    id: str
    group: str
    risk: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a budget means: answers marked by the machine, left for people, and expected wrong ones."""

    budget: float
    auto: int
    review: int
    expected_wrong: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The cut-offs that keep a budget; an answer is automatic when its risk <= the cut-off of its group."""

    budget: float
    cutoffs: Mapping[str, float]
    load: Load

    def cutoff(self, group: str) -> float:
        """The greatest risk that is marked automatically in ``group``; below 0 for none."""
        return self.cutoffs.get(group, NONE)


def group_of(evidence: Evidence) -> str:
    """The group whose budget an answer draws on; blanks have their own, they are many and easy."""
    if evidence.is_blank:
        return "blank"
    return "choice" if evidence.kind in OPTION_KINDS else evidence.kind


def plan(items: Iterable[Item], budget: float, cap: float = CAP) -> Plan:
    """The largest automatic share of each group whose mean risk stays within ``budget``.

    ``budget`` in 0..1; no answer riskier than ``cap * budget`` is chosen. Answers of equal risk stand or fall
    together, so a cut-off says it all. Same items, same plan, in whatever order they come.
    """
    if not 0 <= budget <= 1:
        raise ValueError(f"the error budget is {budget}: expected a share from 0 to 1, such as 0.002")
    return _plan(_sorted_risks(items), budget, cap)


def curve(items: Iterable[Item], budgets: Sequence[float] = SLIDER, cap: float = CAP) -> tuple[Load, ...]:
    """Review load against risk, one point a budget."""
    risks = _sorted_risks(items)
    return tuple(_plan(risks, budget, cap).load for budget in budgets)


def _plan(risks: Mapping[str, NDArray[np.float64]], budget: float, cap: float) -> Plan:
    chosen = {group: _within(values, budget, cap) for group, values in risks.items()}
    cutoffs = {group: float(risks[group][n - 1]) if n else NONE for group, n in chosen.items()}
    auto = sum(chosen.values())
    total = sum(len(values) for values in risks.values())
    wrong = float(sum(risks[group][:n].sum() for group, n in chosen.items()))
    return Plan(budget, cutoffs, Load(budget, auto, total - auto, wrong))


def _sorted_risks(items: Iterable[Item]) -> dict[str, NDArray[np.float64]]:
    risks: dict[str, list[float]] = defaultdict(list)
    for item in items:
        if not 0 <= item.risk <= 1:
            raise ValueError(f"the risk of answer {item.id} is {item.risk}: expected from 0 to 1")
        risks[item.group].append(item.risk)
    return {group: np.sort(np.array(values, dtype=np.float64)) for group, values in sorted(risks.items())}


def _within(risks: NDArray[np.float64], budget: float, cap: float) -> int:
    """How many of the ascending risks are chosen; their mean only grows, so the last fit is the longest."""
    means = np.cumsum(risks) / np.arange(1, len(risks) + 1)
    fits = np.flatnonzero((means <= budget) & (risks <= cap * budget) & (risks < 1.0))
    if not len(fits):
        return 0
    last = int(fits[-1])
    if last + 1 < len(risks) and risks[last + 1] == risks[last]:
        return int(np.searchsorted(risks, risks[last], side="left"))
    return last + 1


def audit_sample(answers: Iterable[str], n: int, seed: str) -> tuple[str, ...]:
    """``n`` of the answer ids at random for a blind second look (all, when there are fewer), sorted.

    An id is drawn by its SHA-256 with the seed: any order of input gives the same sample, and a late answer
    displaces at most one other.
    """
    if n < 0:
        raise ValueError(f"an audit sample of {n} answers: expected 0 or more")
    drawn = sorted(set(answers), key=lambda answer: (sha256(f"{seed}\0{answer}".encode()).digest(), answer))
    return tuple(sorted(drawn[:n]))


def interval(wrong: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share, ``wrong`` of ``n`` (Clopper and Pearson, Biometrika 26, 1934).

    (0, 1) for n = 0. ``ValueError`` unless 0 <= wrong <= n and 0 < level < 1.
    """
    if not 0 <= wrong <= n or not 0 < level < 1:
        raise ValueError(f"{wrong} wrong of {n} at level {level}: expected 0 <= wrong <= n and 0 < level < 1")
    tail = (1 - level) / 2
    low = float(betaincinv(wrong, n - wrong + 1, tail)) if wrong else 0.0
    high = float(betaincinv(wrong + 1, n - wrong, 1 - tail)) if wrong < n else 1.0
    return low, high
