"""All student reports in one ZIP: made by workers, kept for download.

Asking queues a report for every sheet; whoever completes the last queues the packing, in that transaction.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Job, Stage
from grading.core.progress import progress
from grading.core.work import completing
from grading.exams.models import Exam, Sheet
from grading.reports.models import Archive, Report
from grading.reports.results import sheets
from grading.reports.stored_analysis import stamp

LIVE = (Job.State.QUEUED, Job.State.LEASED)


@dataclass(frozen=True, slots=True)
class Packing:
    """How far an archive is. ``fresh``: it shows the answers of today; ``failed``: reports that it lacks."""

    archive: Archive | None
    done: int
    total: int
    busy: bool
    fresh: bool
    failed: int


def ask(*, actor: Actor, exam: Exam) -> Archive:
    """Have the reports of all scanned sheets made and packed; an archive of before is kept until then."""
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        wanted = list(sheets(locked).order_by("pk").values_list("pk", flat=True))
        if not wanted:
            raise UserError("no sheet of this exam is scanned yet", "scan the sheets in first")
        archive, _new = Archive.objects.update_or_create(
            exam=locked,
            defaults={"asked_at": timezone.now(), "waiting": True, "sheets": len(wanted)},
        )
        jobs.enqueue(Stage.REPORT, wanted, exam_id=locked.pk)
        data = {"sheets": len(wanted)}
        audit.record("reports.asked", actor=actor, obj=archive, exam_id=locked.pk, data=data)
        archive.stamp = stamp(locked)
        archive.save(update_fields=["stamp"])
    return archive


def packing(exam: Exam) -> Packing:
    """Where the archive of an exam stands."""
    archive = Archive.objects.filter(exam=exam).first()
    made = progress(exam_id=exam.pk, stage=Stage.REPORT)
    packs = progress(exam_id=exam.pk, stage=Stage.ARCHIVE)
    return Packing(
        archive,
        made.ended,
        made.total,
        busy=bool(archive and archive.waiting and (made.open or packs.open)),
        fresh=bool(archive and archive.stamp == stamp(exam)),
        failed=made.quarantined,
    )


def pack_when_ready(exam_id: int) -> None:
    """Queue the packing unless reports are being made; call it in the transaction that ends a report."""
    asked = Archive.objects.select_for_update().filter(exam_id=exam_id, waiting=True).exists()
    if asked and not Job.objects.filter(exam_id=exam_id, stage=Stage.REPORT, state__in=LIVE).exists():
        jobs.enqueue(Stage.ARCHIVE, [exam_id], exam_id=exam_id)


def pack(job: Job) -> None:
    """Write the archive of an exam; the one of before is deleted once this one is there."""
    exam = Exam.objects.get(pk=job.subject_id)
    with tempfile.TemporaryFile() as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as packed:
            for name, report in _reports(exam):
                with report.file.open("rb") as source, packed.open(name, "w") as target:
                    shutil.copyfileobj(source, target)
        whole.seek(0)
        with completing(job):
            archive = Archive.objects.select_for_update().get(exam=exam)
            before = archive.file.name
            archive.file.save(f"{exam.pk}.zip", File(whole), save=False)
            archive.waiting, archive.made_at = False, timezone.now()
            archive.save(update_fields=["file", "waiting", "made_at"])
            if before:
                transaction.on_commit(lambda: archive.file.storage.delete(before))


def _reports(exam: Exam) -> Iterator[tuple[str, Report]]:
    made = {report.sheet_id: report for report in Report.objects.filter(exam=exam)}
    for sheet in sheets(exam).order_by("number"):
        if sheet.pk in made:
            yield f"{_file_name(sheet)}.pdf", made[sheet.pk]


def _file_name(sheet: Sheet) -> str:
    student = sheet.identity.student if hasattr(sheet, "identity") else None
    if student is None:
        return f"unknown-{sheet.number}"
    number = "".join(sign for sign in student.student_id if sign.isalnum() or sign in "-_")
    return f"{number}-{sheet.number}"
