"""Item analysis of a whole exam, computed once and kept until the answers change."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils import timezone
from pydantic import TypeAdapter

from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking.models import Cutoffs
from grading.marking.statistics import ExamStatistics, analyse
from grading.reports.analysis import Shares
from grading.reports.answer_table import answer_table
from grading.reports.models import Analysis
from grading.reports.question_analysis import QuestionAnalysis, alpha_interval, analyse_question

SHAPE = 2
"""Goes up when ``ClassAnalysis`` holds something else: what was kept before is then computed anew."""
QUICK = 0.05
"""Seconds of processor time: an analysis that took less is always of now, however busy the machine; a
longer one may be as old as PATIENCE."""
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ClassAnalysis:
    """The statistics of an exam, and who decided its answers. ``interval``: of alpha, 95 %."""

    statistics: ExamStatistics
    questions: tuple[QuestionAnalysis, ...]
    interval: tuple[float, float] | None
    shares: Shares


@dataclass(frozen=True, slots=True)
class Kept:
    """An analysis with the moment whose answers it shows; ``old``: answers have changed since."""

    found: ClassAnalysis
    at: datetime
    old: bool


PLAIN: TypeAdapter[ClassAnalysis] = TypeAdapter(ClassAnalysis)


def stamp(exam: Exam) -> str:
    """What the answers depend on: when they were derived, and the newest event of the exam.

    Every decision, key and identity that changes an answer writes an event in its own transaction.
    """
    marked = Cutoffs.objects.filter(exam=exam).values_list("marked_at", flat=True).first()
    newest = AuditEvent.objects.filter(exam_id=exam.pk).aggregate(pk=Max("pk"))["pk"]
    return f"{SHAPE}/{marked.isoformat() if marked else ''}/{newest or 0}"


def kept_analysis(exam: Exam) -> Kept:
    """The analysis of today's answers, or of a minute ago where it takes long and answers just changed."""
    now = stamp(exam)
    row = Analysis.objects.filter(exam=exam).first()
    if row is not None and row.stamp == now:
        return Kept(PLAIN.validate_python(row.data), row.made_at, old=False)
    readable = row is not None and row.stamp.startswith(f"{SHAPE}/")
    if row is not None and readable and will_do(row.seconds, row.made_at):
        return Kept(PLAIN.validate_python(row.data), row.made_at, old=True)
    return _made(exam, now)


def will_do(seconds: float, made_at: datetime) -> bool:
    """Whether what took so long to compute, and was made then, is shown although answers have changed."""
    return seconds > QUICK and timezone.now() - made_at < PATIENCE


def _made(exam: Exam, now: str) -> Kept:
    begun, at = time.thread_time(), timezone.now()
    found = class_analysis(exam)
    values = {
        "stamp": now,
        "data": PLAIN.dump_python(found, mode="json"),
        "seconds": time.thread_time() - begun,
        "made_at": at,
    }
    Analysis.objects.update_or_create(exam=exam, defaults=values)
    return Kept(found, at, old=False)


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
    return ClassAnalysis(statistics, questions, interval, Shares(**table.by_status))


def _percent(marks: Any, worth: Any) -> Any:
    """Each student's share of the marks decided so far, in per cent; NaN for nothing decided."""
    possible = (~np.isnan(marks) * worth).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(possible > 0, 100.0 * np.nansum(marks, axis=1) / possible, np.nan)
