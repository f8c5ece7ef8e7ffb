"""What waits for a person, and in which order: like answers side by side, or first what changes most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.marking.decisions import OF_PAGES
from grading.marking.models import Answer, Decision
from grading.marking.rubric_rules import positions_by_people
from grading.review.filters import STAKE, Filters
from grading.review.models import Lease

ORDER = ("group", "position", "read", "id")
PACE_WINDOW = timedelta(minutes=30)
USUAL_SECONDS = 6.0  # until a reviewer's own pace is known
LONGEST_PAUSE = 90.0  # a longer gap between two decisions was a break, not thinking
ALL = Filters()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of an exam is; ``pace`` is this reviewer's own, in seconds an answer."""

    waiting: int
    decided: int
    pace: float = USUAL_SECONDS

    @property
    def total(self) -> int:
        """Everything that ever needed a person."""
        return self.waiting + self.decided

    @property
    def minutes_left(self) -> int:
        """Whole minutes at that pace, at least 1 while anything waits."""
        return max(1, round(self.waiting * self.pace / 60)) if self.waiting else 0


@dataclass(frozen=True, slots=True)
class QuestionQueue:
    """How many answers of one question wait, and how many of them in how many groups."""

    question: str
    waiting: int
    grouped: int
    groups: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The queue by question, those with none left out; ``unseen``: open because their page was not scanned.

    ``open_questions``: how many wait at the desk of what only people mark, question by question.
    """

    questions: tuple[QuestionQueue, ...]
    open_questions: Mapping[str, int]
    unseen: int

    @property
    def waiting(self) -> int:
        """All that this queue holds."""
        return sum(row.waiting for row in self.questions)

    @property
    def open_answers(self) -> int:
        """All that waits at that desk."""
        return sum(self.open_questions.values())

    def waiting_in(self, questions: Collection[str]) -> int:
        """What waits in some questions, here or at that desk."""
        here = sum(row.waiting for row in self.questions if row.question in questions)
        return here + sum(n for question, n in self.open_questions.items() if question in questions)

    @property
    def grouped(self) -> int:
        """Those of them that belong to a group."""
        return sum(row.grouped for row in self.questions)


def waiting(exam: Exam, filters: Filters = ALL) -> QuerySet[Answer]:
    """The answers that need a person and can be seen, in the order of the queue by likeness.

    An answer whose page was not scanned is open too, but there is nothing to look at: it waits for its page.
    What only people mark is not here either: it has a desk of its own, with its criteria.
    """
    answers = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW, page__isnull=False)
    return filters.narrow(answers).exclude(position__in=by_people(exam)).order_by(*ORDER)


def by_people(exam: Exam) -> tuple[int, ...]:
    """The positions of the questions that only people mark; found once for each exam object."""
    if "positions_by_people" not in exam.__dict__:
        exam.__dict__["positions_by_people"] = positions_by_people(exam, exam.load_spec())
    found: tuple[int, ...] = exam.__dict__["positions_by_people"]
    return found


def free_for(actor: Actor, answers: QuerySet[Answer], now: datetime) -> QuerySet[Answer]:
    """Those of ``answers`` that nobody but ``actor`` holds."""
    held = Lease.objects.filter(answer=OuterRef("pk"), until__gt=now).exclude(reviewer_id=actor.user_id)
    return answers.exclude(Exists(held))


def in_order(answers: QuerySet[Answer], order: str) -> list[QuerySet[Answer]]:
    """``answers`` as parts that follow one another; each is one seek in an index of its order."""
    if order != STAKE:
        return [answers]
    return [answers.filter(stake=stake) for stake in sorted(Answer.Stake.values, reverse=True)]


def starting_after(
    answers: QuerySet[Answer], last: Answer | None, order: str = ""
) -> Iterator[QuerySet[Answer]]:
    """The queue behind ``last``, then from its beginning, so that skipped items come again at the end."""
    parts = in_order(answers, order)
    if last is None:
        yield from parts
        return
    behind = _behind(last)
    at = len(parts) - 1 - last.stake if order == STAKE else 0
    yield parts[at].filter(behind, group__gte=last.group)
    yield from parts[at + 1 :]
    yield from parts[:at]
    yield parts[at].filter(~behind).exclude(pk=last.pk)


def _behind(last: Answer) -> Q:
    same = Q(group=last.group)
    behind = same & Q(position=last.position, read=last.read, id__gt=last.pk)
    behind |= same & Q(position=last.position, read__gt=last.read)
    return behind | same & Q(position__gt=last.position) | Q(group__gt=last.group)


def overview(exam: Exam) -> Overview:
    """What waits in each question; counted in an index, with one look at the few whose page is missing."""
    open_ones = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW).order_by()
    grouped = Q(group__gt=0)
    rows = open_ones.values("position").annotate(
        n=Count("*"),
        grouped=Count("group", filter=grouped),
        groups=Count("group", distinct=True, filter=grouped),
    )
    counts = {row["position"]: row for row in rows}
    hidden = dict(open_ones.filter(page__isnull=True).values_list("position").annotate(n=Count("*")))
    found, open_questions = [], {}
    for position, question in enumerate(exam.load_spec().questions):
        row = counts.get(position, {"n": 0, "grouped": 0, "groups": 0})
        left = row["n"] - hidden.get(position, 0)
        if position in by_people(exam):
            open_questions[question.id] = left
        elif left:
            found.append(QuestionQueue(question.id, left, row["grouped"], row["groups"]))
    return Overview(tuple(found), open_questions, sum(hidden.values()))


def progress(exam: Exam, actor: Actor, filters: Filters = ALL) -> Progress:
    """Counts of an exam (or of what is chosen of it) and the actor's pace. Counts all: not for every key."""
    answers = filters.narrow(Answer.objects.filter(exam=exam)).exclude(position__in=by_people(exam))
    open_ones = answers.filter(status=Answer.Status.REVIEW)
    left = open_ones.count() - open_ones.filter(page__isnull=True).count()
    return Progress(left, decided(exam, filters), seconds_an_item(exam, actor))


def decided(exam: Exam, filters: Filters = ALL) -> int:
    """How many of the answers that are chosen a person has decided."""
    answers = filters.narrow(Answer.objects.filter(exam=exam)).exclude(position__in=by_people(exam))
    return answers.filter(status=Answer.Status.HUMAN).count()


def seconds_an_item(exam: Exam, actor: Actor) -> float:
    """The reviewer's pace of the last half hour; a usual one while there are fewer than three decisions."""
    recent = Decision.objects.filter(
        by_id=actor.user_id, at__gt=timezone.now() - PACE_WINDOW, sheet__exam=exam
    )
    span = recent.exclude(kind__in=OF_PAGES).aggregate(n=Count("*"), first=Min("at"), last=Max("at"))
    if span["n"] < 3:
        return USUAL_SECONDS
    return float(min((span["last"] - span["first"]).total_seconds() / (span["n"] - 1), LONGEST_PAUSE))
