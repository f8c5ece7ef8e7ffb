"""Known items: how well a reviewer agrees with what somebody else has decided, found out beside the work.

Now and then an answer that another person has decided comes up among a reviewer's single items, looking as
it did before that. What they say of it is kept as a second reading and never becomes a mark: even were it
sent as a decision, it would be refused, for it names none of the decisions that are there.

Automatic marks that a spot check confirmed are none of them. The machine was sure of those: they would show
what they are, for no reason to ask a person stands beside them, and a rate measured on them would flatter.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from grading.accounts.models import Role
from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import decisions
from grading.marking.acting import Verdict
from grading.marking.consequence import set_stakes
from grading.marking.decisions import OF_PAGES
from grading.marking.deriving import as_undecided
from grading.marking.key_state import given_by, require_key
from grading.marking.models import Answer, Decision
from grading.review import leases
from grading.review.filters import Filters
from grading.review.models import KnownItem, Lease
from grading.review.queue import Progress, by_people

RATES = (0, 10, 20, 50)
"""What a teacher can choose: one item in so many, or none."""
LOOKED_AT = 5
"""Answers that are tried before none is put in this time."""


def set_rate(*, actor: Actor, exam: Exam, one_in: int) -> None:
    """Make one item in ``one_in`` of each reviewer's a known one; 0 for none."""
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        if locked.known_one_in == one_in:
            return
        locked.known_one_in = one_in
        locked.save(update_fields=["known_one_in"])
        data = {"one_in": one_in}
        audit.record("exam.known_items_set", actor=actor, obj=locked, exam_id=locked.pk, data=data)


def among(actor: Actor, exam: Exam, answers: Collection[int]) -> set[int]:
    """Those of ``answers`` that are known items of the actor; no query where there can be none."""
    if not _has_any(actor, exam) or not answers:
        return set()
    return set(_of(actor, exam).filter(answer__in=answers).values_list("answer_id", flat=True))


def counted(progress: Progress, actor: Actor, exam: Exam, filters: Filters) -> Progress:
    """The progress as the actor's bench counts it: a known item counts like any other that they decide.

    One that they were given and left is not counted: it does not come again.
    """
    if not _has_any(actor, exam):
        return progress
    decided = filters.narrow(Answer.objects.filter(exam=exam, status=Answer.Status.HUMAN))
    held = Lease.objects.filter(
        answer=OuterRef("answer"), reviewer_id=actor.user_id, until__gt=timezone.now()
    )
    unsaid = Q(kind="")
    mine = _of(actor, exam).filter(~unsaid | Exists(held), answer__in=decided)
    of = mine.aggregate(said=Count("pk", filter=~unsaid), unsaid=Count("pk", filter=unsaid))
    return replace(progress, waiting=progress.waiting + of["unsaid"], decided=progress.decided + of["said"])


def told(actor: Actor, exam: Exam, known: Collection[int]) -> set[int]:
    """Those of some known items of which the actor has said something."""
    found = _of(actor, exam).filter(answer__in=known).exclude(kind="")
    return set(found.values_list("answer_id", flat=True)) if known else set()


def draw(*, actor: Actor, exam: Exam, filters: Filters) -> list[Answer]:
    """Lend a known item to the actor when one is due, else nothing."""
    if not _has_any(actor, exam) or filters.reason or filters.flagged or not _is_due(actor, exam):
        return []
    left = list(_decided_by_others(actor, exam, filters).values_list("pk", flat=True))
    for _try in range(min(LOOKED_AT, len(left))):
        chosen = left.pop(secrets.randbelow(len(left)))
        answer = Answer.objects.select_related("exam", "sheet", "reading", "page").get(pk=chosen)
        if _comes_to_people(answer) and leases.take(actor=actor, item=answer):
            KnownItem.objects.get_or_create(answer=answer, reviewer_id=actor.user_id)
            return [answer]
    return []


def say(
    *, actor: Actor, exam: Exam, answers: Collection[int], verdict: Verdict, act: UUID
) -> tuple[Answer, ...]:
    """Keep what the actor says of known items. Raises UserError when it does not fit a question."""
    with transaction.atomic():
        items = _of(actor, exam).filter(answer__in=answers)
        found = list(items.select_for_update(of=("self",)).select_related("answer__sheet"))
        for item in found:
            if item.act != act:
                _say(actor, exam, item, verdict, act)
    return tuple(item.answer for item in found)


def take_back(
    *, actor: Actor, exam: Exam, newest_decision: datetime | None, act: UUID | None
) -> tuple[Answer, ...]:
    """Forget what the actor said last, if it was of a known item; the answer, which waits for them again."""
    if not _has_any(actor, exam):
        return ()
    items = _of(actor, exam).select_related("answer__sheet", "answer__reading")
    before = items.filter(undone=act).first() if act else None
    if before is not None:
        return (before.answer,)
    last = items.filter(at__isnull=False).order_by("-at").first()
    if last is None or last.at is None or (newest_decision and newest_decision > last.at):
        return ()
    last.kind, last.text, last.marks, last.at, last.act, last.undone = "", "", None, None, None, act
    last.save()
    return (last.answer,)


def _say(actor: Actor, exam: Exam, item: KnownItem, verdict: Verdict, act: UUID) -> None:
    question = exam.load_spec().question(item.answer.question)
    require_key(verdict.kind, verdict.by_key, question)
    item.kind, item.text, item.marks = verdict.kind, verdict.text.strip(), verdict.marks
    item.key = given_by(verdict.kind, question)
    item.at, item.act = timezone.now(), act
    try:
        given = decisions.worth(question, said(item))
    except ValueError as problem:
        raise UserError(str(problem)) from problem
    item.save()
    data = {
        "sheet": item.answer.sheet.number,
        "question": item.answer.question,
        "marks": str(given.marks),
    }
    audit.record("answer.checked", actor=actor, obj=item.answer, exam_id=exam.pk, data=data)


def said(item: KnownItem) -> Decision:
    """What was said of a known item, as the decision that it is not (never saved)."""
    return Decision(kind=item.kind, text=item.text, marks=item.marks)


def _has_any(actor: Actor, exam: Exam) -> bool:
    return exam.known_one_in > 0 and actor.role == Role.REVIEWER


def _of(actor: Actor, exam: Exam) -> QuerySet[KnownItem]:
    return KnownItem.objects.filter(reviewer_id=actor.user_id, answer__exam=exam)


def _is_due(actor: Actor, exam: Exam) -> bool:
    """Once in every so many decisions of the actor, at a place of each stretch that nobody can foresee."""
    mine = Decision.objects.filter(by_id=actor.user_id, sheet__exam=exam, audit=False)
    stretch, place = divmod(mine.exclude(kind__in=(Decision.Kind.UNDO, *OF_PAGES)).count(), exam.known_one_in)
    name = f"{exam.code}/{exam.pk}/{actor.user_id}/{stretch}"
    drawn = int.from_bytes(sha256(name.encode()).digest()[:4], "big") % exam.known_one_in
    return _of(actor, exam).count() < stretch + (place >= drawn)


def _decided_by_others(actor: Actor, exam: Exam, filters: Filters) -> QuerySet[Answer]:
    decided = Decision.objects.filter(sheet=OuterRef("sheet"), question=OuterRef("question"), audit=False)
    known = KnownItem.objects.filter(answer=OuterRef("pk"), reviewer_id=actor.user_id)
    answers = Answer.objects.filter(
        Exists(decided),
        ~Exists(decided.filter(by_id=actor.user_id)),
        ~Exists(known),
        exam=exam,
        status=Answer.Status.HUMAN,
        page__isnull=False,
    )
    return filters.narrow(answers).exclude(position__in=by_people(exam)).order_by("pk")


def _comes_to_people(answer: Answer) -> bool:
    """Whether it would be in the queue had nobody decided it; ``answer`` is left as that."""
    counts = answer.exam.load_spec().question(answer.question).counts == "marked"
    return counts and as_undecided(answer).status == Answer.Status.REVIEW


def shown(answers: Sequence[Answer], known: Collection[int]) -> list[Answer]:
    """The answers, the known ones among them as if nobody had decided them."""
    for answer in answers:
        if answer.pk in known:
            others = Answer.objects.filter(sheet=answer.sheet_id).exclude(pk=answer.pk)
            set_stakes(answer.exam.load_spec(), [as_undecided(answer), *others])
    return list(answers)
