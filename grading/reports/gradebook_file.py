"""A gradebook that another system exported: read as rows of texts, given back with some cells filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from grading.exams.roster_faults import RosterError
from grading.exams.roster_table import WORKBOOK, refuse_other_kinds
from grading.reports.tables import plain

Place = tuple[int, int]
"""Row and column of a cell, from 0."""
Value = Decimal | str
"""What a cell is filled with: a number, or the name of a column."""
MAX_COLUMNS = 1000


class GradebookFile(Protocol):
    """A table whose file can be given back with other values in some of its cells and nothing else changed.

    ``rows``: clean texts; ``formulas``: cells that are computed, and never filled; ``warnings`` are for the
    teacher to read; ``separator``: what parts cells, "" where nothing does.
    """

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def formulas(self) -> frozenset[Place]: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    @property
    def separator(self) -> str: ...
    def can_hold(self, text: str) -> bool:
        """Whether the file's encoding has every sign of ``text``."""
        ...

    def filled(self, cells: Mapping[Place, Value], decimal_sign: str) -> bytes:
        """The file with ``cells`` in it; those in the column after the widest row are a new column."""
        ...


def width(rows: tuple[tuple[str, ...], ...]) -> int:
    """Columns of the widest row."""
    return max(map(len, rows), default=0)


def written(mark: Decimal | None, decimal_sign: str) -> str:
    """A mark as it stands in a file; "" for none."""
    return plain(mark).replace(".", decimal_sign)


def read_gradebook(data: bytes, name: str) -> GradebookFile:
    """The table of a CSV or Excel file. Raises RosterError for what is no table, or too large a one."""
    from grading.reports.gradebook_text import read_text
    from grading.reports.gradebook_workbook import read_workbook

    refuse_other_kinds(data, name)
    read: Callable[[bytes, str], GradebookFile] = read_workbook if data.startswith(WORKBOOK) else read_text
    file = read(data, name)
    if not any(cell for row in file.rows for cell in row):
        raise RosterError(f"{name}: is empty")
    return file
