"""Where a reviewer goes next: their own questions first, groups before single ones and open answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.review import services
from grading.review.addresses import group_url, item_url
from grading.review.filters import MINE, Filters
from grading.review.open_queue import waiting_for
from grading.review.queue import by_people
from grading.review.whose import in_turn, parts


@dataclass(frozen=True, slots=True)
class Coming:
    """What was lent, and whose question it is; ``has_own``: the person is asked to mark questions."""

    url: str
    whose: str
    has_own: bool

    def leaves_own(self, chosen: Filters) -> bool:
        """Whether all of the person's own questions should have come, and others do."""
        if chosen.size or chosen.narrows:
            return False  # what they did not choose may be left in their own
        return self.has_own and self.whose != MINE and chosen.whose in ("", MINE)


def what_comes(*, actor: Actor, exam: Exam, filters: Filters) -> Coming | None:
    """Lend what comes next; None when nothing of what was chosen is left for this person."""
    turns = in_turn(filters, actor, exam)
    has_own = any(part.whose == MINE for part in turns)
    for part in turns:
        url = _doubtful(actor, exam, part) or _open(actor, exam, part)
        if url:
            return Coming(url, part.whose, has_own)
    return None


def behind_open_question(actor: Actor, exam: Exam, question: str) -> str:
    """Where to go when nothing is left in an open question: on, if it was one's own, else to its page."""
    position = next(k for k, asked in enumerate(exam.load_spec().questions) if asked.id == question)
    if position in parts(actor, exam).get(MINE, ()):
        return reverse("review:next", args=[exam.pk]) + Filters(whose=MINE).query
    return reverse("review:open-question", args=[exam.pk, question])


def _doubtful(actor: Actor, exam: Exam, part: Filters) -> str:
    if part.wants_groups:
        number = services.next_group(actor=actor, exam=exam, filters=part)
        if number is not None:
            return group_url(exam, number, part)
    if part.wants_singles:
        answer = services.next_item(actor=actor, exam=exam, filters=part)
        if answer is not None:
            return item_url(answer, part)
    return ""


def _open(actor: Actor, exam: Exam, part: Filters) -> str:
    """The desk of the first of one's own open questions with something to mark, if all is chosen."""
    if part.whose != MINE or part.pairs != Filters(whose=MINE).pairs:
        return ""
    questions = exam.load_spec().questions
    for position in part.places or ():
        name = questions[position].id
        if position in by_people(exam) and waiting_for(actor, exam, name, timezone.now()).exists():
            return reverse("review:open-next", args=[exam.pk, name])
    return ""
