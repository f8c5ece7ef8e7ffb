"""How often reviewers say of known items what was decided, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from grading.accounts.models import User
from grading.exams.models import Exam
from grading.exams.spec import ExamSpec
from grading.marking import decisions
from grading.marking.acting import histories
from grading.marking.budget import interval
from grading.marking.key_state import holds, key_state, keys_of
from grading.marking.models import Answer, Decision
from grading.review.addresses import crop_url
from grading.review.known_items import said
from grading.review.models import KnownItem


@dataclass(frozen=True, slots=True)
class Quality:
    """One reviewer: ``asked`` known items, ``differ`` of them marked otherwise, the share's 95 % interval."""

    reviewer: User
    asked: int
    differ: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The share that they marked otherwise."""
        return self.differ / self.asked


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One answer that a reviewer would have marked otherwise, and that nobody has looked at since."""

    answer: Answer
    crop: str
    reviewer: User
    given: Decimal
    text: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Second:
    item: KnownItem
    given: Decimal

    @property
    def differs(self) -> bool:
        return self.given != self.item.answer.marks


def quality(exam: Exam) -> tuple[list[Quality], list[Disagreement]]:
    """The figures of every reviewer who was asked, and the disagreements that nobody has settled.

    Deciding the answer once more settles it: as before, or as the reviewer would have, who then was right.
    """
    seconds = _seconds(exam)
    return _by_reviewer(seconds), _unsettled(
        [second for second in seconds if second.differs], keys_of(exam.load_spec())
    )


def _seconds(exam: Exam) -> list[_Second]:
    """What was said of answers that people decided, by the key of today."""
    items = KnownItem.objects.filter(
        answer__exam=exam, answer__status=Answer.Status.HUMAN, at__isnull=False
    ).select_related("answer__sheet", "reviewer")
    spec = exam.load_spec()
    found = [(item, _given(spec, item)) for item in items.order_by("reviewer__name", "reviewer_id", "pk")]
    return [_Second(item, given) for item, given in found if given is not None]


def _given(spec: ExamSpec, item: KnownItem) -> Decimal | None:
    """None where the question is not marked any more, or what was said fits it and its key no more."""
    question = spec.question(item.answer.question)
    if not holds(item.key, key_state(question)):
        return None
    try:
        return decisions.worth(question, said(item)).marks if question.counts == "marked" else None
    except ValueError:
        return None


def _by_reviewer(seconds: list[_Second]) -> list[Quality]:
    found = []
    for _key, group in groupby(seconds, key=lambda second: second.item.reviewer_id):
        mine = list(group)
        differ = sum(second.differs for second in mine)
        low, high = interval(differ, len(mine))
        found.append(Quality(mine[0].item.reviewer, len(mine), differ, low, high))
    return found


def _unsettled(differing: list[_Second], keys: Mapping[str, str]) -> list[Disagreement]:
    decided = histories([second.item.answer for second in differing])
    found = []
    for second in differing:
        item = second.item
        decision = decisions.standing(decided[item.answer_id], keys.get(item.answer.question, ""))
        if decision is not None and item.at is not None and decision.at < item.at:
            crop = crop_url(item.answer)
            found.append(Disagreement(item.answer, crop, item.reviewer, second.given, item.text, decision))
    return found
