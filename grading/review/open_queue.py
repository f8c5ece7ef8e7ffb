"""The answers to one question, one student after another, always in one order: one can go on later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.marking.decisions import OF_PAGES
from grading.marking.models import Answer, Decision
from grading.review.models import Lease

ORDER = ("sheet__number", "id")


@dataclass(frozen=True, slots=True)
class OpenProgress:
    """How far the marking of one question is. ``second`` and ``third`` of the waiting wait for that turn."""

    total: int
    done: int
    first: int
    second: int
    third: int

    @property
    def waiting(self) -> int:
        """Everything that is not settled."""
        return self.total - self.done


def seen_answers(exam: Exam, question: str) -> QuerySet[Answer]:
    """The answers that can be looked at, in order."""
    found = Answer.objects.filter(exam=exam, question=question, page__isnull=False)
    return found.select_related("sheet").order_by(*ORDER)


def waiting_for(actor: Actor, exam: Exam, question: str, now: datetime) -> QuerySet[Answer]:
    """Those that the actor may mark now: nobody else holds them, and they had no other turn at them."""
    other_turn = Decision.objects.filter(
        sheet=OuterRef("sheet"), question=OuterRef("question"), by_id=actor.user_id, audit=False
    ).exclude(Q(kind__in=(Decision.Kind.UNDO, *OF_PAGES)) | Q(turn=OuterRef("turn")))
    held = Lease.objects.filter(answer=OuterRef("pk"), until__gt=now).exclude(reviewer_id=actor.user_id)
    waiting = seen_answers(exam, question).filter(status=Answer.Status.REVIEW)
    return waiting.exclude(Exists(other_turn)).exclude(Exists(held))


def behind(answers: QuerySet[Answer], last: Answer) -> QuerySet[Answer]:
    """Those that come after ``last``."""
    number = last.sheet.number
    return answers.filter(Q(sheet__number__gt=number) | Q(sheet__number=number, pk__gt=last.pk))


def before(answers: QuerySet[Answer], here: Answer) -> Answer | None:
    """The one that comes right before."""
    number = here.sheet.number
    earlier = answers.filter(Q(sheet__number__lt=number) | Q(sheet__number=number, pk__lt=here.pk))
    return earlier.order_by("-sheet__number", "-id").first()


def progress(exam: Exam, questions: list[str]) -> dict[str, OpenProgress]:
    """How far each question is, by one query."""
    open_now = Q(status=Answer.Status.REVIEW)
    rows = (
        Answer.objects.filter(exam=exam, question__in=questions, page__isnull=False)
        .order_by()
        .values("question")
        .annotate(
            total=Count("id"),
            done=Count("id", filter=~open_now),
            first=Count("id", filter=open_now & Q(turn=1)),
            second=Count("id", filter=open_now & Q(turn=2)),
            third=Count("id", filter=open_now & Q(turn=3)),
        )
    )
    found = {
        row["question"]: OpenProgress(row["total"], row["done"], row["first"], row["second"], row["third"])
        for row in rows
    }
    return {question: found.get(question, OpenProgress(0, 0, 0, 0, 0)) for question in questions}


def used_comments(exam: Exam, question: str, only_of: Actor | None, most: int) -> list[str]:
    """Comments given to answers of this question, most used first.

    ``only_of``: a person who marks blind, and must not meet what the other wrote.
    """
    given = Decision.objects.filter(sheet__exam=exam, question=question, audit=False).exclude(comment="")
    if only_of is not None:
        given = given.filter(by_id=only_of.user_id)
    counted = given.order_by().values("comment").annotate(n=Count("sheet", distinct=True))
    return [row["comment"] for row in counted.order_by("-n", "comment")[:most]]
