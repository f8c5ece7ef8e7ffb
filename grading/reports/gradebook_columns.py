"""What stands where in another system's gradebook: its header, its maxima, the column that waits for marks.

Formats by their own sources: Canvas (gradebook_exporter.rb, gradebook_importer.rb), Moodle (grade/export/txt,
mod/assign/feedback/offline), Blackboard ("Work offline": tabs, UTF-16, column ids behind a bar).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from grading.core.name_order import plain
from grading.exams.roster_columns import field_named
from grading.reports.gradebook_file import GradebookFile, width
from grading.reports.gradebook_matching import Matching, Rows

EMPTY = ("", "-", "–", "—")
"""What stands in a cell without a mark; Moodle writes a dash."""
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:\s?%)?")
DECIMALS = re.compile(r"[+-]?\d+([.,])\d+(?:\s?%)?")
CANVAS_ID = re.compile(r"\s*\((\d+)\)\s*$")
BLACKBOARD_ID = re.compile(r"\s*\|\s*\d+\s*$")
BLACKBOARD_POINTS = re.compile(r"\[[^\]]*?(\d+(?:[.,]\d+)?)[^\]]*\]\s*(?=\|)")
CANVAS_TOTAL = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")
PER_CENT = re.compile(r"%|\(?(percent|prozent|pourcent)", re.IGNORECASE)
LETTERS = re.compile(r"\((letter|buchstabe|lettre)\)", re.IGNORECASE)
MAXIMUM = re.compile(
    r"max\w*( (grade|mark|score|points?|punkte|punktzahl))?|bestwertung|(note|points?|punkte) max\w*"
)
TOTAL = re.compile(r"(course |kurs|weighted |gewichtete\w* )?(total|summe|gesamt\w*)\b.*")
DISPLAYED = re.compile(r"\((real|punkte|brut|percentage|prozentsatz|pourcentage)\)\s*$", re.IGNORECASE)
MARKS = re.compile(r"(grade|mark|score|point|result|resultat)s?|note|bewertung|punkte|punktzahl|ergebnis")
"""What a column for marks is called that is not called after its exam."""
OTHERS = re.compile(
    r"(feedback )?(comment|kommentar|remark|bemerkung|commentaire|remarque)\w*|feedback|status|statut"
    r"|institution|department|abteilung|departement|suspended|gesperrt|suspendu"
    r"|(sis|integration) .*|root account|last access|availability"
)
"""What an empty column is called that does not wait for marks."""


@dataclass(frozen=True, slots=True)
class Target:
    """A column that may be filled; ``place`` is the one after the last for a new column."""

    place: int
    name: str
    read_only: bool = False


def header_row(rows: Rows, matching: Matching | None) -> int | None:
    """The row that names the columns; None where the first row is a student's already."""
    cells = 2 if width_of(rows) > 1 else 1
    for place, row in enumerate(rows):
        if matching is not None and place in matching.students:
            return None
        if sum(bool(cell) for cell in row) >= cells:
            return place
    return None


def width_of(rows: Rows) -> int:
    """Columns of the widest row."""
    return max(map(len, rows), default=0)


def system(rows: Rows, header: int | None) -> str:
    """Which system exported the file: "canvas", "blackboard", "worksheet", "moodle", or "" for any other."""
    names = [cell.strip() for cell in rows[header]] if header is not None else []
    if {"ID", "Section"} <= set(names) and {"Student", "LastName"} & set(names):
        return "canvas"
    if any(BLACKBOARD_ID.search(name) for name in names) and len(names) > 2:
        return "blackboard"
    if any(MAXIMUM.fullmatch(_bare(name)) for name in names):
        below = [row[0] for row in rows[(header or 0) + 1 : (header or 0) + 20] if row]
        if below and all(re.match(r"(participant|teilnehmer)\D*\d+$", _bare(cell)) for cell in below):
            return "worksheet"
    return "moodle" if any(DISPLAYED.search(name) for name in names) else ""


def points_row(rows: Rows) -> int | None:
    """Canvas' row of maxima."""
    for place, row in enumerate(rows[:10]):
        if row and row[0].casefold() == "points possible":
            return place
    return None


def targets(file: GradebookFile, header: int | None) -> list[Target]:
    """All columns; ``read_only``: the system computes it and would take no mark for it."""
    names = file.rows[header] if header is not None else ()
    most = points_row(file.rows)
    computed = file.rows[most] if most is not None else ()
    found = []
    for place in range(width(file.rows)):
        name = names[place] if place < len(names) else ""
        locked = place < len(computed) and "read only" in computed[place].casefold()
        found.append(Target(place, name, locked or bool(most is not None and CANVAS_TOTAL.search(name))))
    return found


def guessed_target(
    found: Sequence[Target], rows: Rows, matching: Matching, called: Iterable[str]
) -> Target | None:
    """The column of the exam that is ``called`` so; one for marks; the only empty one; None: a new one."""
    own = [name for name in map(_bare, called) if name]
    free = [target for target in found if target.place not in matching.columns and _may_be_marks(target)]
    alike = [target for target in free if _bare(_subject(target.name)) in own]
    if alike:
        return min(alike, key=lambda target: is_per_cent(target.name))
    holding = [t for t in free if any(len(name) > 3 and name in _bare(t.name) for name in own)]
    marks = [target for target in free if MARKS.fullmatch(_bare(target.name))]
    empty = [target for target in free if is_empty(rows, matching, target.place)]
    items = [target for target in empty if _is_item(target.name)]
    several = any(_is_item(target.name) for target in free)
    for likely in (holding, marks, items if several else empty):
        if len(likely) == 1:
            return likely[0]
    return None


def _may_be_marks(target: Target) -> bool:
    name = _bare(target.name)
    others = any(kind.fullmatch(name) for kind in (MAXIMUM, TOTAL, OTHERS))
    return bool(name) and not (
        target.read_only or others or field_named(target.name) or LETTERS.search(target.name)
    )


def is_empty(rows: Rows, matching: Matching, place: int) -> bool:
    """Whether no student of ours has anything in a column."""
    return all(cell_of(rows[row], place) in EMPTY for row in matching.students)


def cell_of(row: Sequence[str], place: int) -> str:
    """The text of a cell; "" beyond the end of a short row."""
    return row[place] if place < len(row) else ""


def own_maximum(rows: Rows, header: int | None, matching: Matching, place: int) -> Decimal | None:
    """What the file itself says that a column is out of."""
    most = points_row(rows)
    if most is not None:
        return positive(cell_of(rows[most], place))
    names = rows[header] if header is not None else ()
    bracket = BLACKBOARD_POINTS.search(cell_of(names, place))
    if bracket:
        return positive(bracket[1])
    for column, name in enumerate(names):
        if column != place and MAXIMUM.fullmatch(_bare(name)):
            said = {positive(cell_of(rows[row], column)) for row in matching.students}
            if len(said) == 1:
                return said.pop()
    return None


def is_per_cent(name: str) -> bool:
    """Whether a column's name says that it holds per cent."""
    return bool(PER_CENT.search(name))


def number(text: str) -> Decimal | None:
    """A mark as files write it, with a decimal point or comma, with or without a sign of per cent."""
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.rstrip("% \u00a0").replace(",", "."))
    except InvalidOperation:
        return None


def positive(text: str) -> Decimal | None:
    """A number above 0, or None."""
    found = number(text)
    return found if found is not None and found > 0 else None


def decimal_sign(rows: Rows, separator: str) -> str:
    """What the file writes its decimals with; without any, a comma where semicolons part the cells."""
    signs = Counter(found[1] for row in rows for cell in row if (found := DECIMALS.fullmatch(cell)))
    if signs["."] != signs[","]:
        return "." if signs["."] > signs[","] else ","
    return "," if separator == ";" else "."


def _subject(name: str) -> str:
    """A column's name without what systems add: ids, points, how marks are shown, the kind of activity."""
    bare = BLACKBOARD_ID.sub("", name)
    bare = re.sub(r"\s*\[[^\]]*\]\s*$", "", bare)
    bare = DISPLAYED.sub("", CANVAS_ID.sub("", bare))
    return bare.rpartition(": ")[2] if ": " in bare else bare


def _is_item(name: str) -> bool:
    """Whether a column is surely of one exam or exercise."""
    return any(sign.search(name) for sign in (CANVAS_ID, BLACKBOARD_ID, DISPLAYED))


def _bare(text: str) -> str:
    """Small letters and digits alone, single blanks between."""
    return " ".join(re.findall(r"\w+", plain(text)))
