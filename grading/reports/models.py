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
