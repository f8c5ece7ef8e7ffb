"""The blind audit: a person marks a random sample of automatic marks again without seeing them.

What they find is the measured error of the class report. A look never changes the mark it checks, else the
sample would measure itself; a mark that turns out wrong is put right by an ordinary decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import decisions
from grading.marking.acting import Verdict
from grading.marking.audit_sample import looks_of
from grading.marking.key_state import given_by, key_state, keys_of, require_key
from grading.marking.models import Answer, Decision
from grading.review.leases import take
from grading.review.queue import ORDER, Progress, free_for, starting_after


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sampled answer that a person marked otherwise than the machine, and that nobody has put right."""

    answer: Answer
    given: Decimal


def sample(exam: Exam) -> QuerySet[Answer]:
    """The sampled marks that can be looked at."""
    return Answer.objects.filter(exam=exam, audit=True, page__isnull=False)


def waiting(exam: Exam) -> QuerySet[Answer]:
    """The sampled marks that nobody has looked at yet."""
    return sample(exam).filter(~_looked(exam), status=Answer.Status.AUTO).order_by(*ORDER)


def progress(exam: Exam) -> Progress:
    """How many were looked at, of how many."""
    left, done = waiting(exam).count(), sample(exam).filter(_looked(exam)).count()
    return Progress(left, done)


def next_check(*, actor: Actor, exam: Exam, after: Answer | None = None) -> Answer | None:
    """Lend the next sampled answer to ``actor``; None when nothing is left for them."""
    for part in starting_after(free_for(actor, waiting(exam), timezone.now()), after):
        for answer in part[:5]:
            if take(actor=actor, item=answer):
                return answer
    return None


def look(*, actor: Actor, answer: Answer, verdict: Verdict) -> Decision:
    """Record what a person would have given.

    Raises UserError when somebody looked before, the key was changed meanwhile, or the decision does not fit
    the question.
    """
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=answer.exam_id)
        if not waiting(exam).filter(pk=answer.pk).exists():
            raise UserError(
                _("Somebody has looked at this answer already, or it is no longer in the sample.")
            )
        question = exam.load_spec().question(answer.question)
        require_key(verdict.kind, verdict.by_key, question)
        found = Decision(
            sheet_id=answer.sheet_id,
            question=answer.question,
            kind=verdict.kind,
            text=verdict.text.strip(),
            marks=verdict.marks,
            audit=True,
            key=given_by(verdict.kind, question),
            data={"machine": str(answer.marks), "key": key_state(question)},
            by_id=actor.user_id,
        )
        try:
            found.marks = decisions.worth(question, found).marks
        except ValueError as problem:
            raise UserError(str(problem)) from problem
        found.save()
        data = {"question": answer.question, "marks": str(found.marks), "machine": str(answer.marks)}
        audit.record("answer.checked", actor=actor, obj=answer, exam_id=exam.pk, data=data)
    return found


def overview(exam: Exam) -> tuple[Progress, list[Disagreement]]:
    """How far the check is, and what was found otherwise and still has the machine's mark."""
    looked = set(sample(exam).filter(_looked(exam)).values_list("pk", flat=True))
    by_machine = sample(exam).filter(status=Answer.Status.AUTO).select_related("sheet")
    seen = [answer for answer in by_machine if answer.pk in looked]
    far = Progress(len(by_machine) - len(seen), len(looked))
    return far, _disagreements(exam, seen) if seen else []


def _disagreements(exam: Exam, seen: list[Answer]) -> list[Disagreement]:
    looks = looks_of(exam)
    found = [(answer, looks.get((answer.sheet_id, answer.question))) for answer in seen]
    return [Disagreement(a, look.marks) for a, look in found if look is not None and look.marks != a.marks]


def _looked(exam: Exam) -> Exists:
    looks = Decision.objects.filter(sheet=OuterRef("sheet"), question=OuterRef("question"), audit=True)
    return Exists(looks.filter(key__in=["", *keys_of(exam.load_spec()).values()]))
