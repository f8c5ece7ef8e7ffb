"""What was printed of an exam: who, when, of which version, which sheets, and which spares are used."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grading.exams.models import Exam, PrintRun, Sheet


def print_ledger(exam: Exam) -> QuerySet[PrintRun]:
    """The prints, newest first, with ``sheets_n``, ``named``, ``spares``, ``spares_used`` and ``scanned``."""
    scanned = Exists(Sheet.objects.filter(pk=OuterRef("pk"), pages__state="used"))
    sheets = Sheet.objects.filter(print_run=OuterRef("pk")).order_by().values("print_run")
    seen = sheets.annotate(found=scanned).filter(found=True)

    def count(rows: QuerySet[Any, Any]) -> Coalesce:
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    return (
        PrintRun.objects.filter(exam=exam)
        .select_related("version", "created_by")
        .defer("layout", "version__spec")
        .annotate(
            sheets_n=count(sheets),
            named=count(sheets.filter(printed_for__isnull=False)),
            spares=count(sheets.filter(printed_for__isnull=True)),
            scanned=count(seen),
            spares_used=count(seen.filter(Q(printed_for__isnull=True))),
        )
        .order_by("-id")
    )
