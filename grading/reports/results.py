"""The table of results, summed up by the database: one row a scanned sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from grading.exams.models import Exam, Sheet, Student
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer, Identity
from grading.reports.tables import passes

BY_DATABASE = {"name": ("identity__student__name", "number"), "sheet": ("number",)}
"""Orders for which the database need not add up the sheets that are not shown."""
STATES = ("open", "passed", "failed")


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


WHOLE_CLASS = Wish()


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
    answers = Answer.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
    return (
        _scanned(exam)
        .select_related("identity__student")
        .annotate(
            total=Subquery(answers.annotate(n=Sum("marks")).values("n")),
            open_n=Subquery(answers.annotate(n=Count("id", filter=Q(marks=None))).values("n")),
        )
        .order_by(*BY_DATABASE["name"])
    )


def results_page(
    exam: Exam, spec: ExamSpec, wish: Wish, number: str | None, size: int
) -> tuple[Page[int], list[Result]]:
    """One page of the table: what the pager needs, and its rows."""
    ids = Paginator(_in_order(exam, spec, wish), size).get_page(number)
    by_id = {sheet.pk: sheet for sheet in sheets(exam).filter(pk__in=list(ids.object_list))}
    return ids, [result(by_id[pk], spec) for pk in ids.object_list if pk in by_id]


def _in_order(exam: Exam, spec: ExamSpec, wish: Wish) -> QuerySet[Sheet, int] | list[int]:
    """The sheets that are wanted; the database adds up none of them where their order does not need it."""
    if wish.state or wish.order not in BY_DATABASE:
        return _ordered(exam, spec, wish)
    return _scanned(exam, wish).order_by(*BY_DATABASE[wish.order]).values_list("pk", flat=True)


def _scanned(exam: Exam, wish: Wish = WHOLE_CLASS) -> QuerySet[Sheet]:
    found = Sheet.objects.filter(Exists(Answer.objects.filter(sheet=OuterRef("pk"))), exam=exam)
    if wish.words:
        student = "identity__student__"
        named = Q(**{f"{student}name__icontains": wish.words})
        named |= Q(**{f"{student}student_id__icontains": wish.words})
        found = found.filter(named | Q(number__icontains=wish.words))
    if wish.section:
        found = found.filter(identity__student__section=wish.section)
    return found


def _ordered(exam: Exam, spec: ExamSpec, wish: Wish) -> list[int]:
    """The sheets that are wanted in their order, by one sum over all answers of the exam."""
    sums = Answer.objects.filter(exam=exam).order_by().values_list("sheet_id")
    summed = {
        sheet: (total, waiting)
        for sheet, total, waiting in sums.annotate(
            total=Sum("marks"), waiting=Count("id", filter=Q(marks=None))
        )
    }
    rows = []
    for pk, sheet, owner in _scanned(exam, wish).values_list("pk", "number", "identity__student_id"):
        total, waiting = summed.get(pk, (None, 0))
        waiting += owner is None
        if not wish.state or wish.state == _state(spec, total, waiting):
            rows.append((pk, sheet, total, waiting))
    return [pk for pk, *_rest in sorted(rows, key=lambda row: _rank(wish.order, *row[1:]))]


def _state(spec: ExamSpec, total: Decimal | None, waiting: int) -> str:
    if waiting or total is None:
        return "open"
    return "passed" if passes(spec, total) else "failed"


def _rank(order: str, sheet: str, total: Decimal | None, waiting: int) -> tuple[bool, Decimal | int, str]:
    if order == "open":
        return False, -waiting, sheet
    if order in ("marks", "worst"):
        return total is None, (total or Decimal(0)) * (-1 if order == "marks" else 1), sheet
    return False, 0, sheet


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
