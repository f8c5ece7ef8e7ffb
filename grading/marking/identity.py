"""Whose sheet it is: printed numbers and boxed digits against the roster, one sheet a student.

A sheet is given to a student only when everything else together is less likely than 1 in 1,000 and no other
sheet may be the same student's; one that was printed for them, and contradicts that nowhere, is theirs unless
their number is plainly written on another. All else goes to a person with the reason and the best candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from grading.marking.numberlikelihood import SYMBOLS, Floats, fit, spellings, unmatchable
from grading.marking.rosterless import numbers_as_read
from grading.marking.sheetnumber import IdentityReason, SheetIdentity, SheetNumber, has_digits, read_number

__all__ = ["Identities", "IdentityReason", "SheetIdentity", "SheetNumber", "identify"]

SURE = 0.999
"""Least probability of an automatic identity."""
SURE_ALONE = 0.9
"""Least probability from the sheet's own digits; the rest may come from students who are found already."""
RIVAL = 0.05
"""A sheet that is a student's with this probability keeps all other sheets from being given to them."""
RIVAL_OF_PRINT = 0.9
"""The same for a sheet that was printed for them: doubtful digits elsewhere do not outweigh the print."""
LEAST_AGREEMENT = 0.02
"""A number that contradicts what was read more than this is never automatic, be it the only one alike."""
TWICE = 1e-3
"""Chance that a student whose sheet is found has a second one."""
BEST = 5


@dataclass(frozen=True, slots=True)
class Identities:
    """One identity a sheet, as ordered; ``unmatchable``: roster number -> why it cannot be written."""

    sheets: tuple[SheetIdentity, ...]
    unmatchable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """``students`` (S, R) and ``nobody`` (S,): posteriors of each sheet alone; ``agrees`` (S, R).

    ``printed`` (S,): roster index of the student whose number is printed on the sheet and nothing written
    there contradicts, -1 for none. ``taken`` (R,): students whose sheet people know.
    ``chosen`` (S,): roster index, -1 for none; ``probability`` (S,): of the best student, given the chosen.
    """

    students: Floats
    nobody: Floats
    agrees: NDArray[np.bool_]
    printed: NDArray[np.intp]
    taken: NDArray[np.bool_]
    chosen: NDArray[np.intp]
    probability: Floats


def identify(
    sheets: Sequence[SheetNumber], roster: Sequence[str] = (), taken: Collection[str] = ()
) -> Identities:
    """The student of every sheet; without a roster, the number itself where it was read surely.

    ``roster``: all students. ``taken``: those whose sheet a person has named; that sheet is not among
    ``sheets``. They stay candidates, so that a second sheet of theirs is seen, and are given to none.
    ``ValueError`` for a roster number or sheet that is there twice, and for cells of unequal shape.
    """
    _refuse_repeats("student number", roster)
    _refuse_repeats("sheet", [sheet.sheet for sheet in sheets])
    cells = _cells_of_a_sheet(sheets)
    if not roster:
        return Identities(numbers_as_read(sheets, taken))
    faults = unmatchable(roster, cells) if cells else {}
    found = _settled(_alone(sheets, roster, frozenset(taken), faults))
    suggested = _one_to_one(found)
    results = tuple(_identity(i, sheet, roster, found, suggested) for i, sheet in enumerate(sheets))
    return Identities(results, faults)


def _refuse_repeats(what: str, names: Sequence[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{what} {repeated[0]!r} is there twice: every {what} must be given once")


def _cells_of_a_sheet(sheets: Sequence[SheetNumber]) -> int:
    shapes = {sheet.cells.shape for sheet in sheets if sheet.cells is not None}
    if not shapes:
        return 0
    if len(shapes) > 1 or next(iter(shapes))[1:] != (SYMBOLS,):
        raise ValueError(
            f"student number cells have the shapes {sorted(shapes)}: expected (cells, {SYMBOLS}) once"
        )
    return int(next(iter(shapes))[0])


def _alone(
    sheets: Sequence[SheetNumber], roster: Sequence[str], taken: frozenset[str], faults: Mapping[str, str]
) -> _Found:
    """What every sheet says by itself."""
    students = np.zeros((len(sheets), len(roster)))
    nobody = np.ones(len(sheets))
    agrees = np.zeros(students.shape, dtype=bool)
    fitting = [r for r, student in enumerate(roster) if student not in faults]
    written = [(s, sheet.cells) for s, sheet in enumerate(sheets) if has_digits(sheet.cells)]
    if written and fitting:
        stack = np.stack([cells for _, cells in written if cells is not None])
        of_digits = fit(stack, spellings([roster[r] for r in fitting], stack.shape[1]))
        rows = [s for s, _ in written]
        students[np.ix_(rows, fitting)], nobody[rows] = of_digits.students, of_digits.nobody
        agrees[np.ix_(rows, fitting)] = of_digits.agreement >= LEAST_AGREEMENT
    place = {student: r for r, student in enumerate(roster)}
    printed = np.full(len(sheets), -1, dtype=np.intp)
    for s, sheet in enumerate(sheets):
        if sheet.printed is not None:
            students[s], nobody[s] = _with_printed(students[s], nobody[s], place.get(sheet.printed))
            agrees[s] |= students[s] == 1.0
            if students[s].max(initial=0.0) == 1.0:
                printed[s] = place[sheet.printed]
    known = np.array([student in taken for student in roster], dtype=bool)
    chosen = np.full(len(sheets), -1, dtype=np.intp)
    return _Found(students, nobody, agrees, printed, known, chosen, np.zeros(len(sheets)))


def _with_printed(students: Floats, nobody: float, printed: int | None) -> tuple[Floats, float]:
    """The printed number decides unless boxed digits point elsewhere; then both stay candidates.

    A printed number that is not on the roster (None) leaves the digits as candidates, none of them sure.
    """
    printed_alone = np.zeros_like(students)
    if printed is None:
        return students * 0.5, 0.5 + nobody * 0.5
    printed_alone[printed] = 1.0
    if students.sum() == 0.0 or students[printed] >= 0.5:
        return printed_alone, 0.0
    return (students + printed_alone) * 0.5, nobody * 0.5


def _settled(found: _Found) -> _Found:
    """Give the clear sheets their students, and let that clear others, until nothing changes."""
    each = np.arange(len(found.nobody))
    best = found.students.argmax(axis=1)
    alone = found.students[each, best]
    rivals, of_print = ((found.students >= least).sum(axis=0)[best] for least in (RIVAL, RIVAL_OF_PRINT))
    single = (np.where(found.printed >= 0, of_print, rivals) == 1) & ~found.taken[best]
    possible = (alone >= SURE_ALONE) & single & found.agrees[each, best]
    chosen = found.chosen
    while True:
        probability = alone / (_left_open(found.students, chosen) + found.nobody)
        after = np.where(possible & (probability >= SURE), best, -1)
        if np.array_equal(after, chosen):
            return replace(found, chosen=chosen, probability=np.minimum(probability, 1.0))
        chosen = after


def _left_open(students: Floats, chosen: NDArray[np.intp]) -> Floats:
    """(S,): probability of all students that a sheet may still be of; those found elsewhere count TWICE."""
    given = np.flatnonzero(chosen >= 0)
    taken = chosen[given]
    elsewhere = students[:, taken].sum(axis=1)
    elsewhere[given] -= students[given, taken]
    return np.asarray(students.sum(axis=1) - (1.0 - TWICE) * elsewhere)


def _one_to_one(found: _Found) -> NDArray[np.intp]:
    """The most probable assignment of sheets to different students (Kuhn 1955; Crouse 2016), -1 for nobody.

    Every sheet has a column of its own for "nobody", so that none is forced on a student.
    """
    sheets = len(found.nobody)
    columns = np.flatnonzero((found.students > 1e-6).any(axis=0) & ~found.taken)
    cost = -np.log(np.maximum(found.students[:, columns], 1e-12))
    alone = np.full((sheets, sheets), 1e3)
    np.fill_diagonal(alone, -np.log(np.maximum(found.nobody, 1e-9)))
    rows, places = linear_sum_assignment(np.hstack([cost, alone]))
    suggested = np.full(sheets, -1, dtype=np.intp)
    on_roster = places < len(columns)
    suggested[rows[on_roster]] = columns[places[on_roster]]
    return suggested


def _identity(
    s: int, sheet: SheetNumber, roster: Sequence[str], found: _Found, suggested: NDArray[np.intp]
) -> SheetIdentity:
    row = found.students[s]
    read = read_number(sheet)
    student = int(found.chosen[s])
    if student >= 0 and student == suggested[s]:
        return SheetIdentity(sheet.sheet, roster[student], read, float(found.probability[s]))
    order = sorted(np.flatnonzero(row > 1e-6).tolist(), key=lambda r: (r != suggested[s], -row[r], r))[:BEST]
    candidates = tuple((roster[r], float(row[r])) for r in order)
    reason = _reason(s, sheet, roster, found)
    return SheetIdentity(sheet.sheet, None, read, float(row.max(initial=0.0)), reason, candidates)


def _reason(s: int, sheet: SheetNumber, roster: Sequence[str], found: _Found) -> IdentityReason:
    row = found.students[s]
    if sheet.printed is not None and row.max(initial=0.0) < 1.0:
        known = sheet.printed in roster
        return IdentityReason.DIFFERS if known else IdentityReason.PRINTED_STRANGER
    if sheet.printed is None and sheet.cells is None:
        return IdentityReason.MISSING
    if sheet.printed is None and not has_digits(sheet.cells):
        return IdentityReason.EMPTY
    if found.nobody[s] >= 0.5:
        return IdentityReason.STRANGER
    wanted = row >= RIVAL
    if (found.students[:, wanted] >= RIVAL).sum() > wanted.sum() or found.taken[wanted].any():
        return IdentityReason.TWO_SHEETS
    return IdentityReason.UNSURE
