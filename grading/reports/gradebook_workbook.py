"""A gradebook as an Excel workbook: cells are put into the XML of its front sheet, all else stays as it is.

openpyxl would write the whole workbook anew and lose what it does not know (pictures, rules of other
programs); so it only reads here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

from grading.exams.roster_faults import RosterError
from grading.exams.roster_table import workbook_rows
from grading.reports.gradebook_file import MAX_COLUMNS, Place, Value, width
from grading.reports.tables import plain

MAX_UNPACKED = 40_000_000
TAG = re.compile(rb"""<[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
CALCULATION = re.compile(rb"<(?:\w+:)?calcPr\b(?![^>]*fullCalcOnLoad)")
"""Where a workbook can say that its formulas count anew: else they would show the sums of before."""
SPANS = re.compile(rb'\sspans\s*=\s*["\'][^"\']*["\']')


@dataclass(frozen=True, slots=True)
class XmlCell:
    """Where a cell stands in the bytes of the sheet, and the number of its style, "" for none."""

    begin: int
    end: int
    style: str


@dataclass(slots=True)
class XmlRow:
    """A row of the sheet: its start tag, its cells by column, and where further ones may be added."""

    tag: tuple[int, int]
    cells: dict[int, XmlCell] = field(default_factory=dict)
    end: int = 0


@dataclass(frozen=True, slots=True)
class WorkbookGradebook:
    """A workbook with the place of every cell of its front sheet; ``part`` is the sheet's name in the ZIP."""

    name: str
    data: bytes
    part: str
    sheet: bytes
    prefix: str
    lines: Mapping[int, XmlRow]
    rows: tuple[tuple[str, ...], ...]
    formulas: frozenset[Place]
    warnings: tuple[str, ...] = ()
    separator: str = ""

    def can_hold(self, text: str) -> bool:
        """XML has every sign of a clean text."""
        return bool(text)

    def filled(self, cells: Mapping[Place, Value], decimal_sign: str) -> bytes:
        """The workbook with ``cells`` in it. Numbers are numbers there and have no ``decimal_sign``."""
        edits = sorted(self._edits(cells))
        pieces, at = [], 0
        for begin, end, new in edits:
            pieces += [self.sheet[at:begin], new]
            at = end
        return self._packed(b"".join([*pieces, self.sheet[at:]]))

    def _edits(self, cells: Mapping[Place, Value]) -> Iterator[tuple[int, int, bytes]]:
        for (row, column), value in sorted(cells.items()):
            line = self.lines[row]
            known = line.cells.get(column)
            new = self._cell(row, column, value, known.style if known else "")
            if known:
                yield known.begin, known.end, new
            else:
                later = [cell.begin for place, cell in line.cells.items() if place > column]
                at = min(later, default=line.end)
                yield at, at, new
        if any(column >= width(self.rows) for _row, column in cells):
            yield from self._widened({row for row, _column in cells})

    def _cell(self, row: int, column: int, value: Value, style: str) -> bytes:
        """One cell: a number, or a text that is never a formula."""
        tag, place = f"{self.prefix}c", f"{get_column_letter(column + 1)}{row + 1}"
        styled = f' s="{style}"' if style else ""
        if isinstance(value, str):
            text, inline = f"{self.prefix}t", f"{self.prefix}is"
            held = f"<{inline}><{text}>{escape(value)}</{text}></{inline}>"
            return f'<{tag} r="{place}"{styled} t="inlineStr">{held}</{tag}>'.encode()
        number = f"{self.prefix}v"
        return f'<{tag} r="{place}"{styled}><{number}>{plain(value)}</{number}></{tag}>'.encode()

    def _widened(self, rows: set[int]) -> Iterator[tuple[int, int, bytes]]:
        """The widths that the sheet states, which a new column makes wrong and which may be left out."""
        for row in rows:
            begin, end = self.lines[row].tag
            for found in SPANS.finditer(self.sheet, begin, end):
                yield found.start(), found.end(), b""
        head = min((line.tag[0] for line in self.lines.values()), default=0)
        for found in re.finditer(rb"<(?:\w+:)?dimension\b[^>]*/>", self.sheet[:head]):
            yield found.start(), found.end(), b""

    def _packed(self, sheet: bytes) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.data)) as old, zipfile.ZipFile(whole, "w") as new:
            for member in old.infolist():
                content = sheet if member.filename == self.part else old.read(member)
                if member.filename == "xl/workbook.xml" and self.formulas and sheet != self.sheet:
                    content = CALCULATION.sub(rb'\g<0> fullCalcOnLoad="1"', content, count=1)
                new.writestr(member, content, compress_type=member.compress_type)
        return whole.getvalue()


def read_workbook(data: bytes, name: str) -> WorkbookGradebook:
    """The front sheet of a workbook. Raises RosterError for what is none, or unpacks to too much."""
    _refuse_bombs(data, name)
    try:
        part = _front_sheet(data)
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sheet = packed.read(part)
        places = _Places(sheet)
    except Exception as problem:  # openpyxl and expat raise whatever a broken file provokes
        raise RosterError(f"{name}: is no Excel file that can be read; save it as CSV") from problem
    most = max((column for row in places.rows.values() for column in row.cells), default=0) + 1
    if most > MAX_COLUMNS:
        raise RosterError(f"{name}: has more than {MAX_COLUMNS} columns")
    found = dict(workbook_rows(data, name, most))
    rows = tuple(found.get(line, ()) or ("",) for line in range(1, max(found, default=0) + 1))
    formulas = frozenset(places.formulas)
    return WorkbookGradebook(name, data, part, sheet, places.prefix, places.rows, rows, formulas)


def _refuse_bombs(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as problem:
        raise RosterError(f"{name}: is no Excel file that can be read; save it as CSV") from problem
    if unpacked > MAX_UNPACKED:
        raise RosterError(f"{name}: unpacks to more than {MAX_UNPACKED // 1_000_000} MB")


def _front_sheet(data: bytes) -> str:
    """The name in the ZIP of the sheet that is in front."""
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    sheet: Any = book.active
    part = str(sheet._worksheet_path)  # openpyxl has no public name for it
    book.close()
    return part


class _Places:
    """Finds rows, cells and formulas of a sheet by their offsets in its bytes."""

    def __init__(self, sheet: bytes) -> None:
        if sheet.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ValueError("a sheet in UTF-16")
        self.sheet = sheet
        self.rows: dict[int, XmlRow] = {}
        self.formulas: list[Place] = []
        self.prefix = ""
        self._row, self._column = -1, -1
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse(sheet, True)

    def _refuse(self, *_declared: object) -> None:
        raise ValueError("a sheet with a document type")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        prefix, colon, local = name.rpartition(":")
        if local == "row":
            self.prefix = prefix + colon
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
            self.rows[self._row] = XmlRow(self._tag())
        elif local == "c":
            said = REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = column_index_from_string(said[1]) - 1 if said else self._column + 1
            begin, end = self._tag()
            self.rows[self._row].cells[self._column] = XmlCell(begin, end, attributes.get("s", ""))
        elif local == "f":
            self.formulas.append((self._row, self._column))

    def _end(self, name: str) -> None:
        """An element that closes itself ends with its own tag, which ``_begin`` took for its end."""
        local, at = name.rpartition(":")[2], self._parser.CurrentByteIndex
        if local == "row":
            line = self.rows[self._row]
            closed_itself = self.sheet[line.tag[1] - 2 : line.tag[1]] == b"/>"
            line.end = line.tag[1] if closed_itself else at
        elif local == "c":
            cell = self.rows[self._row].cells[self._column]
            if self.sheet[cell.end - 2 : cell.end] != b"/>":
                end = self.sheet.index(b">", at) + 1
                self.rows[self._row].cells[self._column] = XmlCell(cell.begin, end, cell.style)

    def _tag(self) -> tuple[int, int]:
        begin = self._parser.CurrentByteIndex
        found = TAG.match(self.sheet, begin)
        if found is None:
            raise ValueError("a tag that does not end")
        return begin, found.end()
