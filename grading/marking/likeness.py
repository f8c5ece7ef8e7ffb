"""Groups of like answers: the same reading, and ink that looks alike.

A person decides a group at once, so a group must never mix what looks different. The reading makes the
groups, the picture splits them, and what fits no picture is shown last and said to be odd.
"""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.exams.spec import NumberQuestion, Question, TextQuestion
from grading.marking.numbers import parse_number
from grading.marking.texts import normal_forms

Rows = NDArray[np.float64]

ALIKE = 0.3
"""Least similarity (cosine of centred ink grids) to the mean picture of a cluster."""
ODD = 1 - ALIKE
"""From this oddity on, a member does not look like the rest of its group."""
GRID_LETTERS = 256
"""Of the base64 of an ink grid; one of another size, of an older reader, is no picture to compare with."""
SMALLEST = 2
ROUNDS = 3  # in which a cluster's mean picture settles


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as far as likeness goes; ``grid`` is the base64 of its ink grid, empty without one."""

    position: int
    reading: str
    grid: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer belongs: its group (0: none), that group's size, and 0..1 how odd it looks there."""

    group: int = 0
    size: int = 0
    oddity: float = 0.0


def normal_reading(question: Question, read: str) -> str:
    """What was read, brought to one form: ``9,81`` and ``9.810`` are the same number."""
    if isinstance(question, TextQuestion):
        return min(normal_forms(read, frozenset(question.ignore)))
    if isinstance(question, NumberQuestion):
        number = parse_number(read, question.unit)
        values = " or ".join(sorted(str(value) for value in number.values))
        return f"{values}{' percent' if number.percent else ''}" if values else read.strip()
    return read.strip()


def places(answers: Sequence[Written]) -> list[Place]:
    """The place of each answer, in their order. Groups are numbered by question, the largest first."""
    clusters: list[tuple[int, str, list[int], list[float]]] = []
    for (position, reading), members in _by_reading(answers).items():
        for part in _clusters([answers[i].grid for i in members]):
            chosen = [members[i] for i, _odd in part]
            if len(chosen) >= SMALLEST:
                clusters.append((position, reading, chosen, [odd for _i, odd in part]))
    clusters.sort(key=lambda found: (found[0], -len(found[2]), found[1], found[2][0]))
    placed = [Place()] * len(answers)
    for number, (_position, _reading, chosen, oddities) in enumerate(clusters, start=1):
        for i, odd in zip(chosen, oddities, strict=True):
            placed[i] = Place(number, len(chosen), round(odd, 3))
    return placed


def _by_reading(answers: Sequence[Written]) -> dict[tuple[int, str], list[int]]:
    found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for i, answer in enumerate(answers):
        found[answer.position, answer.reading].append(i)
    return found


def _clusters(grids: Sequence[str]) -> list[list[tuple[int, float]]]:
    """Members (place, oddity) of each cluster; those without a picture are together by reading alone."""
    seen = [i for i, grid in enumerate(grids) if len(grid) == GRID_LETTERS]
    blind = [(i, 0.0) for i, grid in enumerate(grids) if len(grid) != GRID_LETTERS]
    parts = [blind] if blind else []
    if seen:
        pictures = np.stack([_picture(grids[i]) for i in seen])
        parts += [[(seen[row], odd) for row, odd in part] for part in _alike(pictures)]
    return parts


def _alike(pictures: Rows) -> list[list[tuple[int, float]]]:
    """Clusters of rows (n, cells): what is near a mean picture; who is left over joins the nearest."""
    left = np.arange(len(pictures))
    parts: list[NDArray[np.intp]] = []
    while len(left) >= SMALLEST:
        near = _near_the_mean(pictures[left])
        if near.sum() < SMALLEST:
            break
        parts.append(left[near])
        left = left[~near]
    if not parts:
        return [[(int(row), 0.0)] for row in left]
    means = np.stack([_mean(pictures[part]) for part in parts])
    members = [[(int(row), float(1 - max(0.0, pictures[row] @ means[k]))) for row in part]
               for k, part in enumerate(parts)]  # fmt: skip
    for row in left:
        likeness = means @ pictures[row]
        nearest = int(np.argmax(likeness))
        members[nearest].append((int(row), float(min(1.0, 1 - likeness[nearest]))))
    return members


def _near_the_mean(pictures: Rows) -> NDArray[np.bool_]:
    """Which rows look like the mean of those that look like it, from the row that is most like all others."""
    mean = pictures[int(np.argmax(pictures @ _mean(pictures)))]
    near: NDArray[np.bool_] = pictures @ mean >= ALIKE
    for _round in range(ROUNDS):
        near = pictures @ _mean(pictures[near]) >= ALIKE if near.any() else near
    return near


def _mean(pictures: Rows) -> Rows:
    mean = pictures.mean(axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) + 1e-9))


def _picture(grid: str) -> Rows:
    """A centred row of length 1, so that a product of two is their similarity."""
    cells = np.frombuffer(b64decode(grid), np.uint8).astype(np.float64)
    cells -= cells.mean()
    return np.asarray(cells / (np.linalg.norm(cells) + 1e-9))
