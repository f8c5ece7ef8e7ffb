"""The jobs of this app, as workers find them."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction

from grading.core.models import Job, Stage
from grading.core.stages import handler, on_quarantine
from grading.core.work import Batch, attempt, completing
from grading.exams.models import Sheet
from grading.reports.archive import pack, pack_when_ready
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
                _keep(sheet, pdf)
                pack_when_ready(sheet.exam_id)


@on_quarantine(Stage.REPORT)
def pack_without_it(job: Job) -> None:
    """A report that cannot be made does not keep the others from being packed."""
    if job.exam_id is not None:
        pack_when_ready(job.exam_id)


@handler(Stage.ARCHIVE)
def archive(batch: Batch) -> None:
    """Pack the reports of exams."""
    for job in batch:
        with attempt(job):
            pack(job)


def _keep(sheet: Sheet, pdf: bytes) -> None:
    found, _new = Report.objects.get_or_create(exam=sheet.exam, sheet=sheet)
    before = found.file.name
    found.file.save(f"{sheet.exam_id}/{sheet.pk}.pdf", ContentFile(pdf))
    if before:
        transaction.on_commit(lambda: found.file.storage.delete(before))
