"""Reliability diagrams and risk-coverage curves of evaluated sets as PNG. Needs matplotlib (train extra)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recognition.measuring import metrics

if TYPE_CHECKING:
    from recognition.measuring.evaluate import Outcome


class PlotsUnavailable(RuntimeError):
    """matplotlib is not installed."""


def draw(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Writes reliability.png and risk-coverage.png into `folder`, one line a set."""
    try:
        import matplotlib
    except ImportError as error:
        raise PlotsUnavailable("--plots needs matplotlib: pip install 'inkgrade[train]'") from error
    matplotlib.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder / "reliability.png", _reliability, outcomes)
    _save(folder / "risk-coverage.png", _risk_coverage, outcomes)


def _save(path: Path, paint: Any, outcomes: Sequence[Outcome]) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.5, 5), constrained_layout=True)
    paint(axes, outcomes)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    beside = path.with_name(f".{path.name}")
    figure.savefig(beside, format="png", dpi=130)
    pyplot.close(figure)
    beside.replace(path)


def _reliability(axes: Any, outcomes: Sequence[Outcome]) -> None:
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--")
    for outcome in outcomes:
        bins = metrics.reliability(outcome.confidence, outcome.right)
        error = metrics.expected_calibration_error(outcome.confidence, outcome.right)
        axes.plot(
            [b.confidence for b in bins],
            [b.accuracy for b in bins],
            marker="o",
            markersize=4,
            label=f"{outcome.name}: ECE {100 * error:.1f} %",
        )
    axes.set(xlabel="confidence", ylabel="share read right", title="Reliability", xlim=(0, 1), ylim=(0, 1))


def _risk_coverage(axes: Any, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        coverage, risk = metrics.risk_coverage(outcome.confidence, outcome.right)
        covered = metrics.coverage_at(outcome.confidence, outcome.right, 0.01)
        axes.plot(coverage, risk, label=f"{outcome.name}: {100 * covered:.0f} % at 1 % error")
    axes.axhline(0.01, color="grey", linewidth=1, linestyle="--")
    axes.set(
        xlabel="share accepted", ylabel="share of these read wrong", title="Risk and coverage", xlim=(0, 1)
    )
    axes.set_yscale("symlog", linthresh=0.001)
    axes.set_ylim(bottom=0)
