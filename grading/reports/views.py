"""Results: the class and one sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from grading.accounts.access import READERS, requires
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Sheet
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer
from grading.marking.replay import other_readers
from grading.reports.bars import chart
from grading.reports.differences import Found
from grading.reports.kept import Kept
from grading.reports.models import Release
from grading.reports.question_words import reliability
from grading.reports.results import (
    Result,
    Wish,
    order_names,
    result,
    results_page,
    sections,
    sheets,
    state_names,
    without_sheet,
)
from grading.reports.scale import Scale
from grading.reports.sheet_view import answer_rows, sheet_pages
from grading.reports.since_release import (
    changed_by_sheet,
    newest_release,
    recent_since_release,
    with_names,
)
from grading.reports.stored_analysis import kept_analysis

SHEETS_A_PAGE = 50
NAMES_SHOWN = 100
CHANGES_SHOWN = 5


@requires(READERS)
def results(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The class as a table, its distribution, the files to download; for htmx the table alone."""
    exam = exam_or_404(request, exam_id)
    spec, wish = exam.load_spec(), Wish.of(request.GET)
    page, rows = results_page(exam, spec, wish, request.GET.get("page"), SHEETS_A_PAGE)
    newest = newest_release(exam)
    since = recent_since_release(exam, newest) if newest else None
    context: dict[str, Any] = {
        "exam": exam,
        "spec": spec,
        "wish": wish,
        "page": page,
        "results": _held_against(exam, newest, since, rows),
    }
    if request.headers.get("HX-Target") == "table":
        return render(request, "reports/results_table.html", context)
    if since:
        context |= {"newest": newest, "since": since.found, "since_at": since.at if since.old else None}
        context["changes"] = with_names(since.found.listed[:CHANGES_SHOWN])
    return render(request, "reports/results.html", context | _around(exam, spec))


def _held_against(
    exam: Exam, newest: Release | None, since: Kept[Found] | None, rows: list[Result]
) -> list[Result]:
    """The rows with what their students are told otherwise than by the newest release, as of now."""
    if newest is None or since is None:
        return rows
    shown = {row.sheet.pk for row in rows}
    found = changed_by_sheet(exam, newest, shown if since.old else shown.intersection(since.found.sheets))
    return [replace(row, otherwise=found.get(row.sheet.pk)) for row in rows]


def _around(exam: Exam, spec: ExamSpec) -> dict[str, Any]:
    """What stands around the table."""
    kept = kept_analysis(exam)
    statistics = kept.found.statistics
    whole = statistics.totals.n > 0
    missing = without_sheet(exam)
    counted = statistics.totals if whole else statistics.percent
    return {
        "without_sheet": list(missing[:NAMES_SHOWN]),
        "without_sheet_n": missing.count(),
        "kept": kept,
        "statistics": statistics,
        "passed": kept.found.passed,
        "interval": kept.found.interval,
        "reliability": reliability(statistics.alpha, statistics.totals.n),
        "whole": whole,
        "chart": chart(counted.counts, float(spec.pass_mark.of(spec.max_marks) / spec.max_marks)),
        "shares": kept.found.shares,
        "other_readers": other_readers(exam),
        "orders": order_names(),
        "states": state_names(),
        "sections": sections(exam),
    }


@requires(READERS)
def sheet(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """One sheet: its pages with the boxes, and every answer with who decided it."""
    exam = exam_or_404(request, exam_id)
    found = sheets(exam).filter(pk=sheet_id).select_related("print_run", "identity__student").first()
    if found is None:
        raise Http404("There is no such scanned sheet.")
    newest, spec = newest_release(exam), exam.load_spec()
    change = changed_by_sheet(exam, newest, [found.pk]).get(found.pk) if newest else None
    rows = answer_rows(exam, found, change.questions if change else ())
    context = {
        "exam": exam,
        "sheet": found,
        "result": result(found, Scale.of(spec)),
        "spec": spec,
        "rows": rows,
        "newest": newest,
        "change": change,
        "unseen": sum(
            row.answer.page_id is None and row.answer.status == Answer.Status.REVIEW for row in rows
        ),
        "pages": sheet_pages(found, [row.answer for row in rows]),
        "before": _neighbour(exam, found, "<"),
        "after": _neighbour(exam, found, ">"),
    }
    return render(request, "reports/sheet.html", context)


def _neighbour(exam: Exam, found: Sheet, side: str) -> Sheet | None:
    rest = Sheet.objects.filter(Exists(Answer.objects.filter(sheet=OuterRef("pk"))), exam=exam)
    if side == "<":
        return rest.filter(number__lt=found.number).order_by("-number").first()
    return rest.filter(number__gt=found.number).order_by("number").first()
