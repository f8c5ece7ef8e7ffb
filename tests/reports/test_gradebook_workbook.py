"""A workbook is given back with marks in its front sheet; all its other parts are the same, to the byte."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from grading.exams.roster_faults import RosterError
from grading.reports import gradebook_workbook
from grading.reports.gradebook_file import Place, Value, read_gradebook

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book() -> bytes:
    """A second sheet, a style, a number with leading zeros, a formula, an empty line, a gap in a row."""
    made = Workbook()
    sheet: Any = made.active
    sheet.append(["ID", "Name", "Mark", "Twice"])
    sheet.append(["0012", "Ada & <Co>", None, "=C2*2"])
    sheet.append([13, "Ben", 4.5, "=C3*2"])
    sheet.append([])
    sheet["A5"], sheet["D5"] = "14", "=C5*2"
    sheet["C2"].fill = PatternFill("solid", fgColor="FFEE00")
    made.create_sheet("Other").append(["kept"])
    return saved(made)


def saved(made: Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def filled(content: bytes, places: dict[Place, Value]) -> bytes:
    return read_gradebook(content, "g.xlsx").filled(places, ",")


def values(content: bytes) -> list[list[object]]:
    sheet: Any = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_nothing_written_changes_no_part(book: bytes) -> None:
    assert parts(filled(book, {})) == parts(book)


def test_marks_are_numbers_in_their_cells_and_nothing_else_changes(book: bytes) -> None:
    after = filled(book, {(1, 2): Decimal("1.50"), (2, 2): Decimal(7), (4, 2): Decimal("-0.25")})
    wanted = values(book)
    wanted[1][2], wanted[2][2], wanted[4][2] = 1.5, 7, -0.25
    assert values(after) == wanted
    assert {name for name, part in parts(after).items() if part != parts(book)[name]} == {SHEET}
    sheet: Any = load_workbook(io.BytesIO(after)).active
    assert sheet["C2"].fill.fgColor.rgb == "00FFEE00"
    for cell in (b'<c r="C2" s="1"><v>1.5</v></c>', b'<c r="C3"><v>7</v></c>', b'<c r="C5"><v>-0.25</v></c>'):
        assert cell in parts(after)[SHEET]


def test_a_new_column_stands_beside_the_others(book: bytes) -> None:
    after = filled(book, {(0, 4): "=Quiz <1> & 2", (1, 4): Decimal(9)})
    assert [row[4] for row in values(after)] == ["=Quiz <1> & 2", 9, None, None, None]
    sheet: Any = load_workbook(io.BytesIO(after)).active
    assert sheet["E1"].data_type != "f"
    assert [row[:4] for row in values(after)] == values(book)


def test_cells_with_formulas_are_known(book: bytes) -> None:
    assert read_gradebook(book, "g.xlsx").formulas == {(1, 3), (2, 3), (4, 3)}


def test_formulas_count_anew_once_marks_are_written(book: bytes) -> None:
    said = b'fullCalcOnLoad="1"'
    old = parts(book)["xl/workbook.xml"].replace(b" " + said, b"")
    plain = repacked(book, "xl/workbook.xml", old)
    assert parts(filled(plain, {}))["xl/workbook.xml"] == old
    after = parts(filled(plain, {(1, 2): Decimal(1)}))["xl/workbook.xml"]
    assert after.replace(b" " + said, b"") == old
    assert after.count(said) == 1
    assert parts(filled(book, {(1, 2): Decimal(1)}))["xl/workbook.xml"] == parts(book)["xl/workbook.xml"]


def test_rows_keep_their_places(book: bytes) -> None:
    rows = read_gradebook(book, "g.xlsx").rows
    assert [row[:2] for row in rows] == [
        ("ID", "Name"),
        ("0012", "Ada & <Co>"),
        ("13", "Ben"),
        ("",),
        ("14",),
    ]


def repacked(content: bytes, changed: str, new: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for name, part in parts(content).items():
            packed.writestr(name, new if name == changed else part)
    return whole.getvalue()


def rewritten(content: bytes, sheet: bytes) -> bytes:
    return repacked(content, SHEET, sheet)


def test_a_sheet_of_other_programs_is_written_in_its_own_names(book: bytes) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<?xml version="1.0"?><x:worksheet xmlns:x="{main}"><x:dimension ref="A1:B2"/><x:sheetData>'
        '<x:row spans="1:2"><x:c t="inlineStr"><x:is><x:t>ID > "</x:t></x:is></x:c><x:c/></x:row>'
        "<x:row r='2' spans='1:2'><x:c r='A2'><x:v>12</x:v></x:c><x:c r='B2' s='1' t='s'/></x:row>"
        "<x:row r='4'/></x:sheetData></x:worksheet>"
    ).encode()
    after = parts(filled(rewritten(book, sheet), {(1, 1): Decimal(3), (0, 1): "Mark"}))[SHEET]
    assert b'<x:c r=\'A2\'><x:v>12</x:v></x:c><x:c r="B2" s="1"><x:v>3</x:v></x:c></x:row>' in after
    assert b'<x:c r="B1" t="inlineStr"><x:is><x:t>Mark</x:t></x:is></x:c></x:row>' in after


def test_a_new_column_takes_away_widths_that_no_longer_hold(book: bytes) -> None:
    sheet = parts(book)[SHEET].replace(b"<sheetData>", b'<dimension ref="A1:D5"/><sheetData>', 1)
    sheet = sheet.replace(b'<row r="2">', b'<row r="2" spans="1:4">')
    after = parts(filled(rewritten(book, sheet), {(0, 4): "Quiz", (1, 4): Decimal(9)}))[SHEET]
    assert b"dimension" not in after
    assert b"spans" not in after


def test_hostile_workbooks_are_refused(book: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = parts(book)[SHEET].replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1)
    for content in (rewritten(book, bomb), rewritten(book, b"<worksheet><sheetData>"), book[:-200]):
        with pytest.raises(RosterError, match="no Excel file"):
            read_gradebook(content, "g.xlsx")
    monkeypatch.setattr(gradebook_workbook, "MAX_UNPACKED", 1000)
    with pytest.raises(RosterError, match="unpacks to more"):
        read_gradebook(book, "g.xlsx")
