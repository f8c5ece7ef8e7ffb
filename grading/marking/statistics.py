"""Item analysis: how hard each question was, how well it tells students apart, how reliable the exam is.

Undecided answers are left out, never counted as 0. Methods: Crocker and Algina, Introduction to Classical
and Modern Test Theory (1986), ch. 14; the corrected item-rest correlation after Henrysson, Psychometrika 28
(1963); coefficient alpha after Cronbach, Psychometrika 16 (1951).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_STUDENTS = 3
"""Correlations of fewer students say nothing."""
LEAST_MARKS = 1e-6
"""Marks have three decimals: a difference that is smaller is one of rounding."""


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One question. ``n``: decided answers. ``difficulty``: mean share of its marks (1: all right).

    ``discrimination``: correlation of its marks with those of the rest of the exam, -1..1. None: undefined.
    """

    question: str
    n: int
    open: int
    difficulty: float | None
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How ``n`` students did, out of ``whole``. ``quantiles``: minimum, the three quartiles, maximum.

    ``counts``: students in ten equal bands from 0 to ``whole``, the last one closed; values below 0 are in
    the first. Mean and deviation are None where there are too few students.
    """

    n: int
    whole: float
    mean: float | None
    deviation: float | None
    quantiles: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExamStatistics:
    """Item analysis.

    ``totals``: marks of the students with nothing open; a question that is open for everybody is left out,
    of these students as of the ``whole``. ``percent``: every student with anything decided, in percent of
    the marks decided so far. ``alpha``: reliability of the totals, None where it is undefined.
    """

    items: tuple[ItemStatistics, ...]
    totals: Distribution
    percent: Distribution
    alpha: float | None


def analyse(
    marks: Sequence[Sequence[float | None]] | Floats, questions: Sequence[str], worth: Sequence[float]
) -> ExamStatistics:
    """Item analysis of ``marks[student][question]``, None or NaN while undecided.

    ``worth``: marks of each question.

    ``ValueError`` when the shapes disagree or an exam is worth nothing.
    """
    worths = np.asarray(worth, dtype=np.float64)
    if len(questions) != len(worths) or _widths(marks) - {len(questions)}:
        raise ValueError(
            f"expected {len(questions)} marks a student and as many worths, one for each question"
        )
    if worths.sum() <= 0:
        raise ValueError("the questions are worth no marks: there is nothing to analyse")
    table = np.array(marks, dtype=np.float64).reshape(len(marks), len(questions))  # None becomes NaN
    decided = ~np.isnan(table)
    got, possible = np.nansum(table, axis=1), decided @ worths
    items = tuple(_item(table, k, question, worths, got, possible) for k, question in enumerate(questions))
    begun = decided.any(axis=0)
    complete = _complete(table[:, begun])
    totals = _distribution(complete.sum(axis=1) if begun.any() else np.empty(0), float(worths[begun].sum()))
    return ExamStatistics(items, totals, _distribution(_percent(table, worths), 100.0), _alpha(complete))


def _widths(marks: Sequence[Sequence[float | None]] | Floats) -> set[int]:
    return {marks.shape[1]} if isinstance(marks, np.ndarray) else {len(row) for row in marks}


def _complete(table: Floats) -> Floats:
    return table[~np.isnan(table).any(axis=1)]


def _percent(table: Floats, worths: Floats) -> Floats:
    decided = (~np.isnan(table) * worths).sum(axis=1)
    some = decided > 0
    return np.asarray(100.0 * np.nansum(table[some], axis=1) / decided[some])


def _item(
    table: Floats, k: int, question: str, worths: Floats, got: Floats, possible: Floats
) -> ItemStatistics:
    column = table[:, k]
    decided = ~np.isnan(column)
    n = int(decided.sum())
    difficulty = float(column[decided].mean() / worths[k]) if n and worths[k] else None
    discrimination = _discrimination(column[decided], got[decided], possible[decided] - worths[k])
    return ItemStatistics(question, n, len(column) - n, difficulty, discrimination)


def _discrimination(marks: Floats, got: Floats, others_possible: Floats) -> float | None:
    """Item against the share of the other decided marks, so that an open answer elsewhere costs nobody.

    ``got``: each student's marks with those of the item.
    """
    usable = others_possible > LEAST_MARKS
    if usable.sum() < LEAST_STUDENTS:
        return None
    return _correlation(marks[usable], (got - marks)[usable] / others_possible[usable])


def _correlation(one: Floats, other: Floats) -> float | None:
    if np.ptp(one) <= 1e-12 or np.ptp(other) <= 1e-12:
        return None
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1.0, 1.0))


def _alpha(complete: Floats) -> float | None:
    """k/(k-1) * (1 - sum of item variances / variance of totals); ``complete``: (students, k), none open."""
    students, items = complete.shape
    if students < LEAST_STUDENTS or items < 2:
        return None
    total = complete.sum(axis=1).var(ddof=1)
    if total <= 1e-12:
        return None
    return float(items / (items - 1) * (1.0 - complete.var(axis=0, ddof=1).sum() / total))


def _distribution(totals: Floats, whole: float) -> Distribution:
    bands = np.clip(np.floor(totals / (whole or 1.0) * 10 + 1e-9).astype(int), 0, 9)
    counts = tuple(int(count) for count in np.bincount(bands, minlength=10))
    if not len(totals):
        return Distribution(0, whole, None, None, (), counts)
    quantiles = tuple(float(q) for q in np.quantile(totals, (0.0, 0.25, 0.5, 0.75, 1.0)))
    deviation = float(totals.std(ddof=1)) if len(totals) > 1 else None
    return Distribution(len(totals), whole, float(totals.mean()), deviation, quantiles, counts)
