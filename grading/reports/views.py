"""Results: the class, its questions, one sheet."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from grading.accounts.access import READERS, requires
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, Sheet
from grading.reports import analysis
from grading.reports.bars import HEIGHT, WIDTH, bars
from grading.reports.blockers import blockers
from grading.reports.csvfiles import FILES
from grading.reports.results import order_names, result, sheets, without_sheet
from grading.reports.sheet_view import answer_rows, sheet_pages

SHEETS_A_PAGE = 100


@requires(READERS)
def results(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The class as a table, its distribution, the files to download."""
    exam = exam_or_404(request, exam_id)
    spec = exam.load_spec()
    order, words = request.GET.get("sort", "name"), request.GET.get("q", "").strip()
    page = Paginator(sheets(exam, order, words), SHEETS_A_PAGE).get_page(request.GET.get("page"))
    statistics = analysis.statistics(exam)
    whole = statistics.totals.n > 0
    context = {
        "exam": exam,
        "spec": spec,
        "page": page,
        "results": [result(sheet, spec) for sheet in page.object_list],
        "without_sheet": list(without_sheet(exam)),
        "statistics": statistics,
        "whole": whole,
        "bars": bars(
            (statistics.totals if whole else statistics.percent).counts,
            float(spec.pass_mark.of(spec.max_marks) / spec.max_marks),
        ),
        "chart": {"width": WIDTH, "height": HEIGHT},
        "shares": analysis.shares(exam),
        "blockers": blockers(exam),
        "csv_names": [name.removesuffix(".csv") for name in FILES],
        "orders": order_names(),
        "sort": order,
        "words": words,
    }
    return render(request, "reports/results.html", context)


@requires(READERS)
def questions(request: HttpRequest, exam_id: int) -> HttpResponse:
    """How hard each question was and how well it tells students apart."""
    exam = exam_or_404(request, exam_id)
    spec, statistics = exam.load_spec(), analysis.statistics(exam)
    rows = [{"question": q, "item": item} for q, item in zip(spec.questions, statistics.items, strict=True)]
    return render(request, "reports/questions.html", {"exam": exam, "rows": rows, "statistics": statistics})


@requires(READERS)
def sheet(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """One sheet: its pages with the boxes, and every answer with who decided it."""
    exam = exam_or_404(request, exam_id)
    found = (
        sheets(exam, "sheet", "").filter(pk=sheet_id).select_related("print_run", "identity__student").first()
    )
    if found is None:
        raise Http404("There is no such scanned sheet.")
    rows = answer_rows(exam, found)
    context = {
        "exam": exam,
        "sheet": found,
        "result": result(found, exam.load_spec()),
        "spec": exam.load_spec(),
        "rows": rows,
        "pages": sheet_pages(found, [row.answer for row in rows]),
        "before": _neighbour(exam, found, "<"),
        "after": _neighbour(exam, found, ">"),
    }
    return render(request, "reports/sheet.html", context)


def _neighbour(exam: Exam, found: Sheet, side: str) -> Sheet | None:
    rest = Sheet.objects.filter(exam=exam, answers__isnull=False).distinct()
    if side == "<":
        return rest.filter(number__lt=found.number).order_by("-number").first()
    return rest.filter(number__gt=found.number).order_by("number").first()
