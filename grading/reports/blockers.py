"""What still stands between an exam and its release, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.core.models import Job, Stage
from grading.exams.models import Exam
from grading.marking.left_for_people import left_for_people
from grading.review import spot_checks
from grading.scans import ledger

BEFORE_RELEASE = (Stage.SPLIT, Stage.PAGE, Stage.RECOGNIZE, Stage.MARK)
LIVE = (Job.State.QUEUED, Job.State.LEASED)


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to settle: ``words`` say what, ``url`` leads to where it is mended, ``action`` names that."""

    words: str
    url: str
    action: str

    def __str__(self) -> str:
        return self.words


def blockers(exam: Exam) -> list[Blocker]:
    """What must be settled before results are final; empty when nothing is in the way."""
    return [found for found in (*_of_pages(exam), *_of_answers(exam)) if found is not None]


def _of_pages(exam: Exam) -> list[Blocker | None]:
    pages, sheets = ledger.totals(exam), ledger.sheet_totals(exam)
    scan = reverse("scans:scan", args=[exam.pk])
    odd = pages.needs_review + pages.unreadable
    live = Job.objects.filter(exam_id=exam.pk, stage__in=BEFORE_RELEASE, state__in=LIVE)
    working = pages.waiting or live.exists()
    pages_need = ngettext("%(n)d page needs a person", "%(n)d pages need a person", odd)
    missing = ngettext(
        "%(n)d printed sheet is neither scanned nor marked absent",
        "%(n)d printed sheets are neither scanned nor marked absent",
        sheets.open,
    )
    absent = reverse("reports:release", args=[exam.pk]) + "#absent"
    return [
        None if pages.used else Blocker(_("no page is scanned"), scan, _("Scan in")),
        None if pages.adds_up else Blocker(_("the ledger does not add up"), scan, _("Look at the pages")),
        Blocker(_("work is still going on"), scan, _("See how far it is")) if working else None,
        Blocker(pages_need % {"n": odd}, f"{scan}?state=to-do", _("Settle these pages")) if odd else None,
        Blocker(missing % {"n": sheets.open}, absent, _("Say who was absent")) if sheets.open else None,
    ]


def _of_answers(exam: Exam) -> list[Blocker | None]:
    left = left_for_people(exam)
    answers, lost, unknown = left.answers, left.unseen, left.sheets
    nobody = ngettext("%(n)d sheet has no student", "%(n)d sheets have no student", unknown)
    undecided = ngettext("%(n)d answer is undecided", "%(n)d answers are undecided", answers)
    unseen = ngettext(
        "%(n)d answer is undecided: its page was not scanned",
        "%(n)d answers are undecided: their pages were not scanned",
        lost,
    )
    found_wrong = len(spot_checks.overview(exam)[1])
    wrong = ngettext(
        "%(n)d mark of the machine was found wrong in the spot check and still stands",
        "%(n)d marks of the machine were found wrong in the spot check and still stand",
        found_wrong,
    )
    pages = reverse("marking:lost-pages", args=[exam.pk])
    people, queue = reverse("marking:identities", args=[exam.pk]), reverse("review:queue", args=[exam.pk])
    return [
        Blocker(nobody % {"n": unknown}, people, _("Say whose they are")) if unknown else None,
        Blocker(undecided % {"n": answers}, queue, _("Decide them")) if answers else None,
        Blocker(unseen % {"n": lost}, pages, _("Say what becomes of them")) if lost else None,
        Blocker(wrong % {"n": found_wrong}, queue, _("Decide them")) if found_wrong else None,
    ]
