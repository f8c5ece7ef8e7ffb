"""How far each question of an exam is: marked by whom, waiting for what, in whose hands, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from grading.accounts.models import User
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.key_state import keys_of
from grading.marking.rubric_rules import Rules, rules_of
from grading.review.assignments import assigned
from grading.review.deciders import deciders
from grading.review.filters import KINDS
from grading.review.pace import Paces
from grading.review.question_counts import Counts, question_counts, together
from grading.review.queue import USUAL_SECONDS
from grading.review.workers import Share, Worker, at_work, held, shares, workers


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``minutes``: work of one person that is left; None when nobody knows the pace."""

    question: Question
    by_people: bool
    counts: Counts
    asked: Sequence[User]
    now: Sequence[User]
    shares: Sequence[Share]
    pace: float | None
    minutes: int | None

    @property
    def kind(self) -> str:
        """The type of the question, in words."""
        return str(KINDS.get(self.question.type, ""))

    @property
    def more(self) -> int:
        """Those who marked it besides the three that are named at once."""
        return max(0, len(self.shares) - 3)

    @property
    def left(self) -> str:
        """The work that is left, in words."""
        return "" if self.minutes is None else in_words(self.minutes)


@dataclass(frozen=True, slots=True)
class Table:
    """All questions, what they add up to, and all people; ``as_of``: the moment who marked what speaks of."""

    rows: Sequence[Row]
    total: Counts
    workers: Sequence[Worker]
    as_of: datetime

    @property
    def left(self) -> str:
        """The work that is left in all questions whose pace is known, in words."""
        return in_words(sum(row.minutes or 0 for row in self.rows))

    @property
    def is_partly_known(self) -> bool:
        """Whether more is left than that."""
        return any(row.minutes is None for row in self.rows)


def question_progress(exam: Exam) -> Table:
    """The table as it is now; as many queries for many questions and people as for few."""
    spec = exam.load_spec()
    rules, asked, places = rules_of(exam, spec), assigned(exam), held(exam)
    counts, found = question_counts(exam, rules), deciders(exam, keys_of(spec))
    users = User.objects.in_bulk({who for _question, who in (*found.marked, *places) if who is not None})
    now = at_work(places, users)
    rows = [
        Row(
            question=question,
            by_people=rules[question.id].by_people,
            counts=counts[question.id],
            asked=asked.get(question.id, ()),
            now=now.get(question.id, ()),
            shares=shares(question.id, found, users),
            pace=found.paces.at([question.id]),
            minutes=_minutes(question.id, counts[question.id], rules, found.paces),
        )
        for question in spec.questions
    ]
    everybody = workers([question.id for question in spec.questions], asked, now, found, users)
    return Table(rows, together(counts.values()), everybody, found.at)


def in_words(minutes: int) -> str:
    """A length of time."""
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    return _("%(h)d h %(m)02d min") % {"h": minutes // 60, "m": minutes % 60}


def _minutes(question: str, counts: Counts, rules: Mapping[str, Rules], found: Paces) -> int | None:
    """An answer that waits for its first marker may wait for a second one afterwards."""
    if not counts.waiting:
        return 0
    pace = _pace(question, rules, found)
    twice = counts.first * rules[question].second_share
    return None if pace is None else max(1, round((counts.waiting + twice) * pace / 60))


def _pace(question: str, rules: Mapping[str, Rules], found: Paces) -> float | None:
    """That of the question; else of all that are marked like it; else the usual one, if there is one."""
    by_people = rules[question].by_people
    alike = [name for name, rule in rules.items() if rule.by_people == by_people]
    here, there = found.at([question]), found.at(alike)
    return next((pace for pace in (here, there) if pace is not None), None if by_people else USUAL_SECONDS)
