"""Marks and identities: derived from readings, decisions and keys, and recomputable at any time."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from grading.exams.models import Exam, Sheet, Student
from grading.scans.models import Page, Reading


class Answer(models.Model):
    """One answer of one sheet with the mark it has now. ``marks`` is null while undecided, never 0."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class Status(models.TextChoices):
        AUTO = "auto", "marked by the machine"
        REVIEW = "review", "for a person"
        BLANK = "blank", "left empty"
        HUMAN = "human", "decided by a person"

    class Verdict(models.TextChoices):
        CORRECT = "correct", "correct"
        PARTIAL = "partial", "partly correct"
        WRONG = "wrong", "wrong"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="answers")
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=24)
    position = models.PositiveIntegerField(help_text="order of the question in the exam")
    kind = models.CharField(max_length=12)
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    reading = models.ForeignKey(Reading, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    marks = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    max_marks = models.DecimalField(max_digits=8, decimal_places=3)
    read = models.CharField(max_length=500, blank=True, help_text="what counts as written")
    confidence = models.FloatField(default=0.0)
    risk = models.FloatField(default=1.0, help_text="probability that the machine's mark is wrong")
    reason = models.CharField(max_length=200, blank=True)
    audit = models.BooleanField(default=False, help_text="in the blind audit sample of automatic marks")

    class Meta:
        ordering = ["sheet_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "question"], name="answer_once_a_sheet"),
            models.CheckConstraint(
                condition=~models.Q(status="review") | models.Q(marks__isnull=True),
                name="undecided_has_no_marks",
            ),
            models.CheckConstraint(
                condition=models.Q(status="review") | models.Q(marks__isnull=False),
                name="decided_has_marks",
            ),
        ]
        indexes = [models.Index(fields=["exam", "status", "question"])]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.question}"


class Cutoffs(models.Model):
    """The greatest risk that was marked automatically in each group, the last time the exam was marked."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, related_name="cutoffs")
    budget = models.FloatField()
    by_group = models.JSONField()

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.budget}"


class Identity(models.Model):
    """Whose sheet it is. Two sheets never share a student: the database refuses it."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class State(models.TextChoices):
        AUTO = "auto", "found by the machine"
        REVIEW = "review", "for a person"
        HUMAN = "human", "decided by a person"

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="identity")
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="identities")
    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    read = models.CharField(max_length=64, blank=True, help_text="the number as read")
    probability = models.FloatField(default=0.0)
    reason = models.CharField(max_length=200, blank=True)
    candidates = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "student"], name="student_has_one_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.state}"


class Decision(models.Model):
    """What a person decided of one answer. Append-only: a later row counts, an undo is a row too."""

    SCHOOL_PATH: ClassVar[str] = "sheet__exam__school_id"

    class Kind(models.TextChoices):
        RIGHT = "right", "right"
        WRONG = "wrong", "wrong"
        READING = "reading", "reads as"
        MARKS = "marks", "marks"
        UNDO = "undo", "undone"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="decisions")
    question = models.CharField(max_length=24)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=500, blank=True)
    marks = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    audit = models.BooleanField(default=False, help_text="a blind second look at an automatic mark")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sheet", "question"])]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.question}: {self.kind}"
