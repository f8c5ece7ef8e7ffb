"""What would be written into which cell of a gradebook, student by student, before it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from grading.exams.models import Student
from grading.exams.roster_table import clean_cell
from grading.reports.gradebook_columns import (
    CANVAS_ID,
    EMPTY,
    cell_of,
    decimal_sign,
    guessed_target,
    header_row,
    is_per_cent,
    number,
    own_maximum,
    points_row,
    targets,
)
from grading.reports.gradebook_file import GradebookFile, Place, Value, width, written
from grading.reports.gradebook_matching import Columns, Matching, best_match, called_otherwise, match
from grading.reports.tables import Grade

CENT = Decimal("0.01")
RUN = ("=", "+", "-", "@")
"""What a text begins with that a spreadsheet would run."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person said: who stands where, which column is filled (the file's width: a new one) and how."""

    who: Columns
    into: int
    write: str
    most: Decimal | None
    sign: str
    overwrite: bool = False

    @property
    def told(self) -> str:
        """All of it but ``overwrite``, to notice that it changed since a preview."""
        return f"{self.who}/{self.into}/{self.write}/{self.most if self.write == 'own' else ''}/{self.sign}"


@dataclass(frozen=True, slots=True)
class Line:
    """One student in one row, which is ``called`` so and has ``beside`` in its first cells.

    ``old``: what the cell holds; ``new``: the mark, None while there is none; ``text``: as it is written.
    ``fate``: "write", "same", "other" (another mark is there), "computed" (a formula is), "open", "absent".
    """

    row: int
    student: Student
    called: str
    beside: str
    old: str
    new: Decimal | None
    text: str
    fate: str


@dataclass(frozen=True, slots=True)
class Filling:
    """All lines in the order of the file, and who is on one side only."""

    lines: tuple[Line, ...]
    strangers: tuple[str, ...]
    doubtful: tuple[str, ...]
    missing: tuple[Student, ...]
    odd: tuple[Line, ...]
    above: Decimal | None

    @property
    def written(self) -> tuple[Line, ...]:
        """Whose empty cells get a mark."""
        return self._of("write")

    @property
    def same(self) -> tuple[Line, ...]:
        """Whose cells hold their mark already."""
        return self._of("same")

    @property
    def other(self) -> tuple[Line, ...]:
        """Whose cells hold another mark."""
        return self._of("other")

    @property
    def holds_no_marks(self) -> bool:
        """Whether most of what marks would replace is no number: then the column is another one's."""
        return 2 * sum(number(line.old) is None for line in self.other) > len(self.lines)

    @property
    def without(self) -> tuple[Line, ...]:
        """Who have no final mark: their cells stay as they are."""
        return self._of("open", "absent")

    def _of(self, *fates: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.fate in fates)


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A file with what was recognised of it, for the grades of one exam."""

    file: GradebookFile
    grades: tuple[Grade, ...]
    title: str
    code: str

    @property
    def students(self) -> list[Student]:
        """Everybody who has a grade, or is on the roster without one."""
        return [grade.student for grade in self.grades if grade.student]

    def guess(self) -> Choices:
        """What a person will probably want."""
        rows = self.file.rows
        matching = best_match(rows, self.students) or Matching((0,), "number", {}, frozenset())
        free = targets(self.file, header_row(rows, matching))
        found = guessed_target(free, rows, matching, (self.title, self.code)) if matching.students else None
        into = found.place if found else width(rows)
        most = self.maximum(matching.columns, into)
        write = "own" if most is not None and most != self.worth else "points"
        write = "percent" if found and is_per_cent(found.name) else write
        return Choices(matching.columns, into, write, most, decimal_sign(rows, self.file.separator))

    @property
    def worth(self) -> Decimal:
        """The marks that the exam is out of."""
        return self.grades[0].max_marks if self.grades else Decimal(0)

    def matching(self, who: Columns) -> Matching:
        """Who is who by the columns that were chosen."""
        return match(self.file.rows, who, self.students)

    def maximum(self, who: Columns, into: int) -> Decimal | None:
        """What the file itself says that a column is out of."""
        matching = self.matching(who)
        return own_maximum(self.file.rows, header_row(self.file.rows, matching), matching, into)

    def filling(self, choices: Choices) -> Filling:
        """What would be written where."""
        matching, rows = self.matching(choices.who), self.file.rows
        by_student = {grade.student.pk: grade for grade in self.grades if grade.student}
        lines = tuple(
            self._line(row, student, by_student[student.pk], choices)
            for row, student in sorted(matching.students.items())
        )
        seen = {student.pk for student in matching.students.values()}
        odd = called_otherwise(rows, matching)
        most = own_maximum(rows, header_row(rows, matching), matching, choices.into)
        highest = max((line.new for line in lines if line.new is not None), default=Decimal(0))
        return Filling(
            lines,
            self._strangers(matching),
            tuple(_called(rows[place]) for place in sorted(matching.doubtful)),
            tuple(student for student in self.students if student.pk not in seen),
            tuple(line for line in lines if line.row in odd),
            most if most is not None and highest > most else None,
        )

    def _strangers(self, matching: Matching) -> tuple[str, ...]:
        """Rows of somebody who does not belong to the exam; what systems add above them is nobody's."""
        rows = self.file.rows
        header = header_row(rows, matching)
        others = {*matching.students, *matching.doubtful, points_row(rows)}
        columns = (0, *matching.columns)
        return tuple(
            _called(row)
            for place, row in enumerate(rows)
            if place > (-1 if header is None else header)
            and place not in others
            and any(cell_of(row, column) for column in columns)
        )

    def _line(self, row: int, student: Student, grade: Grade, choices: Choices) -> Line:
        old = cell_of(self.file.rows[row], choices.into)
        new = value_of(grade, choices)
        if new is None:
            fate = "absent" if grade.status == "absent" else "open"
        elif (row, choices.into) in self.file.formulas:
            fate = "computed"
        elif old in EMPTY:
            fate = "write"
        else:
            fate = "same" if number(old) == new else "other"
        called = " ".join(cell_of(self.file.rows[row], column) for column in choices.who)
        return Line(
            row, student, called, _called(self.file.rows[row]), old, new, written(new, choices.sign), fate
        )

    def filled(self, choices: Choices) -> bytes:
        """The file with the marks in it. A cell with another mark keeps it unless ``overwrite`` is chosen."""
        wanted = ("write", "other") if choices.overwrite else ("write",)
        lines = [line for line in self.filling(choices).lines if line.fate in wanted]
        marks = ((line.row, line.new) for line in lines)
        cells: dict[Place, Value] = {(row, choices.into): mark for row, mark in marks if mark is not None}
        if cells and choices.into >= width(self.file.rows):
            cells |= self._heading(choices)
        return self.file.filled(cells, choices.sign)

    def _heading(self, choices: Choices) -> Mapping[Place, Value]:
        """The name of a new column, and in Canvas' row of maxima what it is out of."""
        rows, matching = self.file.rows, self.matching(choices.who)
        header, most = header_row(rows, matching), points_row(rows)
        found: dict[Place, Value] = {}
        if header is not None:
            found[header, choices.into] = self.column_name
        if most is not None:
            out_of = {"percent": Decimal(100), "own": choices.most}.get(choices.write) or self.worth
            found[most, choices.into] = out_of
        return found

    @property
    def column_name(self) -> str:
        """The exam's title as the name of a new column: no formula, no sign that the file's encoding lacks.

        A number in brackets at its end would be taken for the number of an assignment by Canvas, one behind a
        bar by Blackboard.
        """
        name = CANVAS_ID.sub(r" \1", clean_cell(self.title)).replace("|", "/").lstrip("".join(RUN)).strip()
        usable = name and self.file.can_hold(name) and not self._is_taken(name)
        return name if usable else self.code.lstrip("-") or "Inkgrade"

    def _is_taken(self, name: str) -> bool:
        return any(name == cell for row in self.file.rows[:3] for cell in row)


def value_of(grade: Grade, choices: Choices) -> Decimal | None:
    """What is written for a grade; None while it is not final: then nothing is, and never 0."""
    if grade.student is None or not grade.final or grade.marks is None:
        return None
    if choices.write == "points":
        return grade.marks
    most = Decimal(100) if choices.write == "percent" else choices.most or grade.max_marks
    return (grade.marks * most / grade.max_marks).quantize(CENT, ROUND_HALF_UP).normalize()


def _called(row: Sequence[str]) -> str:
    """A row as a person finds it again: what stands in its first cells."""
    return ", ".join(_first(cell for cell in row if cell))


def _first(cells: Iterable[str]) -> list[str]:
    return [cell[:60] for cell, _place in zip(cells, range(3), strict=False)]
