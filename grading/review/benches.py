"""Everything that waits for a person in one exam, in the order in which it is best done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from grading.exams.models import Exam
from grading.marking.claims import open_ones as open_claims
from grading.review import pages, sheets
from grading.review.queue import Overview, Progress


@dataclass(frozen=True, slots=True)
class Bench:
    """One kind of work: how much of it waits, and where it is done. ``teachers``: only they may do it."""

    name: str
    says: str
    waiting: int
    url: str
    teachers: bool = False


def waiting_at(exam: Exam, queue: Overview, checks: Progress) -> list[Bench]:
    """The benches at which something waits: first what other work depends on."""
    found = [
        Bench(
            _("Claims"),
            _("Students say that these answers were read or marked wrongly."),
            open_claims(exam).count(),
            reverse("marking:claims", args=[exam.pk]),
        ),
        Bench(
            _("Pages without a place"),
            _("The machine could not tell which page of which sheet they are."),
            pages.waiting(exam).count(),
            reverse("review:page-next", args=[exam.pk]),
            teachers=True,
        ),
        Bench(
            _("Whose sheets"),
            _("The student number is not clear."),
            sheets.waiting(exam).count(),
            reverse("review:sheet-next", args=[exam.pk]),
            teachers=True,
        ),
        Bench(
            _("Groups of like answers"),
            _("The same reading in writing that looks alike: one key decides all of a group."),
            queue.grouped,
            reverse("review:next", args=[exam.pk]) + "?size=group",
        ),
        Bench(
            _("Single answers"),
            _("One by one, the crop large, the key beside it."),
            queue.waiting - queue.grouped,
            reverse("review:next", args=[exam.pk]) + "?size=single",
        ),
        Bench(
            _("Open answers"),
            _("Marked by people, with criteria."),
            queue.open_answers,
            reverse("review:open-list", args=[exam.pk]),
        ),
        Bench(
            _("Spot check"),
            _("A random sample of the machine's own marks, marked again by a person who does not see them."),
            checks.waiting,
            reverse("review:check-next", args=[exam.pk]),
        ),
    ]
    return [bench for bench in found if bench.waiting]
