"""ROSTER.csv as spreadsheets of many makers save it."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from grading.exams import roster_table
from grading.exams.roster import RosterError, Student, load_roster, parse_roster, roster_of
from grading.exams.roster_columns import guessed
from grading.exams.roster_table import clean_cell, read_table, table_text

SAMPLE = Path(__file__).parents[2] / "examples" / "physics-quiz" / "roster.csv"


def test_the_sample_roster_has_a_class() -> None:
    roster = load_roster(SAMPLE)
    assert len(roster) == 24
    assert roster.students[1] == Student(
        "4711010", "Björn Lindqvist", "bjorn.lindqvist@school.example", "10a"
    )
    assert not roster.warnings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(encoding: str, delimiter: str, end: str) -> None:
    rows = [["student_id", "name", "email"], ["0012", "Grégoire Lefèvre", "g@x.org"], ["7", "José Ñandú", ""]]
    text = end.join(delimiter.join(row) for row in rows) + end
    roster = parse_roster(text.encode(encoding))
    assert roster.students == (Student("0012", "Grégoire Lefèvre", "g@x.org"), Student("7", "José Ñandú"))
    assert bool(roster.warnings) == (encoding not in ("utf-8", "utf-8-sig"))


@pytest.mark.parametrize(
    "header",
    [
        "Student ID,Full name",
        "Matrikel-Nr.;Name",
        "MATRIKELNUMMER;name",
        "Teilnehmernummer;Name",
        "Numéro d'étudiant,Nom",
        "id,NAME",
    ],
)
def test_headers_of_many_makers(header: str) -> None:
    delimiter = ";" if ";" in header else ","
    assert parse_roster(f"{header}\n1{delimiter}Ada\n".encode()).students == (Student("1", "Ada"),)


def test_columns_in_any_order_and_unknown_ones() -> None:
    data = b'Grade,name,section,ID\n1,"Ada, Countess",a,007\n'
    assert parse_roster(data).students == (Student("007", "Ada, Countess", section="a"),)


def test_names_are_one_line_of_nfc_and_ids_lose_a_spreadsheets_wrapper() -> None:
    data = 'id,name\n="0012","Jose\u0301\n  Garci\u0301a "\n'.encode()
    assert parse_roster(data).students == (Student("0012", "José García"),)


def test_a_name_of_ten_kilobytes_is_cut_with_a_warning() -> None:
    roster = parse_roster(f"id,name\n1,{'x' * 10_000}\n".encode())
    assert len(roster.students[0].name) == 200
    assert roster.warnings == ("roster.csv:2: the name was cut to 200 characters",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("id,name\n", "no students"),
        ("1,Ada\n2,Bob\n", "roster.csv:1: no column student_id and name"),
        ("id,email\n1,x\n", "roster.csv:1: no column name"),
        ("id,number,name\n1,1,Ada\n", "roster.csv:1: both 'id' and 'number' look like the student_id"),
        ("id,name\n1,Ada\n\n1,Bob\n", "roster.csv:4: the student id '1' is already on line 2"),
        ("id,name\n,Ada\n", "roster.csv:2: has no student id"),
        ("id,name\n1,\n", "roster.csv:2: has no name for student 1"),
        ("id,name\n" + "9" * 65 + ",Ada\n", "roster.csv:2: the student id is longer than 64"),
        ('id,name\n1,"Ada\n', "roster.csv:2: is not CSV"),
    ],
)
def test_a_fault_names_its_line(text: str, words: str) -> None:
    with pytest.raises(RosterError, match=words.replace("(", r"\(")):
        parse_roster(text.encode())


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="no such file"):
        load_roster(tmp_path / "none.csv")


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_is_read_like_a_text_file() -> None:
    rows: list[list[object]] = [
        ["ID", "Vorname", "Nachname"],
        ["0012", "Zoë", "Ö"],
        [],
        [4711003.0, "A", None],
    ]
    roster = parse_roster(workbook(rows), name="r.xlsx")
    assert roster.students == (Student("0012", "Zoë Ö", family="Ö"), Student("4711003", "A"))


def test_a_workbook_names_the_row_of_a_fault() -> None:
    with pytest.raises(RosterError, match=r"r\.xlsx:4: has no student id"):
        parse_roster(workbook([["ID", "Name"], [1, "A"], [], [None, "B"]]), name="r.xlsx")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 not a workbook", "no Excel file"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
        (b"x" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        read_table(data)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_table, "MAX_UNPACKED", 1000)
    with pytest.raises(RosterError, match="unpacks to more"):
        read_table(workbook([["ID", "Name"]]))


def test_a_line_that_is_there_twice_is_left_out_and_said() -> None:
    roster = parse_roster(b"id,name\n1,Ada\n1,Ada\n")
    assert len(roster) == 1
    assert roster.warnings == ("roster.csv:3: is the same as line 2 and was left out",)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("1001,Ada\n1002,Ben\n", ("student_id", "name")),
        ("Ada;a@x.org;1001\nBen;b@x.org;1002\n", ("name", "email", "student_id")),
        ("10a\tAda Lovelace\tAB-1001\n10a\tBen Li\tAB-1002\n", ("", "name", "student_id")),
        ("a\nb\n", ("",)),
    ],
)
def test_columns_without_a_header_are_told_by_what_they_hold(text: str, fields: tuple[str, ...]) -> None:
    columns = guessed(read_table(text.encode()))
    assert not columns.header
    assert columns.fields == fields


def test_a_column_whose_name_says_nothing_is_told_by_what_it_holds() -> None:
    text = "Nr.\tNachname\tVorname\tKlasse\n4960229\tMeyer\tAnna\t9a\n6088505\tSchulz\tBen\t9b\n"
    columns = guessed(read_table(text.encode()))
    assert columns.header
    assert columns.fields == ("student_id", "family", "given", "section")


cells = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Z")), min_size=1, max_size=12)
people = st.dictionaries(
    st.from_regex(r"[A-Z]{0,2}[0-9]{1,8}", fullmatch=True),
    cells.filter(lambda name: clean_cell(name) == name),
    min_size=1,
    max_size=8,
)


@given(
    people,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_names_come_through_any_file(
    students: dict[str, str], delimiter: str, encoding: str, end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([["student_id", "name"], *students.items()])
    roster = parse_roster(text.getvalue().encode(encoding))
    assert [(s.student_id, s.name) for s in roster.students] == list(students.items())


@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=5))
def test_a_table_sent_again_is_the_same_table(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    table = read_table(text.getvalue().encode())
    assert read_table(table_text(table).encode()).rows == table.rows


@given(st.text(max_size=200))
def test_any_text_is_guessed_and_refused_in_words_or_read(text: str) -> None:
    with contextlib.suppress(RosterError):
        table = read_table(text.encode("utf-8", "replace"))
        columns = guessed(table)
        assert len(columns.fields) == table.width
        assert columns.faults or roster_of(table, columns).students


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with contextlib.suppress(RosterError):
        assert parse_roster(data).students
