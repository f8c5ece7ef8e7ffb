"""A class in which many wrote the same: two groups of like answers and a few single ones."""

from __future__ import annotations

from base64 import b64encode

import numpy as np

from grading.accounts.models import School
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer
from tests.classroom import page, read_text, sheet, small_exam

EXAM = """
id: like
title: Like answers
student_id: {digits: 4}
error_budget: 0.1%
pass_mark: 3
questions:
  - {id: "1", type: digits, cells: 3, answer: 412, marks: 2}
  - {id: "2", type: number, answer: 9.81, tolerance: 0.02, marks: 3}
"""
PICTURES = np.random.default_rng(3).integers(0, 256, (2, 192)).astype(np.uint8)


def like_class(school: School, sheets: int = 6) -> Exam:
    """Question 1: everybody "417", the last in another picture. Question 2: everybody something else."""
    exam = small_exam(school, copies=sheets, text=EXAM)
    for number in range(1, sheets + 1):
        found = page(sheet(exam, number))
        first = read_text(found, "1", "digits", "417", 0.6, ["412"])
        first.evidence["grid"] = b64encode(PICTURES[int(number == sheets)].tobytes()).decode("ascii")
        first.save()
        read_text(found, "2", "number", f"5.{number:03}", 0.6, ["9.81"])
    marking.mark_exam(exam_id=exam.pk)
    return exam


def members(exam: Exam) -> list[Answer]:
    """The members of the one group, in the order in which they are shown."""
    return list(Answer.objects.filter(exam=exam, group=1).order_by("oddity", "pk"))
