"""What is known of each question beyond one number: a histogram, and who chose which option."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from grading.exams.spec import ChoiceQuestion, MultiQuestion, Question

BANDS = 10
MOST_WRITTEN = 8
LEAST_FOR_THIRDS = 9
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option, or one text that was written often. ``n``: answers that have it.

    ``strong``, ``weak``: its share among the third of the students with the best and the worst totals; None
    where there are too few students. ``mean``: mean total, in per cent, of those who gave it.
    """

    text: str
    n: int
    share: float
    strong: float | None
    weak: float | None
    mean: float | None
    right: bool


@dataclass(frozen=True, slots=True)
class QuestionAnalysis:
    """One question. ``counts``: decided answers in ten equal bands of its marks, the last one closed."""

    question: str
    counts: tuple[int, ...]
    choices: tuple[Choice, ...]


def analyse_question(
    question: Question, marks: Floats, read: Sequence[str], totals: Floats
) -> QuestionAnalysis:
    """``marks`` (S,) with NaN while undecided, ``read`` (S,) as it counts, ``totals`` (S,) in per cent."""
    decided = marks[~np.isnan(marks)]
    bands = np.clip(np.floor(decided / float(question.marks or 1) * BANDS + 1e-9).astype(int), 0, BANDS - 1)
    counts = tuple(int(n) for n in np.bincount(bands, minlength=BANDS))
    return QuestionAnalysis(question.id, counts, _choices(question, marks, read, totals))


def alpha_interval(
    alpha: float | None, students: int, items: int, level: float = 0.95
) -> tuple[float, float] | None:
    """Exact interval of coefficient alpha (Feldt, Psychometrika 30, 1965); None where alpha is undefined."""
    if alpha is None or students < 2 or items < 2:
        return None
    above, below = students - 1, (students - 1) * (items - 1)
    tail = (1 - level) / 2
    low = 1 - (1 - alpha) * float(fdtri(above, below, 1 - tail))
    high = 1 - (1 - alpha) * float(fdtri(above, below, tail))
    return low, high


def _choices(question: Question, marks: Floats, read: Sequence[str], totals: Floats) -> tuple[Choice, ...]:
    if question.type == "manual":
        return ()
    options = isinstance(question, ChoiceQuestion | MultiQuestion)
    given = [_parts(text) if options else {text.strip()} for text in read]
    named = list(question.options) if options else _often(given)  # type: ignore[union-attr]
    thirds = _thirds(totals)
    credit = _credit(marks, float(question.marks or 1))
    return tuple(
        _choice(name, given, totals, thirds, _is_right(question, name, given, credit)) for name in named
    )


def _parts(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def _often(given: Sequence[set[str]]) -> list[str]:
    counted = Counter(text for texts in given for text in texts if text)
    return [text for text, _n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WRITTEN]]


def _credit(marks: Floats, worth: float) -> Floats:
    return np.asarray(np.nan_to_num(marks, nan=-1.0) / worth)


def _is_right(question: Question, name: str, given: Sequence[set[str]], credit: Floats) -> bool:
    """An option of the key; else a text whose answers that are decided all have full marks."""
    if isinstance(question, ChoiceQuestion):
        return name == question.answer
    if isinstance(question, MultiQuestion):
        return name in question.answer
    found = [value for texts, value in zip(given, credit, strict=True) if name in texts and value >= 0]
    return bool(found) and bool(min(found) >= 1.0 - 1e-9)


def _thirds(totals: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    known = ~np.isnan(totals)
    if known.sum() < LEAST_FOR_THIRDS:
        return None
    low, high = np.quantile(totals[known], (1 / 3, 2 / 3))
    return known & (totals >= high), known & (totals <= low)


def _choice(
    name: str,
    given: Sequence[set[str]],
    totals: Floats,
    thirds: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None,
    right: bool,
) -> Choice:
    has = np.array([name in texts for texts in given], dtype=bool)
    n = int(has.sum())
    known = has & ~np.isnan(totals)
    strong, weak = (float(has[third].mean()) for third in thirds) if thirds else (None, None)
    mean = float(totals[known].mean()) if known.any() else None
    return Choice(name, n, n / max(1, len(has)), strong, weak, mean, right)
