"""Reports that were made, so that a download never has to wait for one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from grading.exams.models import Exam, Sheet


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

    ``stamp`` says which answers it speaks of (see ``stored_analysis``); ``seconds``: how long it took.
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
    """The reports of all sheets in one ZIP; ``file`` is the newest that was packed, if any."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, related_name="archive")
    file = models.FileField(upload_to="archives/", blank=True)
    sheets = models.PositiveIntegerField(default=0, help_text="reports that were asked for")
    waiting = models.BooleanField(default=False, help_text="asked for and not packed yet")
    stamp = models.CharField(max_length=80, blank=True, help_text="which answers the reports show")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.file.name}"
