"""Who marked how many answers to which question, counted in the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from grading.core.models import AuditEvent
from grading.exams.models import Exam, Sheet
from grading.marking.decisions import OF_PAGES, standing
from grading.marking.models import Answer, Decision
from grading.review.pace import Act, Paces, paces
from grading.review.queue import PACE_WINDOW

LATEST = 1000
"""Decisions at most from which a pace is told."""
MANY = 5000
"""Marked answers whose counting takes long enough to be kept for a while."""
PATIENCE = timedelta(seconds=60)
"""How old what is kept may be when somebody decided since; KEPT: when nobody did."""
KEPT = timedelta(minutes=10)
SHAPE = 1
"""Goes up when what is kept holds something else."""
TAKEN_BACK = (Decision.Kind.UNDO, Decision.Kind.SOUGHT)
"""Whatever was decided before such a row may count again."""
Place = tuple[str, int | None]
"""A question and a person."""


@dataclass(frozen=True, slots=True)
class Deciders:
    """``marked``: answers of each question by whose decision counts; marked twice, it counts for both.

    ``at``: the moment of which it speaks; ``event``: the newest of the exam by then.
    """

    marked: Mapping[Place, int]
    paces: Paces
    at: datetime
    event: int

    def will_do(self, event: int) -> bool:
        """Whether it is shown although it is not of now."""
        return timezone.now() - self.at < (KEPT if event == self.event else PATIENCE)


def deciders(exam: Exam, keys: Mapping[str, str]) -> Deciders:
    """As of now, or of a minute ago where very many are marked. ``keys``: today's, by question."""
    name = f"review/deciders/{SHAPE}/{exam.pk}"
    event = AuditEvent.objects.filter(exam_id=exam.pk).aggregate(pk=Max("pk"))["pk"] or 0
    kept = cache.get(name)
    if isinstance(kept, Deciders) and kept.will_do(event):
        return kept
    at, said = timezone.now(), _said(exam, keys)
    found = Deciders(_marked(said, keys), paces(_lately(exam)), at, event)
    if sum(found.marked.values()) > MANY:
        cache.set(name, found, KEPT.total_seconds())
    return found


def _said(exam: Exam, keys: Mapping[str, str]) -> QuerySet[Decision]:
    """What people said of the sheets that have answers now, as far as it holds under the keys of today."""
    answered = Sheet.objects.filter(Exists(Answer.objects.filter(sheet=OuterRef("pk"))), exam=exam)
    said = Decision.objects.filter(sheet__in=answered, audit=False, key__in=["", *keys.values()])
    return said.order_by()


def _marked(said: QuerySet[Decision], keys: Mapping[str, str]) -> Counter[Place]:
    """Counted from the newest decision of each answer and turn, which nearly always is the one that counts.

    Where that one took another back, the history of the answer is looked at.
    """
    same = {name: OuterRef(name) for name in ("sheet", "question", "turn")}
    later = Decision.objects.filter(**same, pk__gt=OuterRef("pk"), audit=False, key__in=["", *keys.values()])
    newest = said.filter(~Exists(later))
    marked: Counter[Place] = Counter()
    taken_back = False
    for question, person, kind, n in newest.values_list("question", "by", "kind").annotate(n=Count("*")):
        if kind in TAKEN_BACK:
            taken_back = True
        else:
            marked[question, person] += n
    for decision in _counting_again(newest, keys) if taken_back else ():
        marked[decision.question, decision.by_id] += 1
    return marked


def _counting_again(newest: QuerySet[Decision], keys: Mapping[str, str]) -> list[Decision]:
    """What still counts of the answers whose newest decision took another back."""
    places = set(newest.filter(kind__in=TAKEN_BACK).values_list("sheet_id", "question", "turn"))
    sheets, questions = {place[0] for place in places}, {place[1] for place in places}
    rows = Decision.objects.filter(sheet_id__in=sheets, question__in=questions).order_by("pk")
    histories: defaultdict[tuple[int, str], list[Decision]] = defaultdict(list)
    for row in rows:
        histories[row.sheet_id, row.question].append(row)
    found = (
        standing(histories[sheet, question], keys.get(question, ""), turn) for sheet, question, turn in places
    )
    return [decision for decision in found if decision is not None]


def _lately(exam: Exam) -> list[Act]:
    """The half hour up to the newest decision, so that paces are known on the next morning too."""
    said = Decision.objects.filter(sheet__exam=exam, audit=False)
    acts = said.exclude(kind__in=(Decision.Kind.UNDO, *OF_PAGES)).order_by("-at")
    rows = list(acts.values_list("question", "by", "at")[:LATEST])
    return [row for row in rows if row[2] > rows[0][2] - PACE_WINDOW]
