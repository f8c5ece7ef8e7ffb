"""What the frames of a crop say, as numbers that a calibrator can weigh.

The raw CTC probability is overconfident; how sharp the frames are, how far the runner-up is, and how much
probability lay outside the box's alphabet tell when not to believe it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recognition.reader.ctc import BLANK, Frames
from recognition.reader.decode import ClassWeights, Conditioned, Hypothesis, condition, n_best
from recognition.reader.known_words import WORD_FEATURES, word_features
from recognition.reader.verify import KeyWeight, Speller, weigh_keys

Vector = NDArray[np.float64]

READING_FEATURES = (
    "logit_p",
    "margin",
    "weakest_character",
    "alphabet_mass",
    "entropy",
    "word_length",
    "room",
    "punctuation",
    *WORD_FEATURES,
)
"""Of the likeliest text: see `_reading_features`."""

KEY_FEATURES = ("key_logit_p", "key_margin", "key_per_character", "alphabet_mass", "entropy", "log_length")
"""Of a keyed answer: see `_key_features`."""

CELL_FEATURES = ("logit_p", "margin", "alphabet_mass", "empty")
"""Of what a digit cell likeliest holds: see `cell_features`."""

LONG_WORD = 8
"""Characters from which a text is not believed more for being longer."""

_RANGE = 14.0
_KEY_RANGE = 40.0
"""Wider than of readings: a key far from what was written is to be told from a merely doubtful one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Texts of one crop, likeliest first, with their log-probabilities, and the calibrators' features.

    `reading` follows READING_FEATURES, each of `keys` KEY_FEATURES: one for each key that was asked about.
    """

    texts: tuple[tuple[str, float], ...]
    reading: Vector
    keys: tuple[Vector, ...]


def gather(
    frames: Sequence[Frames],
    weights: Sequence[ClassWeights],
    keys: Sequence[Sequence[Sequence[str]]],
    spans: Sequence[int],
    speller: Speller,
) -> list[Evidence]:
    """Evidence of each crop.

    frames[i]: (T, C); weights[i]: of its classes (C,); keys[i]: the answers to weigh on crop i, each as
    its equivalent spellings, often one answer or none; spans[i]: width of its ink, see `ink_span`.
    """
    conditioned = [condition(f, each) for f, each in zip(frames, weights, strict=True)]
    found = n_best([c.frames for c in conditioned])
    crops = [k for k, asked in enumerate(keys) for _ in asked]
    of_keys = weigh_keys(
        [conditioned[k].frames for k in crops],
        [found[k] for k in crops],
        [spellings for asked in keys for spellings in asked],
        speller,
    )
    of_crop = _grouped(of_keys, [len(asked) for asked in keys])
    return [
        _evidence(c, hypotheses, list(zip(asked, group, strict=True)), span, speller)
        for c, hypotheses, asked, group, span in zip(conditioned, found, keys, of_crop, spans, strict=True)
    ]


def _grouped(weights: Sequence[KeyWeight], counts: Sequence[int]) -> list[Sequence[KeyWeight]]:
    ends = np.cumsum([0, *counts]).tolist()
    return [weights[start:end] for start, end in pairwise(ends)]


def _evidence(
    crop: Conditioned,
    found: Sequence[Hypothesis],
    keys: Sequence[tuple[Sequence[str], KeyWeight]],
    span: int,
    speller: Speller,
) -> Evidence:
    texts = merged_texts(found, speller)
    sharpness = _sharpness(crop.frames)
    features = tuple(
        key_features(weight, max(map(len, spellings)), crop.log_mass, sharpness[1])
        for spellings, weight in keys
    )
    return Evidence(texts, _reading_features(texts, crop.log_mass, sharpness, span), features)


def merged_texts(found: Sequence[Hypothesis], speller: Speller) -> tuple[tuple[str, float], ...]:
    """Distinct texts, likeliest first: strings that differ in outer or doubled spaces only are one text."""
    total: dict[str, float] = {}
    for hypothesis in found:
        text = speller.text(hypothesis.labels)
        total[text] = float(np.logaddexp(total.get(text, -np.inf), hypothesis.log_p))
    ordered = sorted(total.items(), key=lambda item: -item[1])
    return tuple((text, min(0.0, log_p)) for text, log_p in ordered)


def ink_span(plane: NDArray[np.float32]) -> int:
    """Width of the ink of a prepared crop (48, W) in pixels, 0 without ink."""
    columns = np.flatnonzero((plane < 0.6).any(axis=0))
    return int(columns[-1] - columns[0] + 1) if columns.size else 0


def _sharpness(frames: Frames) -> tuple[float, float]:
    """log P of the weakest character of the best path; summed entropy of the frames (nats)."""
    best = frames.max(axis=1)
    classes = frames.argmax(axis=1)
    p = np.exp(frames)
    entropy = float(-np.sum(p * np.maximum(frames, -50.0)))
    runs = np.concatenate([[0], np.flatnonzero(classes[1:] != classes[:-1]) + 1])
    peaks = np.maximum.reduceat(best, runs)[classes[runs] != BLANK]
    return float(peaks.min(initial=0.0)), entropy


def _reading_features(
    texts: Sequence[tuple[str, float]], log_mass: float, sharpness: tuple[float, float], span: int
) -> Vector:
    """In the order of READING_FEATURES.

    `word_length` counts characters as far as a word has them, `room` is pixels of ink a character (one
    character read where there were two has much room). What tells the held-out sets apart, such as capitals,
    single characters or the length of lines, is not among them: it fits these sets, and misleads on others.
    """
    first, log_p = texts[0]
    second = texts[1][1] if len(texts) > 1 else -_RANGE
    weakest, entropy = sharpness
    return np.array(
        [
            _logit(log_p),
            min(_RANGE, log_p - second),
            -_rarity(weakest),
            -_rarity(log_mass),
            np.log1p(entropy),
            np.log1p(min(len(first), LONG_WORD)),
            np.log((span + 1) / max(1, len(first))),
            np.log1p(sum(not (c.isalnum() or c == " ") for c in first)),
            *word_features(texts),
        ]
    )


def key_features(weight: KeyWeight, length: int, log_mass: float, entropy: float) -> Vector:
    """Features of a key of `length` characters with the given weight; order of KEY_FEATURES."""
    margin = np.clip(weight.log_p - weight.log_rival, -_KEY_RANGE, _KEY_RANGE)
    per_character = -_rarity(weight.log_p / max(1, length))
    return np.array(
        [
            _logit(weight.log_p, _KEY_RANGE),
            margin,
            per_character,
            -_rarity(log_mass),
            np.log1p(entropy),
            np.log1p(length),
        ]
    )


def cell_features(log_p: Vector, log_mass: Vector, best: NDArray[np.int64]) -> Vector:
    """(N, F) in the order of CELL_FEATURES, of cells with the log-probabilities (N, 11) of "0".."9" and "".

    log_mass: (N,) see `cells.cell_scores`; best: (N,) the column taken for the likeliest, 10 for empty.
    """
    ordered = np.sort(log_p, axis=1)
    return np.column_stack(
        [
            [_logit(p) for p in ordered[:, -1].tolist()],
            np.minimum(_RANGE, ordered[:, -1] - ordered[:, -2]),
            [-_rarity(p) for p in log_mass.tolist()],
            best == 10,
        ]
    ).astype(np.float64)


def _logit(log_p: float, reach: float = _RANGE) -> float:
    """log(p / (1 - p)) kept within +-reach."""
    rest = -np.expm1(min(log_p, 0.0))
    return float(np.clip(log_p - np.log(max(rest, 1e-12)), -reach, reach))


def _rarity(log_p: float) -> float:
    """Logarithm of the surprise, 0 for a certainty: tells 0.99 from 0.999 as well as 0.1 from 0.01."""
    return float(np.log1p(100.0 * min(-log_p, 100.0)))
