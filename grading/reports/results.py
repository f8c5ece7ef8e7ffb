"""The table of results, summed up by the database: one row a scanned sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Round
from django.http import QueryDict
from django.utils.translation import gettext as _

from grading.exams.models import Exam, Sheet, Student
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer, Identity
from grading.reports.tables import passes

BY_DATABASE = {"name": ("identity__student__name", "number"), "sheet": ("number",)}
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
    found = _scanned(exam).select_related("identity__student")
    return found.annotate(total=_total(), open_n=_open_answers()).order_by(*BY_DATABASE["name"])


def results_page(
    exam: Exam, spec: ExamSpec, wish: Wish, number: str | None, size: int
) -> tuple[Page[int], list[Result]]:
    """One page of the table: what the pager needs, and its rows."""
    ids = Paginator(_in_order(exam, spec, wish), size).get_page(number)
    by_id = {sheet.pk: sheet for sheet in sheets(exam).filter(pk__in=list(ids.object_list))}
    return ids, [result(by_id[pk], spec) for pk in ids.object_list if pk in by_id]


def _in_order(exam: Exam, spec: ExamSpec, wish: Wish) -> QuerySet[Sheet, int] | list[int]:
    """The sheets that are wanted; only for who passed are all of the exam added up here."""
    found = _wanted(exam, wish)
    ids = _ordered(found, wish.order).values_list("pk", flat=True)
    if wish.state not in ("passed", "failed"):
        return ids
    settled = _passed_by_sheet(exam, spec)
    return [pk for pk in ids if settled.get(pk) is (wish.state == "passed")]


def _ordered(found: QuerySet[Sheet], order: str) -> QuerySet[Sheet]:
    """Sheets of the same rank by their number, those without any marks last."""
    if order in BY_DATABASE:
        return found.order_by(*BY_DATABASE[order])
    if order == "open":
        nameless = Case(When(identity__student=None, then=1), default=0)
        return found.annotate(waiting=_open_answers() + nameless).order_by("-waiting", "number")
    total = F("exact")
    first = total.asc(nulls_last=True) if order == "worst" else total.desc(nulls_last=True)
    # SQLite adds up in binary fractions: equal marks are equal again when they are rounded.
    return found.annotate(exact=Round(_total(), precision=3)).order_by(first, "number")


def _wanted(exam: Exam, wish: Wish) -> QuerySet[Sheet]:
    found = _with_something_open(exam) if wish.state == "open" else _scanned(exam)
    if wish.words:
        student = "identity__student__"
        named = Q(**{f"{student}name__icontains": wish.words})
        named |= Q(**{f"{student}student_id__icontains": wish.words})
        found = found.filter(named | Q(number__icontains=wish.words))
    if wish.section:
        found = found.filter(identity__student__section=wish.section)
    return found


def _scanned(exam: Exam) -> QuerySet[Sheet]:
    return Sheet.objects.filter(SCANNED, exam=exam)


def _with_something_open(exam: Exam) -> QuerySet[Sheet]:
    undecided = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW).order_by().values("sheet")
    nameless = Q(SCANNED, identity__student=None)
    return Sheet.objects.filter(Q(pk__in=undecided) | nameless, exam=exam)


def _total() -> Subquery:
    return Subquery(_of_sheet().annotate(n=Sum("marks")).values("n"))


def _open_answers() -> Subquery:
    return Subquery(_of_sheet().annotate(n=Count("id", filter=Q(marks=None))).values("n"))


def _of_sheet() -> QuerySet[Answer, Any]:
    return Answer.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")


def _passed_by_sheet(exam: Exam, spec: ExamSpec) -> dict[int, bool]:
    """Whether each sheet with nothing open passed."""
    pass_mark = spec.pass_mark.of(spec.max_marks)
    known = Identity.objects.filter(exam=exam, student__isnull=False).values_list("sheet_id", flat=True)
    owned = set(known)
    sums = Answer.objects.filter(exam=exam).order_by().values_list("sheet_id")
    return {
        sheet: total >= pass_mark
        for sheet, total, waiting in sums.annotate(
            total=Sum("marks"), waiting=Count("id", filter=Q(marks=None))
        )
        if not waiting and sheet in owned
    }


def result(sheet: Sheet, spec: ExamSpec) -> Result:
    """The row of a sheet that ``sheets`` found."""
    total, still_open = sheet.total, sheet.open_n  # type: ignore[attr-defined]
    student = sheet.identity.student if hasattr(sheet, "identity") else None
    waiting = still_open + (student is None)
    percent = None if waiting or total is None else (100 * total / spec.max_marks).quantize(Decimal("0.1"))
    return Result(sheet, student, total, percent, waiting, None if percent is None else passes(spec, total))


def sections(exam: Exam) -> list[str]:
    """The sections of the roster."""
    found = Student.objects.filter(exam=exam).exclude(section="").order_by("section")
    return list(found.values_list("section", flat=True).distinct())


def without_sheet(exam: Exam) -> QuerySet[Student]:
    """Students on the roster who have no scanned sheet."""
    seen = Identity.objects.filter(exam=exam, student__isnull=False).values("student")
    return Student.objects.filter(exam=exam, on_roster=True).exclude(pk__in=seen).order_by("name")
