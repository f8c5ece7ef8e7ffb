"""A print: which sheets there are, whom they are for, and where every box of theirs stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grading.core.errors import UserError
from grading.exams.fingerprint import exam_key, run_id
from grading.exams.layout import ExamLayout, lay_out
from grading.exams.layout_json import Layout, SheetLayout
from grading.exams.roster import Student
from grading.exams.spec import ExamSpec

MAX_SHEETS = 9999
MAX_PAGES = 20_000
RUN = re.compile(r"[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True, slots=True)
class SheetPrint:
    """A print before it is drawn; ``students`` are those of the first sheets, in order."""

    spec: ExamSpec
    plan: ExamLayout
    layout: Layout
    students: tuple[Student, ...]

    @property
    def page_count(self) -> int:
        """Pages of the whole PDF."""
        return len(self.plan.pages) * len(self.layout.sheets)


def plan_print(
    spec: ExamSpec,
    students: Sequence[Student] = (),
    *,
    copies: int = 0,
    run: str | None = None,
    first: int = 1,
) -> SheetPrint:
    """Sheets for ``students`` in order, then ``copies`` without a name, numbered from ``first``.

    The same arguments always make the same print; ``run`` marks a further print of the same exam.
    Raises UserError for too many sheets or none, LayoutError for an exam that does not fit.
    """
    count = len(students) + copies
    if copies < 0 or count < 1:
        raise UserError(
            "there is nothing to print:", "ask for at least one copy or give a roster with students."
        )
    if run is not None and RUN.fullmatch(run) is None:
        raise UserError(f"the run {run!r} cannot be printed:", "use 1 to 16 letters (a-z), digits, _ or -.")
    plan = lay_out(spec)
    if first + count - 1 > MAX_SHEETS or count * len(plan.pages) > MAX_PAGES:
        raise UserError(
            f"{count} sheets of {len(plan.pages)} pages are too many for one print:",
            f"at most {MAX_SHEETS} sheets and {MAX_PAGES} pages; split the roster.",
        )
    key = exam_key(spec)
    run = run or run_id(key, [(student.student_id, student.name) for student in students], copies, first)
    sheets = tuple(_sheet(i, first + i, students, plan) for i in range(count))
    layout = Layout(spec.id, plan.page_size_mm, sheets, run=run, paper=spec.paper, exam_key=key)
    return SheetPrint(spec, plan, layout, tuple(students))


def _sheet(index: int, number: int, students: Sequence[Student], plan: ExamLayout) -> SheetLayout:
    student_id = students[index].student_id if index < len(students) else None
    return SheetLayout(f"{number:04d}", student_id, plan.entries(index * len(plan.pages)))
