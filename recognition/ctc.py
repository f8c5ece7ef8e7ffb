"""Exact CTC probabilities of given strings: the forward algorithm, many strings at once.

CTC (Graves et al. 2006) makes the frames of a crop a normalised distribution over all strings, so what
`log_likelihoods` returns is log P(string | crop): no training loss, no search, no approximation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BLANK = 0
IMPOSSIBLE = -1e4
"""Stands for log 0 where a finite number is needed; far below what any real string gets."""

Frames = NDArray[np.float64]
"""Log-probabilities of one crop, shape (T, C), rows normalised, class 0 the CTC blank."""

Labels = tuple[int, ...]


def log_likelihoods(
    matrices: Sequence[Frames], strings: Sequence[Sequence[Labels]]
) -> list[NDArray[np.float64]]:
    """log P(string | crop) of `strings[i]` under `matrices[i]`; one array of len(strings[i]) each.

    The matrices may differ in length T. A string that needs more frames than there are gets -inf.
    All strings advance together frame by frame, so the cost is that of the longest crop.
    """
    owner = np.repeat(np.arange(len(matrices)), [len(group) for group in strings])
    flat = [labels for group in strings for labels in group]
    if not flat:
        return [np.empty(0) for _ in matrices]
    alphas = _forward(_padded(matrices), np.array([len(m) for m in matrices])[owner], owner, flat)
    return np.split(alphas, np.cumsum([len(group) for group in strings])[:-1])


def log_likelihood(matrix: Frames, labels: Labels) -> float:
    """log P(labels | crop) of a single string."""
    return float(log_likelihoods([matrix], [[labels]])[0][0])


def _padded(matrices: Sequence[Frames]) -> NDArray[np.float64]:
    """Matrices stacked as (N, T, C); frames added at the end are certain blanks: no string changes."""
    frames = max(len(m) for m in matrices)
    stack = np.full((len(matrices), frames, matrices[0].shape[1]), -np.inf)
    stack[:, :, BLANK] = 0.0
    for row, matrix in zip(stack, matrices, strict=True):
        row[: len(matrix)] = matrix
    return stack


def _forward(
    stack: NDArray[np.float64], frames: NDArray[np.int64], owner: NDArray[np.int64], strings: Sequence[Labels]
) -> NDArray[np.float64]:
    """Total log-probability of each string: states are blank, label 1, blank, label 2, ..., blank."""
    states, skips, last = _states(strings)
    emitted = stack[owner[:, None, None], np.arange(stack.shape[1])[None, :, None], states[:, None, :]]
    alpha = np.full(states.shape, -np.inf)
    alpha[:, :2] = emitted[:, 0, :2]
    for t in range(1, int(frames.max(initial=1))):
        stay_or_step = alpha.copy()
        np.logaddexp(alpha[:, 1:], alpha[:, :-1], out=stay_or_step[:, 1:])
        skipped = np.where(skips[:, 2:], alpha[:, :-2], -np.inf)
        np.logaddexp(stay_or_step[:, 2:], skipped, out=stay_or_step[:, 2:])
        alpha = stay_or_step + emitted[:, t]
    rows = np.arange(len(strings))
    before = np.where(last > 0, alpha[rows, np.maximum(last - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(alpha[rows, last], before), np.float64)


def _states(strings: Sequence[Labels]) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Classes of the states (M, S), whether a state may be entered from two back, the last state's index."""
    lengths = np.array([len(labels) for labels in strings])
    # One blank too many keeps S >= 3 for a batch of empty strings; unreachable as the end, so harmless.
    states = np.zeros((len(strings), 2 * max(1, int(lengths.max())) + 1), np.int64)
    for row, labels in zip(states, strings, strict=True):
        row[1 : 2 * len(labels) : 2] = labels
    skips = np.zeros(states.shape, np.bool_)
    skips[:, 2:] = (states[:, 2:] != BLANK) & (states[:, 2:] != states[:, :-2])
    return states, skips, 2 * lengths
