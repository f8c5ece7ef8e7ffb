"""A table as people have it: CSV of any maker, lines pasted from a spreadsheet, or an Excel workbook."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from openpyxl import load_workbook

from grading.exams.roster_faults import RosterError

MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 60
FIELD_LIMIT = 1_000_000
DELIMITERS = (",", ";", "\t")
WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the line on which each starts, and what a person should know of how they were read."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    warnings: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max((len(row) for _, row in self.rows), default=0)


def read_table(data: bytes, *, name: str = "roster.csv") -> Table:
    """The cells of a file, as clean texts. Raises RosterError for what is no table, or too large a one."""
    refuse_other_kinds(data, name)
    if data.startswith(WORKBOOK):
        return Table(name, tuple(workbook_rows(data, name)))
    encoding = encoding_of(data)
    text = decoded(data, encoding, name).removeprefix("\ufeff")
    return Table(name, tuple(_text_rows(text, name)), tuple(told_encoding(encoding, name)))


def refuse_other_kinds(data: bytes, name: str) -> None:
    """Raises RosterError for a file that is too large, or of a kind that nobody reads here."""
    if len(data) > MAX_BYTES:
        raise RosterError(f"{name}: is larger than {MAX_BYTES // 1_000_000} MB")
    if data.startswith(OLD_WORKBOOK):
        raise RosterError(f"{name}: is an old Excel file (.xls); save it as .xlsx or as CSV")


def table_text(table: Table) -> str:
    """The table as CSV on the same lines, to be sent again with a form."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    last = 0
    for line, row in table.rows:
        text.write("\n" * (line - last - 1))
        writer.writerow(row)
        last = line
    return text.getvalue()


def clean_cell(cell: str) -> str:
    """One line of NFC text without control characters; a spreadsheet's ``="0012"`` loses its wrapper."""
    wrapped = re.fullmatch(r'="([^"]*)"', cell.strip())
    text = unicodedata.normalize("NFC", wrapped[1] if wrapped else cell)
    text = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)
    return " ".join(text.replace("\ufeff", "").split())


def workbook_rows(
    data: bytes, name: str, most_columns: int = MAX_COLUMNS
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of the sheet that is in front, as texts; formulas count by their last result."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
                raise RosterError(f"{name}: unpacks to more than {MAX_UNPACKED // 1_000_000} MB")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.active
        if sheet is None:
            raise RosterError(f"{name}: has no sheet with rows")
        for line, row in enumerate(sheet.iter_rows(max_col=most_columns, values_only=True), start=1):
            cells = _trimmed([clean_cell(_cell_text(value)) for value in row])
            if cells:
                yield line, cells
            if line > MAX_ROWS:
                raise RosterError(f"{name}: has more than {MAX_ROWS} rows; keep only the students")
        book.close()
    except RosterError:
        raise
    except Exception as problem:  # openpyxl raises whatever a broken file provokes
        raise RosterError(f"{name}: is no Excel file that can be read; save it as CSV") from problem


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def encoding_of(data: bytes) -> str:
    """The codec that gives a file's text, with its byte order mark if it has one, and the same bytes back."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-16-be"
    if data[:200].count(b"\0") > len(data[:200]) // 4:
        return "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decoded(data: bytes, encoding: str, name: str) -> str:
    """The text of a file, with its byte order mark. Raises RosterError for what is no text."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise RosterError(f"{name}: is not text; save it as CSV in UTF-8") from problem


def told_encoding(encoding: str, name: str) -> list[str]:
    """What a person should know of an encoding that had to be guessed."""
    if encoding == "cp1252":
        return [f"{name}: is not UTF-8 and was read as Windows-1252; check names with accents"]
    return [] if encoding == "utf-8" else [f"{name}: was read as UTF-16"]


def _text_rows(text: str, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows that are not empty, with the line on which each starts."""
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    line, count = 1, 0
    try:
        for row in reader:
            cells = _trimmed([clean_cell(cell) for cell in row[:MAX_COLUMNS]])
            if cells:
                yield line, cells
                count += 1
            if count > MAX_ROWS:
                raise RosterError(f"{name}: has more than {MAX_ROWS} rows; keep only the students")
            line = reader.line_num + 1
    except csv.Error as problem:
        hint = "look for a quotation mark that is never closed"
        raise RosterError(f"{name}:{line}: is not CSV ({problem}); {hint}") from problem


def delimiter_of(text: str) -> str:
    """What stands most often in the first line, outside quotation marks."""
    first = re.sub(r'"[^"\n]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(DELIMITERS, key=first.count)
