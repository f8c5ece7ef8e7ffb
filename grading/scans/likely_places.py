"""Where a page without a place most likely belongs: the pages that sheets still lack, the nearest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Abs

from grading.exams.models import PrintRun, Sheet, Student
from grading.scans.models import Page

OFFERED = 6
SHEETS_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class LikelyPlace:
    """A page that ``sheet`` lacks. ``student``: whose it is, as far as that is known.

    ``distance``: pages of the file between this one and where the sheet's others let it be expected; None
    where none of them came in the same file.
    """

    sheet: Sheet
    number: int
    student: Student | None
    distance: int | None


def likely_places(page: Page) -> list[LikelyPlace]:
    """At most six places that ``page`` may have, the likeliest first: gaps in sheets partly there."""
    wanted = _pages_of_runs(page.exam_id)
    sheets = _begun(page, max((len(numbers) for numbers in wanted.values()), default=0))
    there: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    used = Page.objects.filter(sheet__in=sheets, state=Page.State.USED).only(
        "sheet", "number", "file", "scan_page"
    )
    for one in used:
        there[one.sheet_id or 0].append((one.number or 0, one.file_id, one.scan_page))
    found = [
        LikelyPlace(sheet, number, _student(sheet), _distance(page, number, there[sheet.pk]))
        for sheet in sheets
        for number in sorted(wanted[sheet.print_run_id] - {n for n, _file, _at in there[sheet.pk]})
    ]
    return sorted(found, key=_order)[:OFFERED]


def _order(place: LikelyPlace) -> tuple[float, str, int]:
    return inf if place.distance is None else place.distance, place.sheet.number, place.number


def _pages_of_runs(exam_id: int) -> dict[int, set[int]]:
    runs = PrintRun.objects.filter(exam=exam_id).values_list("pk", "layout")
    return {run: {entry["page"] for entry in layout["pages"]} for run, layout in runs}


def _begun(page: Page, most: int) -> list[Sheet]:
    """Sheets of which some pages are there and some may not be, those near by in the file first."""
    used = Q(pages__state=Page.State.USED)
    begun = Sheet.objects.filter(exam=page.exam_id, set_aside=False).annotate(
        there=Count("pages", filter=used),
        near=Min(Abs(F("pages__scan_page") - page.scan_page), filter=used & Q(pages__file=page.file_id)),
    )
    partly = begun.filter(there__gt=0, there__lt=most).select_related("printed_for", "identity__student")
    return list(partly.order_by(F("near").asc(nulls_last=True), "number")[:SHEETS_LOOKED_AT])


def _student(sheet: Sheet) -> Student | None:
    known: Student | None = sheet.identity.student if hasattr(sheet, "identity") else None
    return known or sheet.printed_for


def _distance(page: Page, number: int, there: list[tuple[int, int, int]]) -> int | None:
    ways = [abs(at + number - n - page.scan_page) for n, file, at in there if file == page.file_id]
    return min(ways, default=None)
