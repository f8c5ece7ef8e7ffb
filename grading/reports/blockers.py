"""What still stands between an exam and its release."""

from __future__ import annotations

from grading.core.progress import progress
from grading.exams.models import Exam
from grading.marking.models import Answer, Identity
from grading.scans import ledger


def blockers(exam: Exam) -> list[str]:
    """What must be settled before results are final, in words; empty when nothing is in the way."""
    pages, sheets = ledger.totals(exam), ledger.sheet_totals(exam)
    answers = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW).count()
    unknown = Identity.objects.filter(exam=exam, student__isnull=True).count()
    found = (
        (not pages.used, "no page is scanned"),
        (not pages.adds_up, "the ledger does not add up"),
        (pages.waiting or progress(exam_id=exam.pk).open, "work is still going on"),
        (
            pages.needs_review + pages.unreadable,
            f"{pages.needs_review + pages.unreadable} pages need a person",
        ),
        (unknown, f"{unknown} sheets have no student"),
        (answers, f"{answers} answers are undecided"),
        (sheets.open, f"{sheets.open} printed sheets are neither scanned nor marked absent"),
    )
    return [words for in_the_way, words in found if in_the_way]
