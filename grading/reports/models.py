"""Reports that were made, so that a download never has to wait for one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from grading.exams.models import Exam, Sheet


class Report(models.Model):
    """One PDF: a student's (``sheet`` set) or the class's. ``fingerprint`` names the marks it was made from."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="reports")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    file = models.FileField(upload_to="reports/")
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.file.name)
