"""ROSTER.csv in: the students of an exam, as spreadsheets of many makers save them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grading.exams.roster_columns import Columns, guessed
from grading.exams.roster_faults import RosterError
from grading.exams.roster_table import MAX_BYTES, Table, read_table

__all__ = ["Roster", "RosterError", "Student", "load_roster", "parse_roster", "roster_of"]

MAX_STUDENTS = 20_000
MAX_ID = 64
LIMITS = {"name": 200, "email": 254, "section": 64, "family": 200}


@dataclass(frozen=True, slots=True)
class Student:
    """One line of a roster."""

    student_id: str
    name: str
    email: str = ""
    section: str = ""
    family: str = ""


class Listed(Protocol):
    """What has what a roster says of a student."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def section(self) -> str: ...
    @property
    def family(self) -> str: ...


FACTS = ("name", "email", "section", "family")
"""What a roster says of a student beside the number."""


def facts(student: Listed) -> dict[str, str]:
    """What a roster says of ``student`` beside the number."""
    return {fact: getattr(student, fact) for fact in FACTS}


@dataclass(frozen=True, slots=True)
class Roster:
    """The students in the order of the file; ``warnings`` are for the teacher to read."""

    students: tuple[Student, ...]
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.students)


def load_roster(path: Path) -> Roster:
    """The roster of a CSV or Excel file. Raises RosterError that names the line and what is expected."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RosterError(f"{path.name}: is larger than {MAX_BYTES // 1_000_000} MB")
        return parse_roster(path.read_bytes(), name=path.name)
    except OSError as problem:
        raise RosterError(f"{path}: {(problem.strerror or 'cannot be read').lower()}") from problem


def parse_roster(data: bytes, *, name: str = "roster.csv") -> Roster:
    """The roster of a file's bytes, whose first line names the columns; ``name`` is for error messages."""
    table = read_table(data, name=name)
    if not table.rows:
        raise RosterError(f"{name}: is empty; the first line must be student_id,name[,email,section]")
    columns = guessed(table)
    if not columns.header:
        columns = Columns(("",) * table.width, header=True)
    _check(table, columns)
    return roster_of(table, columns)


def roster_of(table: Table, columns: Columns) -> Roster:
    """The students of a table whose columns are known. Raises RosterError with every faulty line."""
    students: dict[str, tuple[int, Student]] = {}
    warnings, faults = list(table.warnings), []
    for line, row in table.rows[1 if columns.header else 0 :]:
        student, said, noted = _student(row, columns, f"{table.name}:{line}")
        faults += said
        warnings += noted
        if said:
            continue
        before, known = students.setdefault(student.student_id, (line, student))
        if known != student:
            faults.append(
                f"{table.name}:{line}: the student id {student.student_id!r} is already on line {before}"
            )
        elif before != line:
            warnings.append(f"{table.name}:{line}: is the same as line {before} and was left out")
    if faults:
        raise RosterError.of(faults)
    if not students:
        raise RosterError(f"{table.name}: has a header but no students")
    if len(students) > MAX_STUDENTS:
        raise RosterError(f"{table.name}: has {len(students)} students; at most {MAX_STUDENTS} are taken")
    return Roster(tuple(student for _, student in students.values()), tuple(warnings))


def _check(table: Table, columns: Columns) -> None:
    header, at = table.rows[0][1], f"{table.name}:{table.rows[0][0]}"
    for field in columns.faults:
        same = [cell for cell, named in zip(header, columns.fields, strict=False) if named == field]
        if same:
            raise RosterError(f"{at}: both {same[0]!r} and {same[1]!r} look like the {field}")
    if columns.faults:
        given = ", ".join(cell[:40] for cell in header)
        raise RosterError(
            f"{at}: no column {' and '.join(columns.faults)} among: {given}",
            hint="The first line must be student_id,name[,email,section].",
        )


def _student(row: Sequence[str], columns: Columns, at: str) -> tuple[Student, list[str], list[str]]:
    """The student of a row, what is wrong with it, and what a person should know."""
    values = dict(zip(columns.fields, row, strict=False))
    number = values.get("student_id", "")
    parts = (values.get("name", ""), values.get("given", ""), values.get("family", ""))
    values["name"] = " ".join(part for part in parts if part)
    faults = []
    if not number:
        faults.append(f"{at}: has no student id")
    elif len(number) > MAX_ID:
        faults.append(f"{at}: the student id is longer than {MAX_ID} characters")
    elif not values["name"]:
        faults.append(f"{at}: has no name for student {number}")
    noted = [
        f"{at}: the {field} was cut to {limit} characters"
        for field, limit in LIMITS.items()
        if len(values.get(field, "")) > limit
    ]
    kept = {field: values.get(field, "")[:limit].strip() for field, limit in LIMITS.items()}
    return Student(number, **kept), faults, noted
