"""What another key would do: whose mark changes from what to what, who passes, and what people decided.

Computed with the cut-offs of the last marking, from what is read so far. An image that was verified against
another key is read again once the key is changed; until then its likeliest mark is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from grading.exams.models import Exam
from grading.exams.spec import ExamSpec, ManualQuestion, Question
from grading.marking.deriving import derive_question
from grading.marking.evidence import OPTION_KINDS
from grading.marking.expected import expected_spellings
from grading.marking.models import Answer, Identity
from grading.marking.rubric_rules import rules_for
from grading.marking.score import score
from grading.marking.standing import Bands, Marks, Standing, standing, turns


@dataclass(frozen=True, slots=True)
class Change:
    """One answer whose mark changes, None being open, and its sheet before and after."""

    answer: Answer
    student: str
    before: Marks
    after: Marks
    sheet_before: Standing
    sheet_after: Standing
    again: bool
    """Its image is read again against the new key: its mark may still come out otherwise, or open."""

    @property
    def moved(self) -> Decimal:
        """Marks gained, below 0 when lost; 0 while either is open."""
        return Decimal(0) if self.before is None or self.after is None else self.after - self.before

    @property
    def turns(self) -> bool:
        """Whether the sheet passes now and did not, or the reverse."""
        return turns(self.sheet_before, self.sheet_after)

    @property
    def reopens(self) -> bool:
        """Whether the sheet passes now and is undecided then."""
        return self.sheet_before.passed is True and self.sheet_after.passed is None


@dataclass(frozen=True, slots=True)
class Preview:
    """``changes``: those that turn a pass first. ``kept``: answers decided by people, which stand.

    ``dated``: answers that people marked by the old key, which are marked anew as if nobody had.
    ``rescored``: of those kept, readings that people typed, which earn other marks by the new key.
    ``read_again``: images to verify against the new key. ``bands``: sheets in ten bands of their marks,
    before and after.
    """

    answers: int
    changes: tuple[Change, ...]
    kept: int
    dated: int
    rescored: int
    read_again: int
    bands: tuple[tuple[int, ...], tuple[int, ...]]
    passed: tuple[int, int]

    @property
    def reopened(self) -> int:
        """How many sheets that pass now have something open then: they have not failed."""
        return sum(1 for c in self.changes if c.reopens)

    @property
    def up(self) -> int:
        """How many gain marks."""
        return sum(1 for change in self.changes if change.moved > 0)

    @property
    def down(self) -> int:
        """How many lose marks."""
        return sum(1 for change in self.changes if change.moved < 0)

    @property
    def opened(self) -> int:
        """How many come to people."""
        return sum(1 for c in self.changes if c.after is None)

    @property
    def turned(self) -> int:
        """How many sheets pass now and did not, or the reverse."""
        return sum(1 for c in self.changes if c.turns)


@dataclass(frozen=True, slots=True)
class _Before:
    status: str
    marks: Marks
    max_marks: Decimal


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a sheet has without the question, and how many of its other answers are open."""

    marks: Decimal
    possible: Decimal
    waiting: int


def preview(exam: Exam, spec: ExamSpec, question_id: str) -> Preview:
    """What ``spec``, which differs from the exam's in this one question, would change."""
    old, question = exam.load_spec(), spec.question(question_id)
    before = _before(exam, question_id)
    stale = expected_spellings(question, spec.language)
    answers = derive_question(exam, question, rules_for(exam, question))
    sums, owners = _sums(exam, question_id), _owners(exam)
    first, then = Bands(), Bands()
    changes: list[Change] = []
    dated = rescored = read_again = 0
    for answer in answers:
        was, again = before[answer.sheet_id], _is_verified_anew(answer, question, stale)
        after = _likely(answer, question, was) if again else answer.marks
        read_again += again
        rest = sums.get(answer.sheet_id, _Sums(Decimal(0), Decimal(0), 0))
        sheet_before = _standing(old, rest, was.marks, was.max_marks)
        sheet_after = _standing(spec, rest, after, question.worth)
        first.add(sheet_before)
        then.add(sheet_after)
        if was.status == Answer.Status.HUMAN and question.counts == "marked":
            stays = answer.status == Answer.Status.HUMAN
            dated += not stays
            rescored += stays and after != was.marks
        if after != was.marks:
            owner = owners.get(answer.sheet_id, "")
            changes.append(Change(answer, owner, was.marks, after, sheet_before, sheet_after, again))
    return Preview(
        len(answers),
        tuple(sorted(changes, key=_importance)),
        sum(1 for was in before.values() if was.status == Answer.Status.HUMAN) - dated,
        dated,
        rescored,
        read_again,
        (tuple(first.counts), tuple(then.counts)),
        (first.passed, then.passed),
    )


def _before(exam: Exam, question_id: str) -> dict[int, _Before]:
    rows = Answer.objects.filter(exam=exam, question=question_id).order_by()
    found = rows.values_list("sheet_id", "status", "marks", "max_marks")
    return {sheet: _Before(status, marks, most) for sheet, status, marks, most in found}


def _sums(exam: Exam, question_id: str) -> dict[int, _Sums]:
    others = Answer.objects.filter(exam=exam).exclude(question=question_id).order_by().values("sheet_id")
    summed = others.annotate(
        got=Sum("marks"),
        possible=Sum("max_marks", filter=Q(marks__isnull=False)),
        waiting=Count("id", filter=Q(marks__isnull=True)),
    )
    return {
        row["sheet_id"]: _Sums(row["got"] or Decimal(0), row["possible"] or Decimal(0), row["waiting"])
        for row in summed
    }


def _owners(exam: Exam) -> Mapping[int, str]:
    known = Identity.objects.filter(exam=exam, student__isnull=False).annotate(name=F("student__name"))
    return dict(known.values_list("sheet_id", "name"))


def _is_verified_anew(answer: Answer, question: Question, spellings: Iterable[str]) -> bool:
    """Whether the reader looked for other spellings than the new key has."""
    if answer.reading is None or isinstance(question, ManualQuestion) or question.type in OPTION_KINDS:
        return False
    return question.counts == "marked" and tuple(answer.reading.expected) != tuple(spellings)


def _likely(answer: Answer, question: Question, was: _Before) -> Marks:
    """The mark of what was read, where the machine decided before and is only unsure against the new key."""
    by_machine = was.status in (Answer.Status.AUTO, Answer.Status.BLANK)
    if answer.status != Answer.Status.REVIEW or not by_machine or not answer.read:
        return answer.marks
    found = score(question, answer.read)
    return None if found.look else found.marks


def _standing(spec: ExamSpec, rest: _Sums, marks: Marks, most: Decimal) -> Standing:
    possible = rest.possible + (most if marks is not None else Decimal(0))
    return standing(spec, rest.marks + (marks or Decimal(0)), possible, rest.waiting + (marks is None))


def _importance(change: Change) -> tuple[bool, Decimal, str]:
    moved = abs((change.after or Decimal(0)) - (change.before or Decimal(0)))
    return not change.turns, -moved, change.answer.sheet.number
