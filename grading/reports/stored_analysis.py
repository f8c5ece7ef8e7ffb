"""Item analysis of a whole exam, computed once and kept until the answers change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from grading.exams.models import Exam
from grading.marking.statistics import LEAST_MARKS, ExamStatistics, analyse
from grading.reports.analysis import Shares
from grading.reports.answer_table import answer_table
from grading.reports.kept import Kept, recent
from grading.reports.models import Analysis
from grading.reports.question_analysis import QuestionAnalysis, alpha_interval, analyse_question
from grading.reports.scale import Scale


@dataclass(frozen=True, slots=True)
class ClassAnalysis:
    """The statistics of an exam, and who decided its answers. ``interval``: of alpha, 95 %.

    ``passed``: how many sheets of how many with nothing open have the marks that pass; None while all
    are open, or where the analysis was kept before this was counted.
    """

    statistics: ExamStatistics
    questions: tuple[QuestionAnalysis, ...]
    interval: tuple[float, float] | None
    shares: Shares
    passed: tuple[int, int] | None = None


PLAIN: TypeAdapter[ClassAnalysis] = TypeAdapter(ClassAnalysis)


def kept_analysis(exam: Exam) -> Kept[ClassAnalysis]:
    """The analysis of today's answers, or of a minute ago where it takes long and answers just changed."""
    return recent(Analysis, exam, PLAIN, lambda: class_analysis(exam))


def class_analysis(exam: Exam) -> ClassAnalysis:
    """Computed from the answers as they stand."""
    spec = exam.load_spec()
    table = answer_table(exam, spec)
    marks = table.marks
    worth = [float(question.worth) for question in spec.questions]
    statistics = analyse(marks, [question.id for question in spec.questions], worth)
    totals = _percent(marks, np.asarray(worth))
    questions = tuple(
        analyse_question(question, marks[:, place], table.texts[place], totals)
        for place, question in enumerate(spec.questions)
    )
    begun = sum(1 for item in statistics.items if item.n)
    interval = alpha_interval(statistics.alpha, statistics.totals.n, begun)
    passed = _passed(marks, float(Scale.of(spec).needed))
    return ClassAnalysis(statistics, questions, interval, Shares(**table.by_status), passed)


def _passed(marks: Any, needed: float) -> tuple[int, int] | None:
    """Of the sheets with nothing open in ``marks`` (S, Q), those that pass, and all."""
    settled = marks[~np.isnan(marks).any(axis=1)].sum(axis=1)
    return (int((settled >= needed - LEAST_MARKS).sum()), len(settled)) if len(settled) else None


def _percent(marks: Any, worth: Any) -> Any:
    """Each student's share of the marks decided so far, in per cent; NaN for nothing decided."""
    possible = (~np.isnan(marks) * worth).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(possible > 0, 100.0 * np.nansum(marks, axis=1) / possible, np.nan)
