"""What a sheet says of its student, and whose it is: the values of identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grading.marking.numberlikelihood import EMPTY, Floats


class IdentityReason(StrEnum):
    """Why a person must say whose sheet it is."""

    MISSING = "no student number on the sheet"
    EMPTY = "student number left empty"
    GAP = "student number has a gap"
    UNSURE = "student number not clear"
    STRANGER = "student number not on the roster"
    TWO_SHEETS = "another sheet may have the same student"
    DIFFERS = "printed and written student number differ"
    PRINTED_STRANGER = "printed student number not on the roster"


@dataclass(frozen=True, slots=True, eq=False)
class SheetNumber:
    """What a sheet says of its student: ``printed`` number, and ``cells`` (n, 11), P(digit 0..9, empty)."""

    sheet: str
    cells: Floats | None = None
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class SheetIdentity:
    """Whose sheet it is. ``student`` is None where a person must decide; then ``reason`` says why.

    ``read``: the number as read (or printed). ``probability``: of the student, or of the best candidate.
    ``candidates``: (student, probability), at most 5, the suggestion of the one-to-one assignment first.
    """

    sheet: str
    student: str | None
    read: str
    probability: float
    reason: str = ""
    candidates: tuple[tuple[str, float], ...] = ()


def has_digits(cells: Floats | None) -> bool:
    """Whether there are cells and any of them may hold a digit."""
    return cells is not None and not bool((cells[:, EMPTY] > 0.5).all())


def read_number(sheet: SheetNumber) -> str:
    """The likeliest digits, ``_`` for an empty cell between them; the printed number where none are boxed."""
    if sheet.cells is None or not has_digits(sheet.cells):
        return sheet.printed or ""
    symbols = "".join("0123456789_"[symbol] for symbol in sheet.cells.argmax(axis=1))
    return symbols.strip("_")
