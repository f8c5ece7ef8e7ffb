"""ROSTER.csv in: the students of an exam, as spreadsheets of many makers save them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.core.errors import UserError

MAX_BYTES = 20_000_000
MAX_STUDENTS = 20_000
MAX_ID, MAX_NAME, MAX_EMAIL, MAX_SECTION = 64, 200, 254, 64
FIELD_LIMIT = 1_000_000
DELIMITERS = (",", ";", "\t")
HEADERS = {
    "student_id": "studentid id studentnumber studentno number idnumber matriculation matriculationnumber"
    " matrikel matrikelnummer matrikelnr matnr nummer numero numeroetudiant numerodetudiant",
    "name": "name fullname studentname student namen nom nomcomplet nometprenom",
    "email": "email mail emailaddress courriel adressemail",
    "section": "section group class course gruppe klasse kurs groupe classe",
}
_COLUMNS = {variant: field for field, variants in HEADERS.items() for variant in variants.split()}


class RosterError(UserError):
    """A roster that cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class Student:
    """One line of a roster."""

    student_id: str
    name: str
    email: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The students in the order of the file; ``warnings`` are for the teacher to read."""

    students: tuple[Student, ...]
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.students)


def load_roster(path: Path) -> Roster:
    """The roster of a CSV file. Raises RosterError that names the line and what is expected."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RosterError(f"{path.name}: is larger than {MAX_BYTES // 1_000_000} MB")
        return parse_roster(path.read_bytes(), name=path.name)
    except OSError as problem:
        raise RosterError(f"{path}: {(problem.strerror or 'cannot be read').lower()}") from problem


def parse_roster(data: bytes, *, name: str = "roster.csv") -> Roster:
    """The roster of a file's bytes; ``name`` is what error messages call it."""
    text, warnings = _decoded(data, name)
    rows = list(_rows(text, name))
    if not rows:
        raise RosterError(f"{name}: is empty; the first line must be student_id,name[,email,section]")
    columns = _columns(rows[0][1], name)
    students: list[Student] = []
    seen: dict[str, int] = {}
    for line, row in rows[1:]:
        student, noted = _student(row, columns, f"{name}:{line}")
        first = seen.setdefault(student.student_id, line)
        if first != line:
            raise RosterError(
                f"{name}:{line}: the student id {student.student_id!r} is already on line {first}"
            )
        students.append(student)
        warnings += noted
    if not students:
        raise RosterError(f"{name}: has a header but no students")
    if len(students) > MAX_STUDENTS:
        raise RosterError(f"{name}: has {len(students)} students; at most {MAX_STUDENTS} are taken")
    return Roster(tuple(students), tuple(warnings))


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file in UTF-8 or UTF-16, or, with a warning, in Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(data, "utf-16", name), [f"{name}: was read as UTF-16"]
    if data[:200].count(b"\0") > len(data[:200]) // 4:
        order = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return _decode(data, order, name), [f"{name}: was read as UTF-16"]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        warning = f"{name}: is not UTF-8 and was read as Windows-1252; check names with accents"
        return _decode(data, "cp1252", name), [warning]


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        raise RosterError(f"{name}: is not text; save it as CSV in UTF-8") from problem


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with the line on which each starts."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as problem:
        raise RosterError(f"{name}:{line}: is not CSV ({problem})") from problem


def _columns(header: Sequence[str], name: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for i, cell in enumerate(header):
        field = _COLUMNS.get(_header_word(cell))
        if field is None:
            continue
        if field in columns:
            raise RosterError(f"{name}:1: both {header[columns[field]]!r} and {cell!r} look like the {field}")
        columns[field] = i
    missing = [field for field in ("student_id", "name") if field not in columns]
    if missing:
        given = ", ".join(cell.strip()[:40] for cell in header)
        raise RosterError(
            f"{name}:1: no column {' and '.join(missing)} among: {given}",
            hint="The first line must be student_id,name[,email,section].",
        )
    return columns


def _header_word(cell: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", cell.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z]", "", bare)


def _student(row: Sequence[str], columns: dict[str, int], at: str) -> tuple[Student, list[str]]:
    values = {field: _clean(row[i]) if i < len(row) else "" for field, i in columns.items()}
    student_id = values["student_id"]
    if not student_id:
        raise RosterError(f"{at}: has no student id")
    if len(student_id) > MAX_ID:
        raise RosterError(f"{at}: the student id is longer than {MAX_ID} characters")
    if not values["name"]:
        raise RosterError(f"{at}: has no name for student {student_id}")
    limits = {"name": MAX_NAME, "email": MAX_EMAIL, "section": MAX_SECTION}
    noted = [
        f"{at}: the {field} was cut to {limit} characters"
        for field, limit in limits.items()
        if len(values.get(field, "")) > limit
    ]
    kept = {field: values.get(field, "")[:limit].strip() for field, limit in limits.items()}
    return Student(student_id, **kept), noted


def _clean(cell: str) -> str:
    """One line of NFC text without control characters; a spreadsheet's ``="0012"`` loses its wrapper."""
    wrapped = re.fullmatch(r'="([^"]*)"', cell.strip())
    text = unicodedata.normalize("NFC", wrapped[1] if wrapped else cell)
    text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return " ".join(text.split())
