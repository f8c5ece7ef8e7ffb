"""Whose sheet it is without a roster: the number itself, if it was surely read and no other sheet has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from grading.marking.sheetnumber import IdentityReason, SheetIdentity, SheetNumber, has_digits, read_number

SURE_WITHOUT_ROSTER = 0.995
"""Least probability of all digits together; there is no roster to correct a misread one."""


def numbers_as_read(sheets: Sequence[SheetNumber], taken: Collection[str] = ()) -> tuple[SheetIdentity, ...]:
    """One identity a sheet; ``student`` is the printed or else the surely read number.

    ``taken``: numbers whose sheet a person has named.
    """
    read = [read_number(sheet) for sheet in sheets]
    claims = Counter(sheet.printed or number for sheet, number in zip(sheets, read, strict=True))
    claims.update(taken)
    return tuple(_by_itself(sheet, number, claims) for sheet, number in zip(sheets, read, strict=True))


def _by_itself(sheet: SheetNumber, read: str, claims: Mapping[str, int]) -> SheetIdentity:
    number = sheet.printed or read
    sure = 1.0 if sheet.printed else 0.0
    written = has_digits(sheet.cells)
    if sheet.printed is None and sheet.cells is not None:
        sure = float(sheet.cells.max(axis=1).prod())
    reason = ""
    if not number:
        reason = IdentityReason.EMPTY if sheet.cells is not None else IdentityReason.MISSING
    elif sheet.printed and written and read != sheet.printed:
        reason = IdentityReason.DIFFERS
    elif "_" in number:
        reason = IdentityReason.GAP
    elif sure < SURE_WITHOUT_ROSTER:
        reason = IdentityReason.UNSURE
    elif claims[number] > 1:
        reason = IdentityReason.TWO_SHEETS
    candidates = ((number, sure),) if reason and number else ()
    return SheetIdentity(sheet.sheet, None if reason else number, read, sure, reason, candidates)
