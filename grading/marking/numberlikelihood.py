"""How well boxed digits fit every student number of a roster, and a number that is on no roster.

Bayes over the hypotheses "student r wrote it" (equal priors) and "none of these". Cells are independent given
the number. A number on no roster still looks like one, so its digits are drawn cell by cell from a mixture of
the roster's own digits in that place and of any digit; the roster's numbers themselves are taken out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SYMBOLS = 11
"""A cell holds a digit 0..9 or is left empty (10)."""
EMPTY = 10
SLIP = 1e-3
"""Chance a cell that a confident reader got wrong, or a student wrote wrong."""
NOT_ON_ROSTER = 0.01
"""Chance, before anything is read, that a sheet belongs to nobody on the roster."""


@dataclass(frozen=True, slots=True, eq=False)
class Spellings:
    """How roster numbers may stand in the cells: ``codes`` (V, cells) of symbols, in the order of the roster.

    ``first`` (R,): where the spellings of each roster entry begin; ``weight`` (V,) sums to 1 an entry.
    """

    codes: NDArray[np.intp]
    first: NDArray[np.intp]
    weight: Floats


def unmatchable(roster: Sequence[str], cells: int) -> dict[str, str]:
    """Roster numbers that nobody can write into ``cells`` digit cells, with the reason."""
    faults = {}
    for number in roster:
        if not (number.isascii() and number.isdecimal()):
            faults[number] = (
                f"student number {number!r} is not all digits: it cannot be read from digit boxes"
            )
        elif len(number) > cells:
            faults[number] = (
                f"student number {number!r} has {len(number)} digits, the sheets have {cells} boxes"
            )
    return faults


def spellings(roster: Sequence[str], cells: int) -> Spellings:
    """The spellings of numbers that fit (see ``unmatchable``).

    A number shorter than the cells may begin in the first, end in the last, or be filled with zeros in front.
    """
    rows = [list(dict.fromkeys(_spelled(number, cells))) for number in roster]
    codes = np.array([row for entry in rows for row in entry], dtype=np.intp).reshape(-1, cells)
    counts = np.array([len(entry) for entry in rows], dtype=np.intp)
    return Spellings(codes, np.cumsum(counts) - counts, np.repeat(1.0 / counts, counts))


def _spelled(number: str, cells: int) -> Iterator[tuple[int, ...]]:
    digits = tuple(int(digit) for digit in number)
    spare = cells - len(digits)
    yield digits + (EMPTY,) * spare
    yield (EMPTY,) * spare + digits
    yield (0,) * spare + digits


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """``students`` (S, R): P(student r wrote the number of sheet s); ``nobody`` (S,): P(none of them did).

    ``agreement`` (S, R): likelihood of the student's number over that of the likeliest digits, 0..1; low
    where the student's number contradicts what was read, whoever else could have written it.
    """

    students: Floats
    nobody: Floats
    agreement: Floats


def fit(cells: Floats, known: Spellings) -> Fit:
    """How well the cells of S sheets fit the R students.

    ``cells``: (S, n, 11) probabilities of a digit or empty; what a row lacks to 1 is "something else" and
    tells nothing about the digit.
    """
    rest = np.clip(1.0 - cells.sum(axis=2, keepdims=True), 0.0, 1.0)
    seen = (1.0 - SLIP) * (cells + rest / SYMBOLS) + SLIP / SYMBOLS  # (S, n, 11)
    drawn = _digits_of_strangers(known)  # (n, 11)
    fits = _product(seen, known.codes)  # (S, V)
    own = _product(drawn[None], known.codes)[0]  # (V,)
    any_number = np.einsum("snd,nd->sn", seen, drawn).prod(axis=1)
    strangers = np.maximum(any_number - fits @ own, 1e-9 * any_number)
    students = np.add.reduceat(fits * known.weight, known.first, axis=1)  # (S, R)
    joint = students * ((1.0 - NOT_ON_ROSTER) / len(known.first))
    nobody = strangers * NOT_ON_ROSTER
    whole = joint.sum(axis=1) + nobody
    agreement = np.maximum.reduceat(fits, known.first, axis=1) / seen.max(axis=2).prod(axis=1)[:, None]
    return Fit(joint / whole[:, None], nobody / whole, agreement)


def _digits_of_strangers(known: Spellings) -> Floats:
    counted = np.stack([np.bincount(column, known.weight, SYMBOLS) for column in known.codes.T])
    return np.asarray(0.5 * counted / counted.sum(axis=1, keepdims=True) + 0.5 / SYMBOLS)


def _product(seen: Floats, codes: NDArray[np.intp]) -> Floats:
    """prod over cells of seen[s, cell, codes[v, cell]]: (S, n, 11), (V, n) -> (S, V)."""
    product = np.ones((len(seen), len(codes)))
    for cell, column in enumerate(codes.T):
        product *= seen[:, cell, column]
    return product
