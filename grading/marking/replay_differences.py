"""What other readings of an exam would change: which answers, whose marks, and how much is left for people.

Derived exactly as the marks are, so that what is shown is what taking the readings does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pydantic import TypeAdapter

from grading.exams.models import Exam, Student
from grading.exams.spec import ExamSpec
from grading.marking.deriving import derive
from grading.marking.gather import Readings
from grading.marking.identifying import find_identities
from grading.marking.models import Answer, Decision, Identity
from grading.marking.standing import Bands, Marks, Standing, standing, turns
from grading.scans.models import Reading

LISTED = 300
NOBODY = Standing(Decimal(0), Decimal(0), None)

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a box, and how sure it was."""

    text: str
    sure: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is read otherwise, or whose mark changes (None being open); its sheet before and after.

    ``then`` is None where the box is not read again: the budget alone moves its mark. ``decided``: a person
    decided it, which stands.
    """

    sheet_id: int
    sheet: str
    student: str
    page_id: int | None
    question: str
    first: Read | None
    then: Read | None
    before: Marks
    after: Marks
    decided: bool
    sheet_before: Standing
    sheet_after: Standing

    @property
    def moved(self) -> Decimal:
        """Marks gained, below 0 when lost; 0 while either is open."""
        return Decimal(0) if self.before is None or self.after is None else self.after - self.before

    @property
    def changes(self) -> bool:
        """Whether its mark changes."""
        return self.before != self.after

    @property
    def turns(self) -> bool:
        """Whether its sheet passes now and did not, or the reverse."""
        return turns(self.sheet_before, self.sheet_after)


@dataclass(frozen=True, slots=True)
class OtherOwner:
    """A sheet that would be taken for another student's; empty: a person must say."""

    sheet_id: int
    sheet: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """All differences in numbers, and the first of them: those that turn a pass, then by the marks moved.

    ``boxes`` were read again, ``otherwise`` of them to another text, ``both``: and another mark. ``kept``:
    read otherwise, but decided by people, which stands. ``opened`` come to people, ``closed`` need nobody any
    more; ``review``: all that people have to decide, before and after. ``bands``: sheets in ten bands of
    their marks, before and after.
    """

    boxes: int
    otherwise: int
    both: int
    kept: int
    changed: int
    up: int
    down: int
    opened: int
    closed: int
    turned: int
    review: tuple[int, int]
    passed: tuple[int, int]
    bands: tuple[tuple[int, ...], tuple[int, ...]]
    owners: tuple[OtherOwner, ...]
    listed: tuple[Difference, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing that anybody sees would be otherwise."""
        return not (self.otherwise or self.changed or self.owners)

    @property
    def differences(self) -> int:
        """How many answers differ, listed or not."""
        return self.changed + self.otherwise - self.both


PLAIN: TypeAdapter[Found] = TypeAdapter(Found)


def differences(exam: Exam, counting: Readings, trial: Readings) -> Found:
    """What would change if ``trial`` counted instead of those of ``counting`` that it replaces."""
    readings = {**counting, **trial}
    spec, names = exam.load_spec(), _names(exam)
    before, after = _stored(exam), derive(exam, readings).answers
    sheets = _standings(spec, before.values()), _standings(spec, after.values())
    decided = _decided(exam)
    found = [
        Difference(
            answer.sheet_id,
            answer.sheet.number,
            names.get(answer.sheet_id, ""),
            answer.page_id,
            answer.question,
            _read(counting.get((answer.page_id or 0, answer.question))),
            _read(trial.get((answer.page_id or 0, answer.question))),
            before[key].marks if key in before else None,
            answer.marks,
            key in decided,
            sheets[0].get(answer.sheet_id, NOBODY),
            sheets[1][answer.sheet_id],
        )
        for key, answer in after.items()
    ]
    return _counted(
        [difference for difference in found if difference.changes or _is_otherwise(difference)],
        boxes=len(trial),
        review=(_open(before.values()), _open(after.values())),
        sheets=sheets,
        owners=_other_owners(exam, readings),
    )


def _counted(
    found: list[Difference],
    *,
    boxes: int,
    review: tuple[int, int],
    sheets: tuple[Mapping[int, Standing], Mapping[int, Standing]],
    owners: tuple[OtherOwner, ...],
) -> Found:
    first, then = (_spread(each.values()) for each in sheets)
    otherwise = [difference for difference in found if _is_otherwise(difference)]
    changed = [difference for difference in found if difference.changes]
    turned = {difference.sheet_id for difference in found if difference.turns}
    return Found(
        boxes=boxes,
        otherwise=len(otherwise),
        both=sum(1 for difference in otherwise if difference.changes),
        kept=sum(1 for difference in otherwise if difference.decided),
        changed=len(changed),
        up=sum(1 for difference in changed if difference.moved > 0),
        down=sum(1 for difference in changed if difference.moved < 0),
        opened=sum(1 for difference in changed if difference.after is None),
        closed=sum(1 for difference in changed if difference.before is None),
        turned=len(turned),
        review=review,
        passed=(first.passed, then.passed),
        bands=(tuple(first.counts), tuple(then.counts)),
        owners=owners,
        listed=tuple(sorted(found, key=_importance)[:LISTED]),
    )


def _read(reading: Reading | None) -> Read | None:
    return None if reading is None else Read(reading.text, reading.confidence)


def _is_otherwise(difference: Difference) -> bool:
    then = difference.then
    return then is not None and (difference.first is None or difference.first.text != then.text)


def _stored(exam: Exam) -> dict[Key, Answer]:
    """The answers as they are marked now."""
    answers = Answer.objects.filter(exam=exam).order_by()
    return {(answer.sheet_id, answer.question): answer for answer in answers.iterator(chunk_size=2000)}


def _decided(exam: Exam) -> set[Key]:
    """Answers that people decided, audits aside."""
    decisions = Decision.objects.filter(sheet__exam=exam, audit=False).order_by()
    return set(decisions.values_list("sheet_id", "question"))


def _open(answers: Iterable[Answer]) -> int:
    return sum(1 for answer in answers if answer.status == Answer.Status.REVIEW)


def _standings(spec: ExamSpec, answers: Iterable[Answer]) -> dict[int, Standing]:
    marks: defaultdict[int, Decimal] = defaultdict(Decimal)
    possible: defaultdict[int, Decimal] = defaultdict(Decimal)
    waiting: Counter[int] = Counter()
    for answer in answers:
        waiting[answer.sheet_id] += answer.marks is None
        marks[answer.sheet_id] += answer.marks or 0
        possible[answer.sheet_id] += 0 if answer.marks is None else answer.max_marks
    return {sheet: standing(spec, marks[sheet], possible[sheet], waiting[sheet]) for sheet in waiting}


def _spread(sheets: Iterable[Standing]) -> Bands:
    bands = Bands()
    for sheet in sheets:
        bands.add(sheet)
    return bands


def _importance(difference: Difference) -> tuple[bool, Decimal, bool, str, str]:
    moved = abs((difference.after or Decimal(0)) - (difference.before or Decimal(0)))
    return not difference.turns, -moved, not difference.changes, difference.sheet, difference.question


def _names(exam: Exam) -> dict[int, str]:
    known = Identity.objects.filter(exam=exam, student__isnull=False).select_related("student")
    return {identity.sheet_id: _name(identity.student) for identity in known}


def _name(student: Student | None) -> str:
    return "" if student is None else student.name or student.student_id


def _other_owners(exam: Exam, readings: Readings) -> tuple[OtherOwner, ...]:
    by_number = {student.student_id: student for student in Student.objects.filter(exam=exam)}
    now = {
        identity.sheet_id: identity.student
        for identity in Identity.objects.filter(exam=exam).select_related("student")
    }
    found = []
    for sheet in find_identities(exam, readings):
        owner = now.get(sheet.sheet.pk)
        if (owner.student_id if owner else None) != sheet.student:
            after = _name(by_number.get(sheet.student or "")) or sheet.student or ""
            found.append(OtherOwner(sheet.sheet.pk, sheet.sheet.number, _name(owner), after))
    return tuple(found)
