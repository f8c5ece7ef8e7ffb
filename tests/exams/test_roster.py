"""ROSTER.csv as spreadsheets of many makers save it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.exams.roster import RosterError, Student, load_roster, parse_roster

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
    ["Student ID,Full name", "Matrikel-Nr.;Name", "MATRIKELNUMMER;name", "Numéro d'étudiant,Nom", "id,NAME"],
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


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with contextlib.suppress(RosterError):
        assert parse_roster(data).students
