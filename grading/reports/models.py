"""What was made, so that nobody waits for it, and what was released: what students were told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from grading.exams.models import Exam, Sheet, Student


class Report(models.Model):
    """One sheet's PDF, as it was when the job ran."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="reports")
    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="report")
    file = models.FileField(upload_to="reports/")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.file.name)


class Analysis(models.Model):
    """The item analysis of an exam, kept so that a page does not have to read every answer.

    ``stamp`` says which answers it speaks of (see ``kept``); ``seconds``: how long it took.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, related_name="analysis")
    stamp = models.CharField(max_length=80)
    data = models.JSONField()
    seconds = models.FloatField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.stamp}"


class Archive(models.Model):
    """Reports in one ZIP: of all sheets, or of those whose results a later release ``changed``.

    ``file`` is the newest that was packed, if any.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="archives")
    changed = models.BooleanField(default=False, help_text="the changed reports alone")
    file = models.FileField(upload_to="archives/", blank=True)
    sheets = models.PositiveIntegerField(default=0, help_text="reports that were asked for")
    waiting = models.BooleanField(default=False, help_text="asked for and not packed yet")
    stamp = models.CharField(max_length=80, blank=True, help_text="which answers the reports show")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "changed"], name="archive_of_each_kind_once_an_exam")
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.file.name}"


class Release(models.Model):
    """One release of an exam's results. Never changed afterwards.

    ``changed``: students who were told something else than at the release before, or told for the first time;
    ``gone``: who were told then and are no more. Both are 0 for the first release.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    students = models.PositiveIntegerField()
    changed = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["exam", "number"], name="release_number_once_an_exam")]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.number}"


class ReleasedResult(models.Model):
    """What one student was told by a release: marks in all and by question. Never changed afterwards."""

    SCHOOL_PATH: ClassVar[str] = "release__exam__school_id"

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="results")
    student = models.ForeignKey(Student, null=True, on_delete=models.SET_NULL, related_name="+")
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.SET_NULL, related_name="+")
    marks = models.DecimalField(max_digits=10, decimal_places=3)
    percent = models.DecimalField(max_digits=8, decimal_places=1)
    passed = models.BooleanField()
    earned = models.JSONField(help_text="question -> marks as text")
    changed = models.BooleanField(default=False, help_text="otherwise than at the release before, or new")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "student"], name="student_once_a_release"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.student_id}"


class Comparison(models.Model):
    """How the results of now differ from the newest release, kept so that pages need not compare all of them.

    ``stamp`` says which answers it speaks of (see ``kept``); ``data`` is a ``differences.Found``;
    ``seconds``: how long it took.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, related_name="comparison")
    stamp = models.CharField(max_length=80)
    students = models.PositiveIntegerField(help_text="told something else now, new or gone")
    data = models.JSONField()
    seconds = models.FloatField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.students}"
