"""What exists before anything is scanned: the exam, its roster, and what was printed of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from grading.core.name_order import LONGEST, NameKey
from grading.exams.spec import ExamSpec


class Exam(models.Model):
    """One exam of a school. ``spec`` is the EXAM.yaml of today; prints keep their own geometry."""

    SCHOOL_PATH: ClassVar[str] = "school_id"

    class State(models.TextChoices):
        OPEN = "open", "open"
        RELEASED = "released", "released"

    school = models.ForeignKey("accounts.School", on_delete=models.CASCADE, related_name="exams")
    code = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    spec = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    released_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    course = models.ForeignKey(
        "accounts.Course", null=True, blank=True, on_delete=models.SET_NULL, related_name="exams"
    )
    anonymous = models.BooleanField(default=False, help_text="reviewers see no names and no numbers")
    known_one_in = models.PositiveSmallIntegerField(
        default=0, help_text="one item in so many of a reviewer's queue is decided already; 0: none"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="exam_code_once_a_school")]

    def __str__(self) -> str:
        return self.title

    def load_spec(self) -> ExamSpec:
        """The validated exam file."""
        return ExamSpec.model_validate(self.spec)


class ExamVersion(models.Model):
    """The exam file as it was saved once; never changed afterwards. The newest is the exam's own."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["exam_id", "number"]
        constraints = [models.UniqueConstraint(fields=["exam", "number"], name="version_once_an_exam")]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.number}"

    def load_spec(self) -> ExamSpec:
        """The validated exam file."""
        return ExamSpec.model_validate(self.spec)


class Student(models.Model):
    """One line of an exam's roster."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="students")
    student_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    family = models.CharField(
        max_length=200, blank=True, help_text="the family name in it, where the list says it"
    )
    sort_name = NameKey(max_length=LONGEST, editable=False)
    email = models.CharField(max_length=254, blank=True)
    section = models.CharField(max_length=64, blank=True)
    on_roster = models.BooleanField(default=True, help_text="no: known only from a number read on a sheet")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "student_id"], name="student_once_an_exam")]

    def __str__(self) -> str:
        return f"{self.name} ({self.student_id})"


class PrintRun(models.Model):
    """One print of an exam: the geometry that its pages carry, never changed afterwards."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="print_runs")
    run = models.CharField(max_length=16)
    exam_key = models.CharField(max_length=64)
    layout = models.JSONField()
    pdf = models.FileField(upload_to="prints/", blank=True)
    listed = models.BooleanField(
        default=True, help_text="all its sheets are known; no: they are added as they come"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.ForeignKey(
        ExamVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="print_runs"
    )
    contents = models.CharField(
        max_length=16, blank=True, help_text="the same for prints of the same sheets under other numbers"
    )
    first_sheet = models.CharField(max_length=16, blank=True)
    last_sheet = models.CharField(max_length=16, blank=True)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="its paper is thrown away; its sheets are not waited for"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "run"], name="run_once_an_exam")]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.run}"


class Sheet(models.Model):
    """One printed sheet; ``printed_for`` is the student whose name stands on it, if any."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="sheets")
    print_run = models.ForeignKey(PrintRun, on_delete=models.CASCADE, related_name="sheets")
    number = models.CharField(max_length=16)
    printed_for = models.ForeignKey(
        Student, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    absent = models.BooleanField(default=False)
    set_aside = models.BooleanField(
        default=False, help_text="a person said that it does not count; nor does what is scanned of it later"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["print_run", "number"], name="sheet_number_once_a_run")
        ]

    def __str__(self) -> str:
        return self.number
