"""Fits calibrators: logistic curves whose weights keep the sign that sense demands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
PENALTY = 3.0
CEILING = 0.9999


def fit_logistic(
    features: Vector, right: Vector, weights: Vector, noise: Vector, signs: Sequence[int]
) -> tuple[Vector, float]:
    """Weights (F,) and bias of p = sigmoid(bias + w . x), on the features' own scale.

    features: (N, F); right: 0/1 (N,); weights: of the samples (N,). noise: share of labels (N,) that are
    wrong although the sample may be right: the likelihood of a "right" label is (1 - noise) p, so that bad
    labels do not pull the curve down. signs: +1, -1 where a weight must not be negative, positive; 0 free.
    """
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    x = (features - mean) / scale
    bounds = [{1: (0.0, None), -1: (None, 0.0), 0: (None, None)}[s] for s in signs] + [(None, None)]
    found = _minimum(_negative_log_likelihood(x, right, weights, noise), np.zeros(x.shape[1] + 1), bounds)
    raw = found[:-1] / scale
    return raw, float(found[-1] - raw @ mean)


def _negative_log_likelihood(
    x: Vector, right: Vector, weights: Vector, noise: Vector
) -> Callable[[Vector], tuple[float, Vector]]:
    def loss(parameters: Vector) -> tuple[float, Vector]:
        p = sigmoid(x @ parameters[:-1] + parameters[-1])
        seen = np.clip((1.0 - noise) * p, 1e-12, 1.0 - 1e-12)
        value = -float(weights @ (right * np.log(seen) + (1.0 - right) * np.log1p(-seen)))
        slope = weights * (1.0 - noise) * p * (1.0 - p) * (seen - right) / (seen * (1.0 - seen))
        gradient = np.append(x.T @ slope + PENALTY * parameters[:-1], slope.sum())
        return value + 0.5 * PENALTY * float(parameters[:-1] @ parameters[:-1]), gradient

    return loss


def minimum(
    loss: Callable[[Vector], float], start: Vector, bounds: Sequence[tuple[float | None, float | None]]
) -> Vector:
    """Parameters of the least `loss`, by L-BFGS-B with numerical slopes."""
    from scipy.optimize import minimize

    return np.asarray(minimize(loss, start, method="L-BFGS-B", bounds=bounds).x, np.float64)


def _minimum(
    loss: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    bounds: Sequence[tuple[float | None, float | None]],
) -> Vector:
    from scipy.optimize import minimize

    result = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return np.asarray(result.x, np.float64)


def sigmoid(score: Vector) -> Vector:
    """1 / (1 + exp(-score)) without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -40.0, 40.0))), np.float64)


def ceiling(p: Vector, right: NDArray[np.bool_]) -> float:
    """The highest probability that the samples support, 0.9999 at most.

    Of the m most confident samples e were wrong: the error there is as likely above (e + ln 2) / m as below
    (with e = 0 the rule of three, at 50 instead of 95 % confidence: answers of several cells multiply it).
    The m that supports most counts.
    """
    wrong = np.cumsum(~right[np.argsort(-p, kind="stable")])
    errors = (wrong + np.log(2.0)) / np.arange(1, len(p) + 1)
    return float(np.clip(1.0 - errors.min(initial=0.5), 0.5, CEILING))


def folds(groups: Sequence[str], count: int = 5) -> NDArray[np.int64]:
    """Fold (N,) of each sample; a group is never split, and the folds are of about the same size."""
    names, members = np.unique(np.array(groups), return_inverse=True)
    sizes = np.bincount(members)
    load = np.zeros(count)
    fold_of = np.zeros(len(names), np.int64)
    for name in np.argsort(-sizes, kind="stable"):
        fold_of[name] = load.argmin()
        load[fold_of[name]] += sizes[name]
    return np.asarray(fold_of[members], np.int64)


@dataclass(frozen=True, slots=True)
class Rows:
    """The samples of one logistic fit: features (N, F), the rest (N,); see `fit_logistic`."""

    features: Vector
    label: Vector
    weight: Vector
    noise: Vector
    signs: tuple[int, ...]

    def fit(self, rows: NDArray[np.bool_]) -> tuple[Vector, float]:
        """Weights (F,) and bias by the chosen rows (N,)."""
        return fit_logistic(
            self.features[rows], self.label[rows], self.weight[rows], self.noise[rows], self.signs
        )

    def cross_fitted(self, fold: NDArray[np.int64]) -> Vector:
        """Probabilities (N,) of each sample by a fit that did not see the samples of its fold (N,)."""
        p = np.zeros(len(self.label))
        for k in np.unique(fold):
            weights, bias = self.fit(fold != k)
            p[fold == k] = sigmoid(self.features[fold == k] @ weights + bias)
        return p

    def fitted(self, names: Sequence[str], top: float) -> dict[str, object]:
        """Weights by the names of their features, bias and `top` as the ceiling, ready for JSON."""
        weights, bias = self.fit(np.ones(len(self.label), np.bool_))
        return {
            "weights": {name: round(float(w), 6) for name, w in zip(names, weights, strict=True)},
            "bias": round(bias, 6),
            "ceiling": round(top, 6),
        }
