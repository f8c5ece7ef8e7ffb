"""What the blind second look at a random sample of automatic marks found."""

from __future__ import annotations

from dataclasses import dataclass

from grading.exams.models import Exam
from grading.marking.budget import interval
from grading.marking.models import Answer, Decision


@dataclass(frozen=True, slots=True)
class Audit:
    """The blind audit of automatic marks: ``wrong`` of ``looked_at``, with the 95 % interval of the share."""

    sample: int
    looked_at: int
    wrong: int
    low: float
    high: float


def audit(exam: Exam) -> Audit:
    """What people found when they marked the sampled automatic answers again without seeing the marks."""
    sampled = {(a.sheet_id, a.question): a for a in Answer.objects.filter(exam=exam, audit=True)}
    looks = {
        (look.sheet_id, look.question): look
        for look in Decision.objects.filter(sheet__exam=exam, audit=True).order_by("id")
    }
    seen = [(look, sampled[name]) for name, look in looks.items() if name in sampled]
    wrong = sum(1 for look, answer in seen if look.marks != answer.marks)
    low, high = interval(wrong, len(seen))
    return Audit(len(sampled), len(seen), wrong, low, high)
