"""What waits for a person, in the order in which it is quickest to decide: like answers side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.marking.models import Answer, Decision
from grading.review.models import Lease

ORDER = ("position", "read", "id")
PACE_WINDOW = timedelta(minutes=30)
USUAL_SECONDS = 6.0  # until a reviewer's own pace is known
LONGEST_PAUSE = 90.0  # a longer gap between two decisions was a break, not thinking


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of an exam is; ``seconds_left`` is at this reviewer's own pace."""

    waiting: int
    decided: int
    seconds_left: float

    @property
    def total(self) -> int:
        """Everything that ever needed a person."""
        return self.waiting + self.decided

    @property
    def minutes_left(self) -> int:
        """Whole minutes, at least 1 while anything waits."""
        return max(1, round(self.seconds_left / 60)) if self.waiting else 0


@dataclass(frozen=True, slots=True)
class QuestionQueue:
    """How many answers of one question wait."""

    question: str
    waiting: int


def waiting(exam: Exam, question: str = "") -> QuerySet[Answer]:
    """The answers that need a person and can be seen, in the order of the queue.

    An answer whose page was not scanned is open too, but there is nothing to look at: it waits for its page.
    """
    answers = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW, page__isnull=False)
    if question:
        answers = answers.filter(question=question)
    return answers.order_by(*ORDER)


def free_for(actor: Actor, answers: QuerySet[Answer], now: datetime) -> QuerySet[Answer]:
    """Those of ``answers`` that nobody but ``actor`` holds."""
    held = Lease.objects.filter(answer=OuterRef("pk"), until__gt=now).exclude(reviewer_id=actor.user_id)
    return answers.exclude(Exists(held))


def starting_after(answers: QuerySet[Answer], last: Answer | None) -> Iterator[QuerySet[Answer]]:
    """The queue behind ``last``, then from its beginning, so that skipped items come again at the end."""
    if last is None:
        yield answers
        return
    behind = Q(position=last.position, read=last.read, id__gt=last.pk)
    behind |= Q(position=last.position, read__gt=last.read)
    behind |= Q(position__gt=last.position)
    yield answers.filter(behind)
    yield answers.filter(~behind).exclude(pk=last.pk)


def unseen(exam: Exam) -> int:
    """How many answers are open because their page was not scanned."""
    return Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW, page__isnull=True).count()


def by_question(exam: Exam) -> list[QuestionQueue]:
    """Waiting answers of each question, in the order of the exam; questions with none are left out."""
    counts = waiting(exam).order_by().values("question").annotate(n=Count("id"), place=Min("position"))
    return [QuestionQueue(row["question"], row["n"]) for row in counts.order_by("place")]


def progress(exam: Exam, actor: Actor, question: str = "") -> Progress:
    """Counts of an exam (or one question of it) and the time left at the actor's pace."""
    chosen = {"question": question} if question else {}
    counts = Answer.objects.filter(exam=exam, **chosen).aggregate(
        waiting=Count("id", filter=Q(status=Answer.Status.REVIEW, page__isnull=False)),
        decided=Count("id", filter=Q(status=Answer.Status.HUMAN)),
    )
    seconds = seconds_an_item(exam, actor)
    return Progress(counts["waiting"], counts["decided"], counts["waiting"] * seconds)


def seconds_an_item(exam: Exam, actor: Actor) -> float:
    """The reviewer's pace of the last half hour; a usual one while there are fewer than three decisions."""
    recent = Decision.objects.filter(
        sheet__exam=exam, by_id=actor.user_id, at__gt=timezone.now() - PACE_WINDOW
    )
    span = recent.aggregate(n=Count("id"), first=Min("at"), last=Max("at"))
    if span["n"] < 3:
        return USUAL_SECONDS
    return float(min((span["last"] - span["first"]).total_seconds() / (span["n"] - 1), LONGEST_PAUSE))
