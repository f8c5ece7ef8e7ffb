"""Students' claims that an answer was read or marked wrongly: each opens that one answer to a second look.

The mark stays while nobody has looked, and whoever looks decides the answer like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.key_text import key_text
from grading.exams.models import Exam
from grading.marking.models import Answer, Claim

WORDS = 500
"""Characters that a claim and the reply to it may have."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim with its answer as it stands now, and the key in words; the answer may be gone meanwhile."""

    claim: Claim
    answer: Answer | None
    key: str

    @property
    def may_be_settled(self) -> bool:
        """Whether the answer has a mark that the claim could be settled with."""
        return self.answer is None or self.answer.marks is not None


def claim_again(*, actor: Actor, answer: Answer, words: str) -> Claim:
    """Keep what a student says of an answer. UserError while an earlier claim on it is open."""
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=answer.exam_id)
        answer = Answer.objects.select_related("sheet").get(pk=answer.pk)
        if open_ones(exam).filter(sheet=answer.sheet_id, question=answer.question).exists():
            raise UserError(
                _("There is an open claim on this answer already"), _("answer that one before a new one")
            )
        claim = Claim.objects.create(
            exam=exam,
            sheet=answer.sheet,
            question=answer.question,
            words=words.strip()[:WORDS],
            earned=answer.marks,
            by_id=actor.user_id,
        )
        data = {"sheet": answer.sheet.number, "question": answer.question, "text": claim.words}
        audit.record("claim.made", actor=actor, obj=answer, exam_id=exam.pk, data=data)
    return claim


def settle(*, actor: Actor, claim: Claim, reply: str) -> Claim:
    """Answer a claim with the mark as it is now. UserError while that is open; settled once, it stays."""
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=claim.exam_id)
        claim = Claim.objects.select_related("sheet").get(pk=claim.pk)
        if claim.settled_at is not None:
            raise UserError(
                _("Somebody has answered this claim meanwhile"), _("look at what they said; it stays")
            )
        answer = Answer.objects.filter(sheet=claim.sheet_id, question=claim.question).first()
        if answer is not None and answer.marks is None:
            raise UserError(_("This answer has no mark now"), _("decide it first, then answer the claim"))
        claim.reply, claim.left_at = reply.strip()[:WORDS], answer.marks if answer else None
        claim.settled_at, claim.settled_by_id = timezone.now(), actor.user_id
        claim.save()
        data = {
            "sheet": claim.sheet.number,
            "question": claim.question,
            "before": _said(claim.earned),
            "after": _said(claim.left_at),
            "text": claim.reply,
        }
        audit.record("claim.settled", actor=actor, obj=answer, exam_id=exam.pk, data=data)
    return claim


def open_ones(exam: Exam) -> QuerySet[Claim]:
    """The claims that nobody has answered yet, the oldest first."""
    return Claim.objects.filter(exam=exam, settled_at__isnull=True)


def settled_ones(exam: Exam) -> QuerySet[Claim]:
    """Those that somebody has answered, the newest answer first."""
    return Claim.objects.filter(exam=exam, settled_at__isnull=False).order_by("-settled_at")


def with_answers(exam: Exam, claims: Iterable[Claim]) -> list[Claimed]:
    """Claims with their answers, by one query."""
    listed, spec = list(claims), exam.load_spec()
    answers = Answer.objects.filter(exam=exam, sheet__in={claim.sheet_id for claim in listed})
    found = {(a.sheet_id, a.question): a for a in answers.select_related("page", "sheet")}
    keys = {question.id: key_text(question) for question in spec.questions}
    return [
        Claimed(claim, found.get((claim.sheet_id, claim.question)), keys.get(claim.question, ""))
        for claim in listed
    ]


def _said(marks: object) -> str | None:
    return None if marks is None else str(marks)
