"""What was printed of an exam: who, when, of which version, which sheets, and which spares are used."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from grading.core.counting import counted
from grading.exams.models import Exam, PrintRun, Sheet


def print_ledger(exam: Exam) -> QuerySet[PrintRun]:
    """The prints, newest first, with ``sheets_n``, ``named``, ``spares``, ``spares_used`` and ``scanned``."""
    scanned = Exists(Sheet.objects.filter(pk=OuterRef("pk"), pages__state="used"))
    sheets = Sheet.objects.filter(print_run=OuterRef("pk"))
    seen = sheets.annotate(found=scanned).filter(found=True)
    return (
        PrintRun.objects.filter(exam=exam)
        .select_related("version", "created_by")
        .defer("layout", "version__spec")
        .annotate(
            sheets_n=counted(sheets, "print_run"),
            named=counted(sheets.filter(printed_for__isnull=False), "print_run"),
            spares=counted(sheets.filter(printed_for__isnull=True), "print_run"),
            scanned=counted(seen, "print_run"),
            spares_used=counted(seen.filter(printed_for__isnull=True), "print_run"),
        )
        .order_by("-id")
    )
