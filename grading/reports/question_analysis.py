"""What is known of each question beyond one number: a histogram, and who chose which option."""

from __future__ import annotations

from collections import Counter
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
class Texts:
    """What was written, as it counts: the few ``different`` texts, and which of them each answer is.

    A class of thousands writes the same over and over: every different text is looked at once.
    """

    different: tuple[str, ...]
    of: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Written:
    """The same as options or trimmed texts: ``parts`` are those of each different text."""

    parts: list[set[str]]
    of: NDArray[np.intp]

    @classmethod
    def down(cls, read: Texts, *, options: bool) -> Written:
        """An answer may have several options, but one text."""
        return cls([_parts(text) if options else {text.strip()} for text in read.different], read.of)

    def having(self, name: str) -> NDArray[np.bool_]:
        """Whether each answer has it (S,)."""
        return np.array([name in texts for texts in self.parts], dtype=bool)[self.of]

    def often(self) -> list[str]:
        """What was written most."""
        counted: Counter[str] = Counter()
        answers = np.bincount(self.of, minlength=len(self.parts)).tolist()
        for texts, n in zip(self.parts, answers, strict=True):
            counted.update(dict.fromkeys(filter(None, texts), n))
        return [
            text for text, _n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WRITTEN]
        ]


@dataclass(frozen=True, slots=True)
class QuestionAnalysis:
    """One question. ``counts``: decided answers at each of ``marks``, where only few marks can be given.

    Without ``marks`` they are in ten equal bands from 0 to the marks of the question, the last one closed.
    """

    question: str
    counts: tuple[int, ...]
    choices: tuple[Choice, ...]
    marks: tuple[float, ...] = ()


def analyse_question(question: Question, marks: Floats, read: Texts, totals: Floats) -> QuestionAnalysis:
    """``marks`` (S,) with NaN while undecided, ``read`` (S,), ``totals`` (S,) in per cent."""
    decided = marks[~np.isnan(marks)]
    counts, steps = _histogram(decided, float(question.marks or 1))
    return QuestionAnalysis(question.id, counts, _choices(question, marks, read, totals), steps)


def _histogram(decided: Floats, worth: float) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """By whole marks, or halves, where all are and few are possible; else in ten equal bands."""
    for step in (1.0, 0.5):
        places = np.append(decided, worth) / step
        low, high = min(0, round(places.min())), round(places.max())
        if high - low <= BANDS and np.allclose(places, np.round(places), atol=1e-6):
            counted = np.bincount(np.round(decided / step).astype(int) - low, minlength=high - low + 1)
            return tuple(int(n) for n in counted), tuple(step * k for k in range(low, high + 1))
    bands = np.clip(np.floor(decided / worth * BANDS + 1e-9).astype(int), 0, BANDS - 1)
    return tuple(int(n) for n in np.bincount(bands, minlength=BANDS)), ()


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


def _choices(question: Question, marks: Floats, read: Texts, totals: Floats) -> tuple[Choice, ...]:
    if question.type == "manual":
        return ()
    options = isinstance(question, ChoiceQuestion | MultiQuestion)
    written = Written.down(read, options=options)
    named = list(question.options) if options else written.often()  # type: ignore[union-attr]
    thirds = _thirds(totals)
    credit = _credit(marks, float(question.marks or 1))
    found = [(name, written.having(name)) for name in named]
    return tuple(
        _choice(name, has, totals, thirds, _is_right(question, name, credit[has])) for name, has in found
    )


def _parts(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def _credit(marks: Floats, worth: float) -> Floats:
    return np.asarray(np.nan_to_num(marks, nan=-1.0) / worth)


def _is_right(question: Question, name: str, credit: Floats) -> bool:
    """An option of the key; else a text whose answers (of ``credit``) that are decided have full marks."""
    if isinstance(question, ChoiceQuestion):
        return name == question.answer
    if isinstance(question, MultiQuestion):
        return name in question.answer
    decided = credit[credit >= 0]
    return decided.size > 0 and bool(decided.min() >= 1.0 - 1e-9)


def _thirds(totals: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    known = ~np.isnan(totals)
    if known.sum() < LEAST_FOR_THIRDS:
        return None
    low, high = np.quantile(totals[known], (1 / 3, 2 / 3))
    return known & (totals >= high), known & (totals <= low)


def _choice(
    name: str,
    has: NDArray[np.bool_],
    totals: Floats,
    thirds: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None,
    right: bool,
) -> Choice:
    n = int(has.sum())
    known = has & ~np.isnan(totals)
    strong, weak = (float(has[third].mean()) for third in thirds) if thirds else (None, None)
    mean = float(totals[known].mean()) if known.any() else None
    return Choice(name, n, n / max(1, len(has)), strong, weak, mean, right)
