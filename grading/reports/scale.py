"""What marks come to: per cent of all marks, and whether they are enough to pass."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.exams.spec import ExamSpec


@dataclass(frozen=True, slots=True)
class Scale:
    """An exam of ``most`` marks in all, of which ``needed`` pass."""

    most: Decimal
    needed: Decimal

    @classmethod
    def of(cls, spec: ExamSpec) -> Scale:
        """As the exam file says: the pass mark is a share of all marks or a number of points."""
        most = spec.max_marks
        return cls(most, spec.pass_mark.of(most))

    def percent(self, marks: Decimal) -> Decimal:
        """With one decimal."""
        return (100 * marks / self.most).quantize(Decimal("0.1"))

    def passed(self, marks: Decimal) -> bool:
        """Whether they are enough."""
        return marks >= self.needed
