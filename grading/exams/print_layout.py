"""layout.json of a print run, made again from what is kept of it."""

from __future__ import annotations

from typing import Any

from grading.exams.layout_json import Layout, layout_from_data
from grading.exams.models import PrintRun, Sheet


def layout_of(run: PrintRun) -> Layout:
    """Where every box of every sheet of ``run`` was printed; it keeps one sheet's pages, all are alike."""
    pages: list[dict[str, Any]] = run.layout["pages"]
    sheets = (
        Sheet.objects.filter(print_run=run)
        .order_by("number")
        .values_list("number", "printed_for__student_id")
    )
    listed = [
        {"sheet": number, "student_id": student, "pages": _shifted(pages, place * len(pages))}
        for place, (number, student) in enumerate(sheets)
    ]
    return layout_from_data({**run.layout, "sheets": listed})


def _shifted(pages: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    return [{**page, "pdf_page": first + offset} for offset, page in enumerate(pages)]
