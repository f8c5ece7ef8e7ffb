"""Item analysis: the questions of an exam, and one question by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from grading.accounts.access import READERS, requires
from grading.exams.gate import exam_or_404
from grading.exams.key_text import key_text, leniency
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.models import Answer
from grading.marking.rubric_rules import rules_for
from grading.marking.statistics import ItemStatistics
from grading.reports.bars import chart
from grading.reports.kept import Kept
from grading.reports.question_analysis import QuestionAnalysis
from grading.reports.question_words import ENOUGH_FOR_ALPHA, hardness, is_suspect, reliability, telling
from grading.reports.stored_analysis import ClassAnalysis, kept_analysis
from grading.review.open_marked import given, marked_answers


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its figures; ``words`` say what they mean."""

    question: Question
    item: ItemStatistics
    words: str
    suspect: bool


@requires(READERS)
def questions(request: HttpRequest, exam_id: int) -> HttpResponse:
    """How hard each question was and how well it tells students apart."""
    exam = exam_or_404(request, exam_id)
    kept = kept_analysis(exam)
    rows = _rows(exam, kept)
    alpha = kept.found.statistics.alpha
    context = {
        "exam": exam,
        "kept": kept,
        "rows": rows,
        "suspects": [row for row in rows if row.suspect],
        "statistics": kept.found.statistics,
        "interval": kept.found.interval,
        "reliability": reliability(alpha, kept.found.statistics.totals.n),
        "few": kept.found.statistics.totals.n < ENOUGH_FOR_ALPHA,
    }
    return render(request, "reports/questions.html", context)


@requires(READERS)
def question(request: HttpRequest, exam_id: int, question_id: str) -> HttpResponse:
    """One question: its histogram, what was chosen or written, and the way to another key."""
    exam = exam_or_404(request, exam_id)
    kept = kept_analysis(exam)
    rows = _rows(exam, kept)
    place = next((k for k, row in enumerate(rows) if row.question.id == question_id), None)
    if place is None:
        raise Http404("This exam has no such question.")
    row, found = rows[place], _analysis(kept, question_id)
    rules = rules_for(exam, row.question)
    context: dict[str, Any] = {
        "exam": exam,
        "kept": kept,
        "row": row,
        "key": key_text(row.question),
        "lenient": leniency(row.question),
        "found": found,
        "chart": chart(found.counts, marks=found.marks) if found else None,
        "given": given(rules, marked_answers(exam, row.question, rules)) if rules.rubric.criteria else None,
        "open": Answer.objects.filter(exam=exam, question=question_id, status=Answer.Status.REVIEW).count(),
        "before": rows[place - 1].question if place else None,
        "after": rows[place + 1].question if place + 1 < len(rows) else None,
    }
    return render(request, "reports/question.html", context)


def _rows(exam: Exam, kept: Kept[ClassAnalysis]) -> list[Row]:
    items = {item.question: item for item in kept.found.statistics.items}
    return [
        _row(asked, items.get(asked.id) or ItemStatistics(asked.id, 0, 0, None, None))
        for asked in exam.load_spec().questions
    ]


def _row(asked: Question, item: ItemStatistics) -> Row:
    suspect = is_suspect(item) and asked.counts == "marked"
    return Row(asked, item, f"{hardness(item)} {telling(item)}".strip(), suspect)


def _analysis(kept: Kept[ClassAnalysis], question_id: str) -> QuestionAnalysis | None:
    return next((found for found in kept.found.questions if found.question == question_id), None)
