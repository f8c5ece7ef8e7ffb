"""Whether the students' numbers fit into the boxes on numbered sheets."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.db.models.functions import Length

from grading.exams.models import Student
from grading.exams.spec import ExamSpec


@dataclass(frozen=True, slots=True)
class NumberBoxes:
    """``boxes`` on a sheet and the ``longest`` number on the roster, in characters."""

    boxes: int
    longest: int

    @property
    def too_few(self) -> bool:
        """Whether somebody cannot write their number."""
        return self.longest > self.boxes

    @property
    def too_many(self) -> bool:
        """Whether everybody leaves boxes empty, and wonders which."""
        return 0 < self.longest < self.boxes


def number_boxes(spec: ExamSpec, students: QuerySet[Student]) -> NumberBoxes | None:
    """The boxes against the numbers of ``students``, by one query; None for sheets without such boxes."""
    if spec.student_id is None:
        return None
    longest = students.aggregate(n=Max(Length("student_id")))["n"]
    return NumberBoxes(spec.student_id.digits, longest or 0)
