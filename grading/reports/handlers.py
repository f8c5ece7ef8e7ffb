"""The jobs of this app, as workers find them."""

from __future__ import annotations

from django.core.files.base import ContentFile

from grading.core.models import Stage
from grading.core.stages import handler
from grading.core.work import Batch, attempt, completing
from grading.exams.models import Sheet
from grading.reports.models import Report
from grading.reports.services import student_report


@handler(Stage.REPORT, batch=4)
def report(batch: Batch) -> None:
    """Write the reports of sheets."""
    for job in batch:
        with attempt(job):
            sheet = Sheet.objects.select_related("exam", "print_run").get(pk=job.subject_id)
            pdf = student_report(sheet)
            with completing(job):
                found, _ = Report.objects.get_or_create(exam=sheet.exam, sheet=sheet)
                found.file.save(f"{sheet.exam_id}/{sheet.pk}.pdf", ContentFile(pdf))
