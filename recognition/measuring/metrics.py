"""Figures of a reader on labelled crops: errors, calibration, and what can be left to the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
ERROR_LEVELS = (0.05, 0.01, 0.005, 0.001)

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram: share of the samples, mean confidence, share that was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Levenshtein distance of two sequences of characters or words."""
    if len(a) < len(b):
        a, b = b, a
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def character_error_rate(read: Sequence[str], true: Sequence[str]) -> float:
    """Edits over all texts / characters of all true texts; with no characters, 0 or infinity."""
    return _rate(sum(map(edit_distance, read, true)), sum(map(len, true)))


def word_error_rate(read: Sequence[str], true: Sequence[str]) -> float:
    """As the character error rate, on words between spaces."""
    edits = sum(edit_distance(r.split(), t.split()) for r, t in zip(read, true, strict=True))
    return _rate(edits, sum(len(t.split()) for t in true))


def _rate(edits: int, total: int) -> float:
    if total:
        return edits / total
    return float("inf") if edits else 0.0


def reliability(confidence: Vector, right: Flags, bins: int = BINS) -> list[Bin]:
    """The bins that hold samples; bins of equal width over 0..1, a bin holds its upper edge."""
    index = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    found = []
    for k in np.unique(index):
        inside = index == k
        mean, share = float(confidence[inside].mean()), float(right[inside].mean())
        found.append(Bin(k / bins, (k + 1) / bins, int(inside.sum()), mean, share))
    return found


def expected_calibration_error(confidence: Vector, right: Flags, bins: int = BINS) -> float:
    """Mean |confidence - accuracy| over the bins, weighted by their samples (Naeini et al. 2015)."""
    total = max(1, len(confidence))
    return sum(b.count * abs(b.confidence - b.accuracy) for b in reliability(confidence, right, bins)) / total


def chance_calibration_error(confidence: Vector, bins: int = BINS, draws: int = 200) -> float:
    """The calibration error that confidences without fault would show on these samples, by chance alone.

    Mean over `draws` sets of outcomes drawn with exactly these probabilities: what is measured on a few
    hundred samples cannot be expected to fall below it.
    """
    rng = np.random.default_rng(len(confidence))
    drawn = (rng.random(len(confidence)) < confidence for _ in range(draws))
    return float(np.mean([expected_calibration_error(confidence, right, bins) for right in drawn]))


def risk_coverage(confidence: Vector, right: Flags) -> tuple[Vector, Vector]:
    """(coverage, risk) when the k most confident samples are accepted, k = 1..n, both of shape (n,).

    Samples of equal confidence cannot be told apart: their errors count evenly over the tie.
    """
    order = np.argsort(-confidence, kind="stable")
    _, tie, sizes = np.unique(-confidence[order], return_inverse=True, return_counts=True)
    wrong = np.bincount(tie, weights=~right[order], minlength=len(sizes)) / sizes
    accepted = np.arange(1, len(confidence) + 1)
    return accepted / max(1, len(confidence)), np.cumsum(wrong[tie]) / accepted


def aurc(confidence: Vector, right: Flags) -> float:
    """Area under the risk-coverage curve (Geifman and El-Yaniv 2017): mean risk over all coverages."""
    return float(risk_coverage(confidence, right)[1].mean()) if len(confidence) else 0.0


def coverage_at(confidence: Vector, right: Flags, error: float) -> float:
    """Largest share of samples above a threshold of confidence with at most `error` of them wrong."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    accepted = np.arange(1, len(order) + 1)
    risk = np.cumsum(~right[order]) / accepted
    # A threshold cannot cut through a tie.
    cuts = np.append(sorted_confidence[1:] < sorted_confidence[:-1], True)
    fits = accepted[cuts & (risk <= error)]
    return float(fits.max(initial=0)) / len(order)


def accepted_at(true: Vector, wrong: Vector, false_accepts: float) -> float:
    """Share of `true` scores above the threshold that lets at most this share of `wrong` ones pass."""
    allowed = int(np.floor(false_accepts * len(wrong)))
    strongest = np.sort(wrong)[::-1]
    threshold = strongest[allowed] if allowed < len(strongest) else -np.inf
    return float(np.mean(true > threshold)) if len(true) else 0.0
