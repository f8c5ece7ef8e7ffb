"""The work of a trial: pages are read again beside what counts; whoever reads the last has all compared."""

from __future__ import annotations

from django.utils import timezone

from grading.core import jobs
from grading.core.models import Job, Stage
from grading.core.work import Batch, attempt, completing
from grading.exams.models import Exam
from grading.marking import inputs
from grading.marking.gather import latest_readings
from grading.marking.models import Replay, TrialReading
from grading.marking.recognizing import read_pages, version_of
from grading.marking.replay import FIELDS, LIVE
from grading.marking.replay_differences import PLAIN, Found, differences
from grading.scans.models import Page, Reading


def read_pages_again(batch: Batch) -> None:
    """Read the claimed pages in one go, and keep what was read with their exam's trial, if there is one."""
    wanted = Page.objects.filter(pk__in=[job.subject_id for job in batch[:]], exam__replay__isnull=False)
    read = {page.pk: rows for page, rows in read_pages(wanted.values_list("pk", flat=True))}
    for job in batch[:]:
        rows = read.get(job.subject_id, [])
        with attempt(job), completing(job, model_version=version_of(rows)):
            _keep(job, rows)


def compare_when_read(exam_id: int) -> None:
    """Queue the comparison unless pages are still being read; call it in the transaction that ends one."""
    asked = Replay.objects.select_for_update().filter(exam_id=exam_id).first()
    if asked and not Job.objects.filter(exam_id=exam_id, stage=Stage.REREAD, state__in=LIVE).exists():
        jobs.enqueue(Stage.COMPARE, [exam_id], exam_id=exam_id)


def compare(job: Job) -> None:
    """Find out what the readings of an exam's trial would change, and keep that with the trial."""
    exam = Exam.objects.get(pk=job.subject_id)
    replay, stamp = Replay.objects.filter(exam=exam).first(), inputs.stamp(exam).digest
    found = PLAIN.dump_python(_differences(exam, replay), mode="json") if replay else None
    with completing(job):
        if replay:  # it may have been dropped for another meanwhile: then nothing is kept
            mine = Replay.objects.filter(pk=replay.pk)
            mine.update(found=found, stamp=stamp, made_at=timezone.now())


def _differences(exam: Exam, replay: Replay) -> Found:
    rows = (Reading(**values) for values in replay.readings.values(*FIELDS))
    return differences(exam, latest_readings(exam.pk), {(row.page_id, row.question): row for row in rows})


def _keep(job: Job, rows: list[Reading]) -> None:
    trials = Replay.objects.select_for_update(of=("self",))
    replay = trials.filter(exam__pages=job.subject_id).first()
    if replay is None:
        return
    TrialReading.objects.filter(replay=replay, page_id=job.subject_id).delete()
    values = ({field: getattr(row, field) for field in FIELDS} for row in rows)
    TrialReading.objects.bulk_create(TrialReading(replay=replay, **each) for each in values)
    compare_when_read(replay.exam_id)
