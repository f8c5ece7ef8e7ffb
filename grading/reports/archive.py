"""Student reports in one ZIP, all or those that a later release changed: made by workers, kept for download.

Asking queues a report for every sheet; whoever completes the last queues the packing, in that transaction.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Job, Stage
from grading.core.progress import progress
from grading.core.work import completing
from grading.exams.models import Exam, Sheet
from grading.reports.kept import stamp
from grading.reports.models import Archive, Release, ReleasedResult, Report
from grading.reports.results import sheets

LIVE = (Job.State.QUEUED, Job.State.LEASED)


@dataclass(frozen=True, slots=True)
class Packing:
    """How far an archive is. ``changed``: it holds the changed reports alone; ``fresh``: it shows the answers
    of today; ``failed``: reports that it lacks.
    """

    archive: Archive | None
    changed: bool
    done: int
    total: int
    busy: bool
    fresh: bool
    failed: int


def ask(*, actor: Actor, exam: Exam, changed: bool = False) -> Archive:
    """Have reports of scanned sheets made and packed, all or the changed ones; an archive of before is kept
    until then.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        wanted = list(_sheets(locked, changed).order_by("pk").values_list("pk", flat=True))
        if not wanted and changed:
            raise UserError("no release has changed a report", "make all of them")
        if not wanted:
            raise UserError("no sheet of this exam is scanned yet", "scan the sheets in first")
        archive, _new = Archive.objects.update_or_create(
            exam=locked,
            changed=changed,
            defaults={"asked_at": timezone.now(), "waiting": True, "sheets": len(wanted)},
        )
        jobs.enqueue(Stage.REPORT, wanted, exam_id=locked.pk)
        data = {"sheets": len(wanted)}
        audit.record("reports.asked", actor=actor, obj=archive, exam_id=locked.pk, data=data)
        archive.stamp = stamp(locked)
        archive.save(update_fields=["stamp"])
    return archive


def last_changes(exam: Exam) -> Release | None:
    """The newest release that changed what students were told before."""
    return Release.objects.filter(exam=exam, changed__gt=0).order_by("-number").first()


def packing(exam: Exam, *, changed: bool = False) -> Packing:
    """Where an archive of an exam stands."""
    archive = Archive.objects.filter(exam=exam, changed=changed).first()
    live = progress(exam_id=exam.pk, stage=Stage.REPORT)
    packs = progress(exam_id=exam.pk, stage=Stage.ARCHIVE)
    mine = _sheets(exam, changed).order_by().values_list("pk", flat=True)
    made = progress(exam_id=exam.pk, stage=Stage.REPORT, subjects=mine) if changed else live
    return Packing(
        archive,
        changed,
        made.ended,
        made.total,
        busy=bool(archive and archive.waiting and (live.open or packs.open)),
        fresh=bool(archive and archive.stamp == stamp(exam)),
        failed=made.quarantined,
    )


def pack_when_ready(exam_id: int) -> None:
    """Queue the packing unless reports are being made; call it in the transaction that ends a report."""
    asked = Archive.objects.select_for_update().filter(exam_id=exam_id, waiting=True).exists()
    if asked and not Job.objects.filter(exam_id=exam_id, stage=Stage.REPORT, state__in=LIVE).exists():
        jobs.enqueue(Stage.ARCHIVE, [exam_id], exam_id=exam_id)


def pack(job: Job) -> None:
    """Write the archives of an exam that are waited for; those of before are deleted once they are there."""
    exam = Exam.objects.get(pk=job.subject_id)
    with ExitStack() as files:
        packed = [
            (archive, _packed(archive, files.enter_context(tempfile.TemporaryFile())))
            for archive in Archive.objects.filter(exam=exam, waiting=True)
        ]
        with completing(job):
            for archive, whole in packed:
                _keep(archive, whole)


def _packed(archive: Archive, whole: IO[bytes]) -> IO[bytes]:
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as zipped:
        for name, report in _reports(archive):
            with report.file.open("rb") as source, zipped.open(name, "w") as target:
                shutil.copyfileobj(source, target)
    whole.seek(0)
    return whole


def _keep(packed: Archive, whole: IO[bytes]) -> None:
    archive = Archive.objects.select_for_update().get(pk=packed.pk)
    before = archive.file.name
    archive.file.save(f"{archive.exam_id}.zip", File(whole), save=False)
    # Asked for once more meanwhile: this one is whole, but the newer reports are still to be packed.
    archive.waiting = archive.asked_at != packed.asked_at
    archive.made_at = timezone.now()
    archive.save(update_fields=["file", "waiting", "made_at"])
    if before:
        transaction.on_commit(lambda: archive.file.storage.delete(before))


def _sheets(exam: Exam, changed: bool) -> QuerySet[Sheet]:
    """The scanned sheets whose reports belong into an archive."""
    if not changed:
        return sheets(exam)
    told = ReleasedResult.objects.filter(release=last_changes(exam), changed=True)
    return sheets(exam).filter(pk__in=told.values_list("sheet_id", flat=True))


def _reports(archive: Archive) -> Iterator[tuple[str, Report]]:
    exam = archive.exam
    made = {report.sheet_id: report for report in Report.objects.filter(exam=exam)}
    for sheet in _sheets(exam, archive.changed).order_by("number"):
        if sheet.pk in made:
            yield f"{_file_name(sheet)}.pdf", made[sheet.pk]


def _file_name(sheet: Sheet) -> str:
    student = sheet.identity.student if hasattr(sheet, "identity") else None
    if student is None:
        return f"unknown-{sheet.number}"
    number = "".join(sign for sign in student.student_id if sign.isalnum() or sign in "-_")
    return f"{number}-{sheet.number}"
