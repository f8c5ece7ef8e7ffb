"""A gradebook as text: CSV of any separator, quotation, line end and encoding.

The text is never written anew. Cells are found in it and the new values are put in their places, so that
everything else is, to the byte, what came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grading.exams.roster_faults import RosterError
from grading.exams.roster_table import (
    DELIMITERS,
    MAX_ROWS,
    clean_cell,
    decoded,
    delimiter_of,
    encoding_of,
    told_encoding,
)
from grading.reports.gradebook_file import MAX_COLUMNS, Place, Value, width, written

BEGIN = re.compile(r"\ufeff?(?:sep=(.)(?:\r\n|\n|\r))?", re.IGNORECASE)
"""What stands before the table: a byte order mark, and the line that tells Excel the separator."""
CELL = r'(?:"(?P<inner>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>[^{sign}\r\n]*+))(?P<end>{sign}|\r\n|\n|\r|\Z)'
LINES_SEARCHED = 20
Span = tuple[int, int]
"""Where a cell begins and ends in the text, with its quotation marks."""


@dataclass(frozen=True, slots=True)
class TextGradebook:
    """A file with the place of every cell in its text. ``quoted``: it puts every cell in quotation marks."""

    name: str
    text: str
    encoding: str
    separator: str
    spans: tuple[tuple[Span, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    quoted: bool
    formulas: frozenset[Place] = frozenset()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of how it was read."""
        return tuple(told_encoding(self.encoding, self.name))

    def can_hold(self, text: str) -> bool:
        """Whether the file's encoding has every sign of ``text``."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def filled(self, cells: Mapping[Place, Value], decimal_sign: str) -> bytes:
        """The file with ``cells`` in it; every row of a table that gets a new column gets a cell of it."""
        by_row: dict[int, dict[int, str]] = {}
        for (row, column), value in cells.items():
            text = value if isinstance(value, str) else written(value, decimal_sign)
            by_row.setdefault(row, {})[column] = text
        new = width(self.rows)
        if any(column >= new for values in by_row.values() for column in values):
            for row, spans in enumerate(self.spans):
                if len(spans) > 1 or (new == 1 and self.rows[row][0]):
                    by_row.setdefault(row, {}).setdefault(new, "")
        pieces, at = [], 0
        for row in sorted(by_row):
            for (begin, end), text in self._edits(row, by_row[row]):
                pieces += [self.text[at:begin], text]
                at = end
        return "".join([*pieces, self.text[at:]]).encode(self.encoding)

    def _edits(self, row: int, values: Mapping[int, str]) -> Iterator[tuple[Span, str]]:
        """What of a row is replaced, from left to right, and what is added at its end."""
        spans = self.spans[row]
        for column in sorted(column for column in values if column < len(spans)):
            yield spans[column], self._written(values[column], spans[column])
        added = range(len(spans), max(values) + 1)
        end = spans[-1][1]
        text = "".join(self.separator + self._written(values.get(column, "")) for column in added)
        yield (end, end), text

    def _written(self, text: str, before: Span = (0, 0)) -> str:
        """A cell in quotation marks where it needs them, or ``before`` it or all others have them."""
        had = before[0] < before[1] and self.text[before[0]] == '"'
        if had or self.quoted or re.search(rf'[{re.escape(self.separator)}"\r\n]', text):
            doubled = text.replace('"', '""')
            return f'"{doubled}"'
        return text


def read_text(data: bytes, name: str) -> TextGradebook:
    """The table of a file's bytes. Raises RosterError for what is no text, no CSV or too large."""
    encoding = encoding_of(data)
    text = decoded(data, encoding, name)
    begin = BEGIN.match(text)
    declared, start = (begin[1], begin.end()) if begin else (None, 0)
    separator = declared or _separator(text[start:])
    spans = tuple(map(tuple, _spans(text, start, separator, name)))
    clean = _Cleaned()
    rows = tuple(tuple(clean[text[a:b]] for a, b in row) for row in spans)
    filled = [text[a] == '"' for row in spans for a, b in row if a < b]
    return TextGradebook(name, text, encoding, separator, spans, rows, bool(filled) and all(filled))


def _separator(text: str) -> str:
    """By the first line that has one: a title may stand above the table."""
    for line in text.splitlines()[:LINES_SEARCHED]:
        if any(sign in line for sign in DELIMITERS):
            return delimiter_of(line)
    return DELIMITERS[0]


def _spans(text: str, start: int, separator: str, name: str) -> Iterator[list[Span]]:
    """Row by row, where each cell stands. An empty line is a row with one empty cell."""
    cell = re.compile(CELL.replace("{sign}", re.escape(separator)))
    row: list[Span] = []
    count, end = 0, ""
    at = start
    while at < len(text) or end == separator:
        found = cell.match(text, at)
        if found is None or (found["bare"] or "").startswith('"'):
            line = text.count("\n", 0, at) + 1
            hint = "look for a quotation mark that is never closed"
            raise RosterError(f"{name}:{line}: is not CSV (unexpected end of data); {hint}")
        row.append((at, found.start("end")))
        at, end = found.end(), found["end"]
        if end != separator:
            yield row
            row, count = [], count + 1
        if count > MAX_ROWS:
            raise RosterError(f"{name}: has more than {MAX_ROWS} rows; keep only the students")
        if len(row) > MAX_COLUMNS:
            raise RosterError(f"{name}: has more than {MAX_COLUMNS} columns")


class _Cleaned(dict[str, str]):
    """Clean texts by what stands in the file, where most cells stand many times."""

    def __missing__(self, raw: str) -> str:
        found = clean_cell(raw[1:-1].replace('""', '"') if raw.startswith('"') else raw)
        self[raw] = found
        return found
