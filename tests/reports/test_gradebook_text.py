"""A gradebook is given back as it came, to the byte, but for the cells that get a mark."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.exams.roster_faults import RosterError
from grading.reports.gradebook_file import Place, Value, read_gradebook, width
from grading.reports.gradebook_text import read_text
from tests.reports.gradebook_samples import ALL, BLACKBOARD, ILIAS, MOODLE

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
cells = st.text(st.sampled_from("abcäé01.,;\t\"\r\n =-+@'"), max_size=8)
tables = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=6)
)


@pytest.mark.parametrize("name", ALL)
def test_a_file_into_which_nothing_is_written_is_the_same_file(name: str) -> None:
    assert read_gradebook(ALL[name], name).filled({}, ".") == ALL[name]


@given(
    tables,
    st.sampled_from(ENCODINGS),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
    st.data(),
)
def test_one_cell_changes_and_no_other_byte(
    table: list[list[str]],
    encoding: str,
    separator: str,
    end: str,
    quoted: bool,
    ends: bool,
    data: st.DataObject,
) -> None:
    header = [f"h{place}" for place in range(len(table[0]))] + ["ident"]
    rows = [header, *([*row, "1001"] for row in table)]
    text = end.join(separator.join(_cell(cell, quoted) for cell in row) for row in rows)
    whole = (text + end * ends).encode(encoding)
    file = read_text(whole, "any.csv")
    assert file.filled({}, ".") == whole
    row, column = data.draw(st.integers(1, len(table))), data.draw(st.integers(0, len(header)))
    filled = file.filled({(row, column): Decimal("12.50")}, ",")
    before, after = (_read(content, file.encoding, separator) for content in (whole, filled))
    if column == len(header):
        assert [line[:-1] for line in after] == before
        assert [line[-1] for line in after] == ["12,5" if place == row else "" for place in range(len(rows))]
    else:
        before[row][column] = "12,5"
        assert after == before
        begin, stop = file.spans[row][column]
        edge, tail = file.text[:begin].encode(file.encoding), file.text[stop:].encode(file.encoding)
        assert filled.startswith(edge)
        assert filled.endswith(tail)


def _cell(text: str, quoted: bool) -> str:
    """As a careful system writes it: `csv` leaves a lone line end of another kind without marks."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if quoted or set(text) & set(',;\t"\r\n') else text


def _read(content: bytes, encoding: str, separator: str) -> list[list[str]]:
    text = io.StringIO(content.decode(encoding).removeprefix("\ufeff"), newline="")
    return list(csv.reader(text, delimiter=separator, strict=True))


def filled(content: bytes, places: dict[Place, Value], sign: str = ".") -> bytes:
    return read_gradebook(content, "x").filled(places, sign)


def test_a_mark_stands_in_the_quotation_of_its_file() -> None:
    assert filled(MOODLE, {(2, 5): Decimal(8)}) == MOODLE.replace(
        b"ben@example.org,-,-,-", b"ben@example.org,-,8,-"
    )
    row = '"Ben"\t"ben"\t"0001002"\t""\t"Yes"\t""\t'
    assert filled(BLACKBOARD, {(2, 7): Decimal("8.25")}) == BLACKBOARD.replace(
        f'{row}""'.encode("utf-16-le"), f'{row}"8.25"'.encode("utf-16-le")
    )


def test_a_decimal_comma_among_commas_is_quoted_and_one_among_semicolons_is_not() -> None:
    half = Decimal("0.5")
    assert filled(b"a,b\n1,\n", {(1, 1): half}, ",") == b'a,b\n1,"0,5"\n'
    assert filled(b"a;b\n1;\n", {(1, 1): half}, ",") == b"a;b\n1;0,5\n"


def test_a_new_column_keeps_the_line_ends_and_the_encoding() -> None:
    wanted = ILIAS.replace(b"Bemerkung\r", b"Bemerkung;Quiz\r").replace(b"Ada;\r", b"Ada;;9\r")
    wanted = wanted.replace(b"Ben;x\r", b"Ben;x;\r")
    assert filled(ILIAS, {(0, 4): "Quiz", (1, 4): Decimal(9)}) == wanted


def test_short_rows_are_filled_up_and_titles_and_empty_lines_are_left() -> None:
    file = b"Physics\n\nid,name,mark\n1,Ada\n2,Ben,\n"
    assert filled(file, {(3, 2): Decimal(4)}) == b"Physics\n\nid,name,mark\n1,Ada,4\n2,Ben,\n"
    assert filled(file, {(2, 3): "Quiz", (3, 3): Decimal(4)}) == (
        b"Physics\n\nid,name,mark,Quiz\n1,Ada,,4\n2,Ben,,\n"
    )


def test_the_line_that_tells_excel_the_separator_is_no_row() -> None:
    file = read_gradebook(b"sep=;\r\nid;mark\r\n007;\r\n", "x")
    assert file.rows == (("id", "mark"), ("007", ""))
    assert file.filled({(1, 1): Decimal("1.5")}, ",") == b"sep=;\r\nid;mark\r\n007;1,5\r\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b'id,mark\n1,"open\n', "x:2: is not CSV"),
        (b'id,mark\n1,"a"b\n', "x:2: is not CSV"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
        (b"PK\x03\x04 nothing", "no Excel file"),
        (b"\x81\x8d\xff", "is not text"),
        (b"a," * 1001, "more than 1000 columns"),
        (b"1\n" * 50_002, "more than 50000 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(RosterError, match=said):
        read_gradebook(content, "x")


def test_cells_are_read_as_the_roster_reads_them() -> None:
    file = read_gradebook(b'="0012", \xc3\x84da ,"a ""b"""\n', "x")
    assert file.rows == (("0012", "Äda", 'a "b"'),)
    assert width(file.rows) == 3
