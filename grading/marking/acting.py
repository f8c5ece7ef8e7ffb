"""What a person decides, on one answer or on several at once, or takes back: all of it in one transaction.

Each answer is fenced by the decision that the person saw on it: one that somebody decided meanwhile is left
alone, or refused where it is the only one. The act has a name (a UUID), so that sending it twice, as after a
cut connection, counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.exams.spec import ExamSpec
from grading.marking import consequence, decisions
from grading.marking.deriving import derive_again
from grading.marking.key_state import given_by, require_key
from grading.marking.models import Answer, Decision
from grading.marking.rubric_rules import Rules, rules_of
from grading.marking.rubric_turns import require_turn, turn_of

SET_BY_PEOPLE = ["status", "verdict", "marks", "max_marks", "risk", "reason", "read", "turn"]
FEW = 8
"""More different outcomes than these are written by one long statement."""
History = Mapping[int, list[Decision]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says about answers."""

    kind: Decision.Kind
    text: str = ""
    marks: Decimal | None = None
    comment: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Criteria, adjustment, annotations (``rubric_services.mark``)."""
    by_key: str = ""
    """The key that the person saw (``key_state``), empty where none is said."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act. ``left_alone``: decided by somebody meanwhile, or not this person's to mark.

    ``repeated``: the act had arrived before, and nothing was written now.
    """

    saved: tuple[Answer, ...]
    left_alone: tuple[Answer, ...] = ()
    repeated: bool = False


def decide_all(
    *, actor: Actor, exam: Exam, seen: Mapping[int, int | None], verdict: Verdict, act: UUID
) -> Acted:
    """Give one verdict on answers; ``seen``: answer -> the newest decision that the person saw on it.

    Raises UserError, having stored nothing, when the verdict does not fit one of the questions.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        work = _Work(actor, locked, act, _answers(locked, "sheet", pk__in=seen))
        if repeated := work.saved_before():
            return Acted(repeated, repeated=True)
        fit = [answer for answer in work.answers if work.newest(answer) == seen[answer.pk]]
        saved = work.write(fit, lambda answer: work.decide(answer, verdict))
        if saved:
            work.record("answer.decided", saved, {"kind": verdict.kind, "text": verdict.text})
    return work.acted(saved)


def take_back(*, actor: Actor, exam: Exam, decided: Sequence[Decision], act: UUID) -> Acted:
    """Undo decisions of the actor together, as far as they are the ones that still count."""
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        own = {(decision.sheet_id, decision.question): decision for decision in decided}
        on_sheets = _answers(locked, *RELATED, sheet_id__in={sheet for sheet, _question in own})
        answers = [a for a in on_sheets if (a.sheet_id, a.question) in own]
        work = _Work(actor, locked, act, answers)
        mine = [a for a in answers if work.counts_now(a) == own[a.sheet_id, a.question]]
        saved = work.write(mine, work.undo)
        if saved:
            work.record("answer.undone", saved, {"kind": Decision.Kind.UNDO})
    return work.acted(saved)


def decide_one(
    *, actor: Actor, answer: Answer, seen: int | None, verdict: Verdict, act: UUID | None = None
) -> Answer:
    """``decide_all`` for one answer, refused with the reason (a UserError) where that leaves it alone."""
    with transaction.atomic():
        work = _work_on(actor, answer, act)
        if repeated := work.saved_before():
            return repeated[0]
        locked = work.require_untouched(seen)
        (saved,) = work.write([locked], lambda found: work.decide(found, verdict))
        work.record("answer.decided", [saved], {"kind": verdict.kind, "text": verdict.text})
    return saved


def undo_one(*, actor: Actor, answer: Answer, seen: int | None, act: UUID | None = None) -> Answer:
    """Take back the decision that counts at the actor's turn, whoever made it; UserError if there is none."""
    with transaction.atomic():
        work = _work_on(actor, answer, act)
        locked = work.require_untouched(seen)
        if work.counts_now(locked) is None:
            raise UserError("there is nothing to undo on this answer", "reload to see where it stands")
        (saved,) = work.write([locked], work.undo)
        work.record("answer.undone", [saved], {"kind": Decision.Kind.UNDO})
    return saved


def taken_back_by(*, actor: Actor, exam: Exam, act: UUID) -> tuple[Answer, ...]:
    """The answers on which this very undo of the actor has been stored already."""
    undone = Decision.objects.filter(act=act, kind=Decision.Kind.UNDO, by_id=actor.user_id)
    pairs = set(undone.values_list("sheet_id", "question"))
    answers = _answers(exam, *RELATED, sheet_id__in={sheet for sheet, _question in pairs})
    return tuple(a for a in answers if (a.sheet_id, a.question) in pairs)


RELATED = ("sheet", "reading", "page")


def is_stored(answer: Answer, act: UUID) -> bool:
    """Whether this very act has been stored on an answer already."""
    return Decision.objects.filter(sheet_id=answer.sheet_id, question=answer.question, act=act).exists()


def _work_on(actor: Actor, answer: Answer, act: UUID | None) -> _Work:
    """The work on one answer as it is now."""
    exam = Exam.objects.select_for_update().get(pk=answer.exam_id)
    return _Work(actor, exam, act or uuid4(), _answers(exam, *RELATED, pk=answer.pk))


def _answers(exam: Exam, *related: str, **which: Any) -> list[Answer]:
    found = list(Answer.objects.filter(exam=exam, **which).select_related(*related).order_by("pk"))
    for answer in found:
        answer.exam = exam
    return found


@dataclass(slots=True)
class _Work:
    """The answers of one act, with everything that deciding them needs, fetched once."""

    actor: Actor
    exam: Exam
    act: UUID
    answers: list[Answer]
    spec: ExamSpec = field(init=False)
    rules: Mapping[str, Rules] = field(init=False)
    history: History = field(init=False)

    def __post_init__(self) -> None:
        self.spec = self.exam.load_spec()
        self.rules = rules_of(self.exam, self.spec)
        self.history = histories(self.answers)

    def acted(self, saved: Sequence[Answer]) -> Acted:
        """What became of the act when ``saved`` are those that it changed."""
        keys = {answer.pk for answer in saved}
        return Acted(tuple(saved), tuple(answer for answer in self.answers if answer.pk not in keys))

    def saved_before(self) -> tuple[Answer, ...]:
        """The answers on which this very act has been stored already."""
        mine = [a for a in self.answers if any(d.act == self.act for d in self.history[a.pk])]
        return tuple(mine)

    def require_untouched(self, seen: int | None) -> Answer:
        """The one answer. UserError when it was decided since ``seen``, or is not the actor's to mark."""
        (answer,) = self.answers
        if self.newest(answer) != seen:
            raise UserError(
                "somebody decided on this answer while you were looking at it",
                "look at their decision before yours",
            )
        require_turn(self.actor, answer, self.history[answer.pk], self.rules[answer.question])
        return answer

    def newest(self, answer: Answer) -> int | None:
        """The decision that a page laid out now would name as seen."""
        found = self.history[answer.pk]
        return found[-1].pk if found else None

    def counts_now(self, answer: Answer) -> Decision | None:
        """The actor's standing decision on an answer, if it is the one that the person could take back."""
        turn, key = self._turn(answer), self.rules[answer.question].key
        return None if turn is None else decisions.standing(self.history[answer.pk], key, turn)

    def decide(self, answer: Answer, verdict: Verdict) -> Decision | None:
        """The decision on one answer, whose mark is set; None when it is not this person's to mark."""
        turn = self._turn(answer)
        if turn is None:
            return None
        question = self.spec.question(answer.question)
        require_key(verdict.kind, verdict.by_key, question)
        made = self._decision(answer, turn, verdict)
        try:
            decisions.apply(answer, question, [*self.history[answer.pk], made], self.rules[question.id])
        except ValueError as problem:
            raise UserError(str(problem)) from problem
        return made

    def undo(self, answer: Answer) -> Decision | None:
        """The row that takes back the decision that counts on one answer."""
        turn = self._turn(answer)
        return None if turn is None else self._decision(answer, turn, Verdict(Decision.Kind.UNDO))

    def write(self, answers: Iterable[Answer], say: Callable[[Answer], Decision | None]) -> list[Answer]:
        """Store what ``say`` says about each answer, their marks and the stakes of their sheets."""
        stored = {answer.pk: _set_by_people(answer) for answer in self.answers}
        said = [(answer, made) for answer in answers if (made := say(answer)) is not None]
        Decision.objects.bulk_create([made for _answer, made in said])
        changed = [answer for answer, _made in said]
        if undone := {
            answer.pk: [*self.history[answer.pk], made]
            for answer, made in said
            if made.kind == Decision.Kind.UNDO
        }:
            derive_again(self.exam, [answer for answer in changed if answer.pk in undone], self.rules, undone)
        _store(changed, stored)
        consequence.refresh(self.exam, self.spec, (answer.sheet_id for answer in changed))
        return changed

    def record(self, verb: str, saved: Sequence[Answer], data: Mapping[str, object]) -> None:
        """One event an act; a single answer is its object, a group is named by its sheets."""
        first = saved[0]
        more = {"marks": None if first.marks is None else str(first.marks), "question": first.question}
        sheets = [answer.sheet.number for answer in saved]
        named = {"sheet": sheets[0]} if len(saved) == 1 else {"sheets": sheets}
        audit.record(verb, actor=self.actor, obj=first, exam_id=self.exam.pk, data={**data, **more, **named})

    def _turn(self, answer: Answer) -> int | None:
        return turn_of(self.actor, answer, self.history[answer.pk], self.rules[answer.question])

    def _decision(self, answer: Answer, turn: int, verdict: Verdict) -> Decision:
        return Decision(
            sheet_id=answer.sheet_id,
            question=answer.question,
            turn=turn,
            kind=verdict.kind,
            text=verdict.text.strip(),
            marks=verdict.marks,
            comment=verdict.comment.strip()[:1000],
            data=dict(verdict.data),
            key=given_by(verdict.kind, self.spec.question(answer.question)),
            act=self.act,
            by_id=self.actor.user_id,
        )


def _set_by_people(answer: Answer) -> tuple[Any, ...]:
    return tuple(getattr(answer, name) for name in SET_BY_PEOPLE)


def _store(answers: Sequence[Answer], stored: Mapping[int, tuple[Any, ...]]) -> None:
    """Write what is not ``stored`` already: answers that come to the same by one statement."""
    now = {answer.pk: _set_by_people(answer) for answer in answers}
    new = [
        name
        for place, name in enumerate(SET_BY_PEOPLE)
        if any(values[place] != stored[key][place] for key, values in now.items())
    ]
    alike: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for answer in answers:
        alike[tuple(getattr(answer, name) for name in new)].append(answer.pk)
    if new and len(alike) > FEW:
        Answer.objects.bulk_update(answers, new, batch_size=200)
    elif new:
        for values, keys in alike.items():
            Answer.objects.filter(pk__in=keys).update(**dict(zip(new, values, strict=True)))


def histories(answers: Sequence[Answer]) -> dict[int, list[Decision]]:
    """Answer -> all decisions on it, the oldest first; by one query."""
    rows = Decision.objects.filter(
        sheet_id__in={answer.sheet_id for answer in answers},
        question__in={answer.question for answer in answers},
    ).order_by("pk")
    found: defaultdict[tuple[int, str], list[Decision]] = defaultdict(list)
    for row in rows:
        found[row.sheet_id, row.question].append(row)
    return {answer.pk: found[answer.sheet_id, answer.question] for answer in answers}
