"""Whose row is whose: the students of an exam found in the rows of another system's gradebook."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grading.core.name_order import plain
from grading.exams.models import Student
from grading.exams.roster_columns import guessed, named_fields
from grading.exams.roster_table import Table

KINDS = ("number", "email", "username", "name")
"""What a column may identify students by, the surest first."""
NAMES = {"name", "given", "family"}
SAMPLED = 400
HEADERS_SEARCHED = 10
Rows = Sequence[Sequence[str]]
Columns = tuple[int, ...]
"""The columns that together identify a student: one, or the two of a first and a last name."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Students by row. ``doubtful``: rows that fit several students, or a student whom another row fits."""

    columns: Columns
    kind: str
    students: Mapping[int, Student]
    doubtful: frozenset[int]


def options(rows: Rows) -> list[Columns]:
    """What may be told to identify students: every column, and first and last name together."""
    widest, fields = max(map(len, rows), default=0), _fields(rows)
    both = [(fields.index("given"), fields.index("family"))] if {"given", "family"} <= set(fields) else []
    return [*((column,) for column in range(widest)), *both]


def _fields(rows: Rows) -> tuple[str, ...]:
    """What the columns hold if it were a roster: by the row that names them, else by what stands in them."""
    table = Table("", tuple((line, tuple(row)) for line, row in enumerate(rows[:SAMPLED])))
    return _said_fields(rows) or guessed(table).fields


def _said_fields(rows: Rows) -> tuple[str, ...]:
    """What a row says that the columns hold; nothing where none names a name."""
    for row in rows[:HEADERS_SEARCHED]:
        fields = named_fields(row)
        if NAMES & set(fields):
            return fields
    return ()


def best_match(rows: Rows, students: Sequence[Student]) -> Matching | None:
    """By the columns that find most students; names only where nothing surer finds half as many."""
    choices = options(rows)
    texts = {columns: {_text(row, columns) for row in rows} - {""} for columns in choices}
    fields = _said_fields(rows)
    nameless = {each: cells for each, cells in texts.items() if not _holds_names(each, fields)}
    found = {kind: _most(nameless, students, kind) for kind in KINDS[:-1]}
    count, kind = max(((count, kind) for kind, (count, _) in found.items()), key=lambda each: each[0])
    if 2 * count < len(students):  # else names could not find twice as many
        found["name"] = _most(texts, students, "name")
        if 2 * count < found["name"][0]:
            count, kind = found["name"][0], "name"
    return match(rows, found[kind][1], students, kind) if count else None


def _holds_names(columns: Columns, fields: Sequence[str]) -> bool:
    """Such a column is no user name, however alike first names and addresses are."""
    return any(column < len(fields) and fields[column] in NAMES for column in columns)


def _most(texts: Mapping[Columns, set[str]], students: Sequence[Student], kind: str) -> tuple[int, Columns]:
    """How many students the best columns find, and which these are."""
    known = _known(kind, students)
    counts = [
        (len({student.pk for text in found if (student := known(text))}), columns)
        for columns, found in texts.items()
    ]
    return max(counts, key=lambda each: each[0], default=(0, ()))


def match(rows: Rows, columns: Columns, students: Sequence[Student], kind: str = "") -> Matching:
    """Everybody who is found by these columns, as the ``kind`` that finds most where none is said."""
    kinds = [kind] if kind else ["name"] if len(columns) > 1 else KINDS
    found = [_matched(rows, columns, students, each) for each in kinds]
    return max(found, key=lambda matching: len(matching.students))


def _matched(rows: Rows, columns: Columns, students: Sequence[Student], kind: str) -> Matching:
    known, double = _known(kind, students), _doubles(kind, students)
    fits: dict[int, list[int]] = defaultdict(list)
    by_pk, doubtful = {student.pk: student for student in students}, set()
    for place, row in enumerate(rows):
        text = _text(row, columns)
        student = known(text)
        if student:
            fits[student.pk].append(place)
        elif double(text):
            doubtful.add(place)
    matched: dict[int, Student] = {}
    for pk, places in fits.items():
        same = len({_text(rows[place], columns).casefold() for place in places}) == 1
        if len(places) == 1 or (same and kind != "name"):
            matched |= dict.fromkeys(places, by_pk[pk])
        else:
            doubtful.update(places)
    return Matching(columns, kind, matched, frozenset(doubtful))


def called_otherwise(rows: Rows, matching: Matching) -> frozenset[int]:
    """Rows that were found by something else than a name, and whose names share no word with the student's.

    Empty where the file has no names: then most of its rows are so.
    """
    names = tuple(place for place, field in enumerate(_fields(rows)) if field in NAMES)
    if matching.kind == "name" or not names:
        return frozenset()
    odd = frozenset(
        place
        for place, student in matching.students.items()
        if (wanted := _words(student.name)) and not wanted & _words(_text(rows[place], names))
    )
    return odd if 2 * len(odd) <= len(matching.students) else frozenset()


def _text(row: Sequence[str], columns: Columns) -> str:
    return " ".join(row[column] for column in columns if column < len(row)).strip()


def _known(kind: str, students: Sequence[Student]) -> Callable[[str], Student | None]:
    """Who is meant by a text, where it can be one student only."""
    if kind == "number":
        exact, bare = _index(students, _numbers), _index(students, _bare_numbers)
        return lambda text: _one(exact, _number(text)) or _one(bare, _bare(_number(text)))
    index = _index(students, OWN[kind])
    return lambda text: _one(index, KEYS[kind](text))


def _doubles(kind: str, students: Sequence[Student]) -> Callable[[str], bool]:
    """Whether a text means several students."""
    index = _index(students, OWN[kind])
    return lambda text: bool(key := KEYS[kind](text)) and len(index.get(key, ())) > 1


def _index(
    students: Sequence[Student], keys: Callable[[Student], Iterable[str]]
) -> dict[str, tuple[Student, ...]]:
    found: dict[str, tuple[Student, ...]] = {}
    for student in students:
        for key in keys(student):
            found[key] = (*found.get(key, ()), student)
    return found


def _one(index: Mapping[str, tuple[Student, ...]], key: str) -> Student | None:
    found = index.get(key, ()) if key else ()
    return found[0] if len(found) == 1 else None


def _number(text: str) -> str:
    return text.replace(" ", "").casefold()


def _bare(number: str) -> str:
    """Without the leading zeros, which spreadsheets take from numbers."""
    return number.lstrip("0") if number.isdecimal() else ""


def _email(text: str) -> str:
    return text.casefold() if "@" in text else ""


def _username(text: str) -> str:
    return text.casefold().partition("@")[0]


def _name(text: str) -> str:
    """The same for ``Lovelace, Ada`` and ``Ada Lovelace``."""
    counted = Counter(re.findall(r"\w+", plain(text)))
    return " ".join(sorted(counted.elements()))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w{2,}", plain(text)) if not word.isdecimal()}


def _numbers(student: Student) -> list[str]:
    return [_number(student.student_id)]


def _bare_numbers(student: Student) -> list[str]:
    return [_bare(_number(student.student_id))]


KEYS: dict[str, Callable[[str], str]] = {
    "number": _number,
    "email": _email,
    "username": _username,
    "name": _name,
}
"""What of a cell is compared."""
OWN: dict[str, Callable[[Student], Iterable[str]]] = {
    "number": _numbers,
    "email": lambda student: [_email(student.email)],
    "username": lambda student: [_username(student.email)],
    "name": lambda student: [_name(student.name)],
}
"""The same of a student."""
