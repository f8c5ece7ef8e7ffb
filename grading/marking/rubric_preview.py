"""What another rubric would do: whose marks change from what to what, how marks lie before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.deriving import derive_question
from grading.marking.models import Answer, Cutoffs
from grading.marking.rubric import RubricSpec
from grading.marking.rubric_rules import rules_for, with_rubric

Marks = Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """One answer whose marks change; None is open."""

    answer: Answer
    before: Marks
    after: Marks


@dataclass(frozen=True, slots=True)
class Bin:
    """How many answers have these marks before and after."""

    marks: Marks
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """``changes`` in the order of the sheets; ``derived``: all answers of the question as they would be."""

    changes: tuple[Change, ...]
    bins: tuple[Bin, ...]
    derived: tuple[Answer, ...]

    @property
    def up(self) -> int:
        """How many gain marks."""
        return sum(c.before is not None and c.after is not None and c.after > c.before for c in self.changes)

    @property
    def down(self) -> int:
        """How many lose marks."""
        return sum(c.before is not None and c.after is not None and c.after < c.before for c in self.changes)

    @property
    def same(self) -> int:
        """How many keep theirs."""
        return len(self.derived) - len(self.changes)


def preview(exam: Exam, question: Question, proposed: RubricSpec) -> Preview:
    """The answers of ``question`` derived with ``proposed``; nothing is stored."""
    if not Cutoffs.objects.filter(exam=exam).exists():  # not marked yet: there is nothing to change
        return Preview((), (), ())
    before = dict(Answer.objects.filter(exam=exam, question=question.id).values_list("pk", "marks"))
    derived = derive_question(exam, question, with_rubric(rules_for(exam, question), proposed))
    moved = [Change(a, before[a.pk], a.marks) for a in derived if before[a.pk] != a.marks]
    return Preview(tuple(moved), tuple(bins(before.values(), (a.marks for a in derived))), tuple(derived))


def bins(before: Iterable[Marks], after: Iterable[Marks]) -> list[Bin]:
    """Counts of every mark that occurs, lowest first, open last."""
    was, becomes = Counter(before), Counter(after)
    marks = sorted(mark for mark in was | becomes if mark is not None)
    found = [Bin(mark, was[mark], becomes[mark]) for mark in marks]
    return [*found, Bin(None, was[None], becomes[None])] if was[None] or becomes[None] else found
