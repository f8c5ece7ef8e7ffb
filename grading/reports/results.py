"""The table of results, summed up by the database: one row a scanned sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from grading.exams.models import Exam, Sheet, Student
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer, Identity
from grading.reports.tables import passes

ORDERS = {
    "name": ("identity__student__name", "number"),
    "sheet": ("number",),
    "marks": (F("total").desc(nulls_last=True), "number"),
    "open": ("-open_n", "number"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One sheet; ``percent`` is None while anything of it is open."""

    sheet: Sheet
    student: Student | None
    marks: Decimal | None
    percent: Decimal | None
    open_items: int
    passed: bool | None


def order_names() -> list[tuple[str, str]]:
    """The orders a person can choose from, in words."""
    return [
        ("name", _("by name")),
        ("marks", _("best first")),
        ("open", _("open first")),
        ("sheet", _("by sheet")),
    ]


def sheets(exam: Exam, order: str, words: str) -> QuerySet[Sheet]:
    """Scanned sheets with ``total`` and ``open_n``, found by name, number or sheet.

    The sums are subqueries, not a join: the database then adds up only the sheets of the page it shows.
    """
    answers = Answer.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
    found = Sheet.objects.filter(Exists(Answer.objects.filter(sheet=OuterRef("pk"))), exam=exam)
    found = found.select_related("identity__student").annotate(
        total=Subquery(answers.annotate(n=Sum("marks")).values("n")),
        open_n=Subquery(answers.annotate(n=Count("id", filter=Q(marks=None))).values("n")),
    )
    if words:
        student = "identity__student__"
        named = Q(**{f"{student}name__icontains": words}) | Q(**{f"{student}student_id__icontains": words})
        found = found.filter(named | Q(number__icontains=words))
    return found.order_by(*ORDERS.get(order, ORDERS["name"]))


def result(sheet: Sheet, spec: ExamSpec) -> Result:
    """The row of a sheet that ``sheets`` found."""
    total, still_open = sheet.total, sheet.open_n  # type: ignore[attr-defined]
    student = sheet.identity.student if hasattr(sheet, "identity") else None
    waiting = still_open + (student is None)
    percent = None if waiting or total is None else (100 * total / spec.max_marks).quantize(Decimal("0.1"))
    return Result(sheet, student, total, percent, waiting, None if percent is None else passes(spec, total))


def without_sheet(exam: Exam) -> QuerySet[Student]:
    """Students on the roster who have no scanned sheet."""
    seen = Identity.objects.filter(exam=exam, student__isnull=False).values("student")
    return Student.objects.filter(exam=exam, on_roster=True).exclude(pk__in=seen).order_by("name")
