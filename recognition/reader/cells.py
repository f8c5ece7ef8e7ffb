"""Boxed digits cell by cell: what each cell holds, and what the cells together say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recognition.reader.calibration import CellCalibrator
from recognition.reader.charset import DIGITS
from recognition.reader.ctc import Frames, Labels, log_likelihoods
from recognition.reader.decode import ClassWeights, condition
from recognition.reader.verify import Speller
from recognition.types import Alternative, CellsReading

EMPTY = 10
"""Column of P(cell left empty) in the probabilities of a cell."""

_BEAM = 32


def cell_scores(
    frames: Sequence[Frames], digits: ClassWeights, speller: Speller
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """log P (N, 11) of "0".."9" and "" given that a cell holds digits only, and log P of that condition (N,).

    frames: (T, C) of each cell; digits: weights (C,) that allow the digits and the blank.
    """
    if not frames:
        return np.empty((0, EMPTY + 1)), np.empty(0)
    strings: list[Labels] = [*speller.all_labels(DIGITS), ()]
    conditioned = [condition(f, digits) for f in frames]
    log_p = log_likelihoods([c.frames for c in conditioned], [strings] * len(frames))
    return np.minimum(np.stack(log_p), 0.0), np.array([c.log_mass for c in conditioned])


def without_ink(calibrator: CellCalibrator) -> NDArray[np.float64]:
    """The row (11,) of a cell that no pen touched."""
    row = np.zeros(EMPTY + 1)
    row[EMPTY] = calibrator.ceiling
    return row


def joined(
    probabilities: NDArray[np.float64],
    expected: Sequence[str],
    inked: NDArray[np.bool_],
    version: str,
    listed: int = 5,
) -> CellsReading:
    """Reading of a row of cells from their probabilities (cells, 11), cells taken as independent.

    A text's probability sums over the places where its empty cells may be; so "42" in three cells is
    one text wherever the gap is. `inked`: (cells,) which hold ink. Where there is something to read, an inked
    cell is no gap: what looks empty there was struck out, and its correction may stand beside the boxes.
    """
    written = probabilities.copy()
    written[inked, EMPTY] = 0.0
    nothing_to_read = bool((probabilities.argmax(axis=1) == EMPTY).all())
    texts = likeliest_texts(probabilities if nothing_to_read else written)
    text, confidence = texts[0]
    keys = list(dict.fromkeys(expected))
    return CellsReading(
        text=text,
        confidence=min(1.0, confidence),
        probabilities=probabilities,
        alternatives=tuple(Alternative(t, p) for t, p in texts[1:listed]),
        p_expected=min(1.0, sum(text_probability(written, k) for k in keys)) if keys else None,
        blank=not inked.any(),
        model=version,
    )


def likeliest_texts(probabilities: NDArray[np.float64], width: int = _BEAM) -> list[tuple[str, float]]:
    """Likely texts of a row of cells with their probabilities, best first."""
    beam = {"": 1.0}
    for row in probabilities.tolist():
        grown: dict[str, float] = {}
        for text, p in beam.items():
            grown[text] = grown.get(text, 0.0) + p * row[EMPTY]
            for digit, q in zip(DIGITS, row, strict=False):
                grown[text + digit] = grown.get(text + digit, 0.0) + p * q
        beam = dict(sorted(grown.items(), key=lambda item: -item[1])[:width])
    exact = [(text, text_probability(probabilities, text)) for text in beam]
    return sorted(exact, key=lambda item: -item[1])


def text_probability(probabilities: NDArray[np.float64], text: str) -> float:
    """Exact probability that the cells, empty ones left out, spell `text`; 0 when it is not digits."""
    if not all(character in DIGITS for character in text):
        return 0.0
    spelled = np.zeros(len(text) + 1)
    spelled[0] = 1.0
    digits = [int(character) for character in text]
    for row in probabilities:
        stepped = spelled * row[EMPTY]
        stepped[1:] += spelled[:-1] * row[digits]
        spelled = stepped
    return float(spelled[-1])
