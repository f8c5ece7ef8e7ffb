"""From the frames of a crop to strings: conditioning on an alphabet, greedy reading, n-best by beam search.

Prefix beam search after Graves (2012) and Hannun et al. (2014), without a language model. The search only
proposes strings; their probabilities come from the exact forward algorithm (`ctc.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.reader.ctc import BLANK, Frames, Labels, log_likelihoods

ClassWeights = NDArray[np.float64]
"""Logarithms (C,) of how much likelier each class is here than it was in training; -inf: not allowed."""

DIGIT_AMONG_LETTERS = 0.1
"""Odds of a digit in a box for text, relative to training."""

HOPELESS = 0.01
"""A prefix this many times rarer than a symbol worth looking at is not followed."""


@dataclass(frozen=True, slots=True)
class Conditioned:
    """Frames given that only allowed classes occur.

    `log_mass` is log P(only allowed classes | crop), 0 at most: far below 0 says that the crop holds
    something outside the alphabet.
    """

    frames: Frames
    log_mass: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A string (class indices without blanks) and its exact log-probability."""

    labels: Labels
    log_p: float


def class_weights(alphabet: str, allowed: str) -> ClassWeights:
    """What may be in a box of the characters `allowed`, as `condition` wants it; class k is alphabet[k - 1].

    Where letters may stand, a digit is rarer than it was in training, which saw boxes for digits as often as
    boxes for text: a lone ring is an O there. Its odds shift as Saerens et al. (2002) shift a classifier to
    other priors.
    """
    digit = np.log(DIGIT_AMONG_LETTERS) if any(map(str.isalpha, allowed)) else 0.0
    weights = (digit if character.isdigit() else 0.0 for character in alphabet)
    return np.array([0.0, *(w if c in allowed else -np.inf for c, w in zip(alphabet, weights, strict=True))])


def condition(frames: Frames, weights: ClassWeights) -> Conditioned:
    """Exact P(. | every class of the path is allowed), under the weights' priors.

    Frames are independent, so each is renormalised.
    """
    mass = np.logaddexp.reduce(np.where(np.isfinite(weights), frames, -np.inf), axis=1)
    weighted = frames + weights
    weighted -= np.logaddexp.reduce(weighted, axis=1, keepdims=True)
    return Conditioned(weighted, min(0.0, float(mass.sum())))


def greedy(frames: Frames) -> Labels:
    """Labels of the likeliest path: repeats merged, blanks dropped."""
    best = frames.argmax(axis=1)
    first = np.concatenate([[True], best[1:] != best[:-1]])
    return tuple(int(k) for k in best[first & (best != BLANK)])


def n_best(
    matrices: Sequence[Frames], width: int = 12, symbols: int = 8, floor: float = 1e-4
) -> list[list[Hypothesis]]:
    """The likeliest strings of each crop, best first, at most `width`, with exact probabilities.

    The search looks at the `symbols` likeliest classes of a frame that reach `floor` times the best one.
    With symbols = C, floor = 0 and a width of all strings it is exhaustive. The empty string and the greedy
    reading are always among the candidates.
    """
    proposals = [_proposals(m, width, symbols, floor) for m in matrices]
    scores = log_likelihoods(matrices, proposals)
    return [_sorted(group, log_p)[:width] for group, log_p in zip(proposals, scores, strict=True)]


def _proposals(frames: Frames, width: int, symbols: int, floor: float) -> list[Labels]:
    found = dict.fromkeys(beam_search(frames, width, symbols, floor))
    return list(dict.fromkeys([*found, greedy(frames), ()]))


def _sorted(strings: Sequence[Labels], log_p: NDArray[np.float64]) -> list[Hypothesis]:
    order = np.argsort(-log_p, kind="stable")
    return [Hypothesis(strings[k], float(log_p[k])) for k in order if log_p[k] > -np.inf]


class _Prefix:
    """A node of the tree of prefixes; a beam holds nodes, so long strings cost no more than short ones."""

    __slots__ = ("children", "label", "parent")

    def __init__(self, parent: _Prefix | None, label: int) -> None:
        self.parent = parent
        self.label = label
        self.children: dict[int, _Prefix] = {}

    def child(self, label: int) -> _Prefix:
        node = self.children.get(label)
        if node is None:
            node = self.children[label] = _Prefix(self, label)
        return node

    def labels(self) -> Labels:
        found = []
        node = self
        while node.parent is not None:
            found.append(node.label)
            node = node.parent
        return tuple(reversed(found))


_Beam = dict[_Prefix, tuple[float, float]]
"""Prefix -> probability of its paths that end in a blank, and of those that end in its last label."""


def beam_search(frames: Frames, width: int, symbols: int = 8, floor: float = 1e-4) -> list[Labels]:
    """At most `width` likely strings of one crop, best first (order and choice are the search's estimate)."""
    # Relative to each frame's best class: keeps the numbers of a long line far from underflow.
    relative = np.exp(frames - frames.max(axis=1, keepdims=True))
    candidates = _candidates(relative, symbols, floor)
    rows = relative.tolist()
    beam: _Beam = {_Prefix(None, BLANK): (1.0, 0.0)}
    for row, likely in zip(rows, candidates, strict=True):
        beam = _pruned(_step(beam, row, likely), width, HOPELESS * floor)
    return [prefix.labels() for prefix, _ in sorted(beam.items(), key=_mass, reverse=True)]


def _pruned(beam: _Beam, width: int, share: float) -> _Beam:
    """The `width` best prefixes, without those below `share` of the best."""
    if len(beam) > 1 and share > 0.0:
        least = share * max(map(sum, beam.values()))
        beam = {prefix: ends for prefix, ends in beam.items() if ends[0] + ends[1] >= least}
    if len(beam) <= width:
        return beam
    return dict(sorted(beam.items(), key=_mass, reverse=True)[:width])


def _mass(item: tuple[_Prefix, tuple[float, float]]) -> float:
    return item[1][0] + item[1][1]


def _candidates(relative: NDArray[np.float64], symbols: int, floor: float) -> list[list[int]]:
    """Labels worth extending by, frame for frame."""
    labels = relative[:, 1:]
    symbols = min(symbols, labels.shape[1])
    top = np.argpartition(-labels, symbols - 1, axis=1)[:, :symbols] + 1
    kept = np.take_along_axis(relative, top, axis=1)
    keep = (kept >= floor) & (kept > 0.0)
    return [row[mask].tolist() for row, mask in zip(top, keep, strict=True)]


def _step(beam: _Beam, row: list[float], likely: list[int]) -> _Beam:
    """The beam one frame on: a prefix stays (blank or its last label again) or grows by a likely label."""
    grown: dict[_Prefix, list[float]] = {}
    blank = row[BLANK]
    for prefix, (in_blank, in_label) in beam.items():
        total = in_blank + in_label
        stays = grown.setdefault(prefix, [0.0, 0.0])
        stays[0] += total * blank
        if prefix.parent is not None:
            stays[1] += in_label * row[prefix.label]
        for label in likely:
            # A repeated letter needs a blank between, else it is the same letter going on.
            mass = (in_blank if label == prefix.label else total) * row[label]
            if mass > 0.0:
                grown.setdefault(prefix.child(label), [0.0, 0.0])[1] += mass
    return {prefix: (ends[0], ends[1]) for prefix, ends in grown.items()}
