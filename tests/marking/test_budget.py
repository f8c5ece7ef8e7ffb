"""The error budget holds: in expectation always, and in simulated classes as far as chance allows."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from grading.marking.budget import CAP, SLIDER, Item, audit_sample, curve, group_of, interval, plan
from grading.marking.evidence import Evidence

RISKS = st.lists(st.floats(0, 1) | st.sampled_from([0.001, 0.002, 0.01]), max_size=60)
BUDGETS = st.sampled_from(SLIDER)


def items(risks: list[float], group: str = "number") -> list[Item]:
    return [Item(f"{group}-{i}", group, risk) for i, risk in enumerate(risks)]


@given(RISKS, RISKS, BUDGETS)
def test_the_budget_holds_in_every_group_and_no_single_mark_is_too_risky(
    numbers: list[float], words: list[float], budget: float
) -> None:
    found = plan(items(numbers, "number") + items(words, "text"), budget)
    for group, risks in (("number", numbers), ("text", words)):
        chosen = [risk for risk in risks if risk <= found.cutoff(group)]
        assert sum(chosen) <= budget * len(chosen) * (1 + 1e-9)
        assert all(risk <= CAP * budget for risk in chosen)


@given(RISKS, BUDGETS)
def test_no_larger_automatic_share_would_keep_the_budget(risks: list[float], budget: float) -> None:
    chosen = [risk for risk in risks if risk <= plan(items(risks), budget).cutoff("number")]
    left = sorted(risk for risk in risks if risk not in chosen)
    if left:
        more = chosen + [risk for risk in left if risk == left[0]]
        assert sum(more) > budget * len(more) * (1 - 1e-9) or left[0] > CAP * budget


@given(RISKS, BUDGETS, st.randoms())
def test_the_order_of_answers_changes_nothing(
    risks: list[float], budget: float, chance: random.Random
) -> None:
    one = items(risks)
    other = chance.sample(one, len(one))
    assert plan(one, budget) == plan(other, budget)


@given(RISKS)
def test_a_larger_budget_never_leaves_more_for_people(risks: list[float]) -> None:
    loads = curve(items(risks))
    assert [load.budget for load in loads] == list(SLIDER)
    assert all(load.auto + load.review == len(risks) for load in loads)
    assert all(less.auto <= more.auto for less, more in pairwise(loads))
    assert all(load.expected_wrong <= load.budget * load.auto * (1 + 1e-9) for load in loads)


def test_easy_choices_do_not_pay_for_doubtful_words() -> None:
    easy, doubtful = items([0.0] * 1000, "choice"), items([0.009] * 10, "text")
    found = plan(easy + doubtful, 0.002)
    assert (found.cutoff("choice"), found.cutoff("text")) == (0.0, -1.0)
    assert found.load.review == 10


def test_an_unknown_group_is_never_automatic() -> None:
    assert plan([], 0.05).cutoff("text") < 0


def test_impossible_budgets_and_risks_are_refused() -> None:
    with pytest.raises(ValueError, match="error budget"):
        plan([], 2)
    with pytest.raises(ValueError, match="risk of answer a"):
        plan([Item("a", "text", float("nan"))], 0.002)


@pytest.mark.parametrize("budget", [0.002, 0.01])
def test_in_simulated_classes_the_share_of_wrong_marks_keeps_the_budget(budget: float) -> None:
    chance = np.random.default_rng(7)
    wrong = auto = 0
    for _ in range(60):
        risks = chance.beta(0.15, 3.0, size=800)
        cutoff = plan(items(risks.tolist()), budget).cutoff("number")
        chosen = risks <= cutoff
        wrong += int((chance.random(800) < risks)[chosen].sum())
        auto += int(chosen.sum())
    assert auto > 60 * 800 * 0.3
    assert binomtest(wrong, auto, budget, alternative="greater").pvalue > 1e-4


def test_the_simulation_would_notice_overconfidence() -> None:
    chance = np.random.default_rng(7)
    risks = chance.beta(0.15, 3.0, size=40_000)
    chosen = risks <= plan(items((risks / 3).tolist()), 0.01).cutoff("number") * 3
    wrong = int((chance.random(len(risks)) < risks)[chosen].sum())
    assert binomtest(wrong, int(chosen.sum()), 0.01, alternative="greater").pvalue < 1e-4


def test_blanks_draw_on_a_budget_of_their_own() -> None:
    assert group_of(Evidence(kind="text", blank=True)) == "blank"
    assert group_of(Evidence(kind="multi", marked=frozenset("A"))) == "choice"
    assert group_of(Evidence(kind="multi", marked=frozenset())) == "blank"
    assert group_of(Evidence(kind="number", text="5")) == "number"


NAMES = st.lists(st.text(max_size=6), unique=True, max_size=40)


@given(NAMES, st.integers(0, 50), st.randoms())
def test_the_audit_sample_is_the_same_in_any_order(names: list[str], n: int, chance: random.Random) -> None:
    found = audit_sample(names, n, "exam-1")
    assert len(found) == min(n, len(names))
    assert set(found) <= set(names)
    assert audit_sample(chance.sample(names, len(names)), n, "exam-1") == found


def test_a_late_answer_displaces_at_most_one_of_the_sample() -> None:
    names = [f"a{i}" for i in range(200)]
    before = set(audit_sample(names, 20, "exam-1"))
    assert len(before & set(audit_sample([*names, "late"], 20, "exam-1"))) >= 19


def test_the_audit_sample_is_random() -> None:
    names = [f"{i}" for i in range(50)]
    drawn = [name for seed in range(400) for name in audit_sample(names, 10, f"seed {seed}")]
    counts = np.array([drawn.count(name) for name in names])
    assert counts.min() > 40
    assert counts.max() < 130


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_interval_is_that_of_clopper_and_pearson(wrong: int, n: int, level: float) -> None:
    wrong = min(wrong, n)
    reference = binomtest(wrong, n).proportion_ci(level, method="exact")
    assert interval(wrong, n, level) == pytest.approx((reference.low, reference.high), abs=1e-9)


def test_without_an_audit_anything_is_possible() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="expected 0 <= wrong <= n"):
        interval(3, 2)
