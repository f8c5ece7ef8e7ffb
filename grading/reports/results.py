"""The table of results, summed up by the database: one row a scanned sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.http import QueryDict
from django.utils.translation import gettext as _

from grading.exams.models import Exam, Sheet, Student
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer, Identity
from grading.reports.differences import Difference
from grading.reports.scale import Scale
from grading.reports.sums import Sums, sheet_sums

BY_DATABASE = {"name": ("identity__student__sort_name", "number"), "sheet": ("number",)}
"""Orders for which the database need not add up the sheets that are not shown."""
STATES = ("open", "passed", "failed")
SCANNED = Exists(Answer.objects.filter(sheet=OuterRef("pk")))


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the class a person wants to see, in which order."""

    order: str = "name"
    words: str = ""
    section: str = ""
    state: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Wish:
        """From an address; what makes no sense there is as if it were not said."""
        order, state = query.get("sort", "name"), query.get("state", "")
        return cls(
            order if order in dict(order_names()) else "name",
            query.get("q", "").strip()[:100],
            query.get("section", "")[:64],
            state if state in STATES else "",
        )

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.section or self.state)


@dataclass(frozen=True, slots=True)
class Result:
    """One sheet; ``percent`` is None while anything of it is open.

    ``otherwise``: what its student is told otherwise than by the newest release, if anything.
    """

    sheet: Sheet
    student: Student | None
    marks: Decimal | None
    percent: Decimal | None
    open_items: int
    passed: bool | None
    otherwise: Difference | None = None


def order_names() -> list[tuple[str, str]]:
    """The orders a person can choose from, in words."""
    return [
        ("name", _("by name")),
        ("marks", _("best first")),
        ("worst", _("weakest first")),
        ("open", _("open first")),
        ("sheet", _("by sheet")),
    ]


def state_names() -> list[tuple[str, str]]:
    """The states a person can choose from, in words."""
    return [
        ("", _("all")),
        ("open", _("with something open")),
        ("passed", _("passed")),
        ("failed", _("not passed")),
    ]


def sheets(exam: Exam) -> QuerySet[Sheet]:
    """Scanned sheets by name, with ``total`` and ``open_n``.

    The sums are subqueries, not a join: the database then adds up only the sheets that are asked for.
    """
    found = Sheet.objects.filter(SCANNED, exam=exam).select_related("identity__student")
    return found.annotate(total=_total(), open_n=_open_answers()).order_by(*BY_DATABASE["name"])


def results_page(
    exam: Exam, spec: ExamSpec, wish: Wish, number: str | None, size: int
) -> tuple[Page[int], list[Result]]:
    """One page of the table: what the pager needs, and its rows."""
    scale = Scale.of(spec)
    ids = Paginator(_in_order(exam, scale, wish), size).get_page(number)
    by_id = {sheet.pk: sheet for sheet in sheets(exam).filter(pk__in=list(ids.object_list))}
    return ids, [result(by_id[pk], scale) for pk in ids.object_list if pk in by_id]


def _in_order(exam: Exam, scale: Scale, wish: Wish) -> QuerySet[Sheet, int] | list[int]:
    """The sheets that are wanted; all of the exam are added up only for their marks and for who passed."""
    found, by_marks = _wanted(exam, wish), wish.order in ("marks", "worst")
    settled = wish.state in ("passed", "failed")
    sums = sheet_sums(exam) if by_marks or settled else {}
    if by_marks:
        ids = _by_marks(sums, found, best_first=wish.order == "marks")
    elif wish.state == "open":
        ids = list(_ordered(found, wish.order))
    else:
        scanned = _ordered(found.filter(SCANNED), wish.order)
        if not wish.state:
            return scanned
        ids = list(scanned)
    if not settled:
        return ids
    passed = _passed_by_sheet(exam, scale, sums)
    return [pk for pk in ids if passed.get(pk) is (wish.state == "passed")]


def _by_marks(sums: Mapping[int, Sums], found: QuerySet[Sheet], *, best_first: bool) -> list[int]:
    """Sheets with the same marks by their number, those without any last."""
    scanned = [pk for pk in found.order_by("number").values_list("pk", flat=True) if pk in sums]
    begun = [(total, pk) for pk in scanned if (total := sums[pk].marks) is not None]
    begun.sort(key=itemgetter(0), reverse=best_first)
    return [pk for _total, pk in begun] + [pk for pk in scanned if sums[pk].marks is None]


def _ordered(found: QuerySet[Sheet], order: str) -> QuerySet[Sheet, int]:
    """Sheets as the database orders them, those with as much open by their number."""
    if order == "open":
        nameless = Case(When(identity__student=None, then=1), default=0)
        found = found.annotate(waiting=_open_answers() + nameless)
        return found.order_by("-waiting", "number").values_list("pk", flat=True)
    return found.order_by(*BY_DATABASE[order]).values_list("pk", flat=True)


def _wanted(exam: Exam, wish: Wish) -> QuerySet[Sheet]:
    found = Sheet.objects.filter(exam=exam)
    if wish.words:
        student = "identity__student__"
        named = Q(**{f"{student}name__icontains": wish.words})
        named |= Q(**{f"{student}student_id__icontains": wish.words})
        found = found.filter(named | Q(number__icontains=wish.words))
    if wish.section:
        found = found.filter(identity__student__section=wish.section)
    if wish.state == "open":
        undecided = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW).order_by().values("sheet")
        found = found.filter(Q(pk__in=undecided) | Q(SCANNED, identity__student=None))
    return found


def _total() -> Subquery:
    return Subquery(_of_sheet().annotate(n=Sum("marks")).values("n"))


def _open_answers() -> Subquery:
    return Subquery(_of_sheet().annotate(n=Count("id", filter=Q(marks=None))).values("n"))


def _of_sheet() -> QuerySet[Answer, Any]:
    return Answer.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")


def _passed_by_sheet(exam: Exam, scale: Scale, sums: Mapping[int, Sums]) -> dict[int, bool]:
    """Whether each sheet with nothing open passed."""
    known = Identity.objects.filter(exam=exam, student__isnull=False).values_list("sheet_id", flat=True)
    owned = set(known)
    return {
        sheet: scale.passed(found.marks)
        for sheet, found in sums.items()
        if found.marks is not None and not found.waiting and sheet in owned
    }


def result(sheet: Sheet, scale: Scale) -> Result:
    """The row of a sheet that ``sheets`` found."""
    total, still_open = sheet.total, sheet.open_n  # type: ignore[attr-defined]
    student = sheet.identity.student if hasattr(sheet, "identity") else None
    waiting = still_open + (student is None)
    if waiting or total is None:
        return Result(sheet, student, total, None, waiting, None)
    return Result(sheet, student, total, scale.percent(total), waiting, scale.passed(total))


def sections(exam: Exam) -> list[str]:
    """The sections of the roster."""
    found = Student.objects.filter(exam=exam).exclude(section="").order_by("section")
    return list(found.values_list("section", flat=True).distinct())


def without_sheet(exam: Exam) -> QuerySet[Student]:
    """Students on the roster who have no scanned sheet."""
    seen = Identity.objects.filter(exam=exam, student__isnull=False).values("student")
    return Student.objects.filter(exam=exam, on_roster=True).exclude(pk__in=seen).order_by("sort_name")
