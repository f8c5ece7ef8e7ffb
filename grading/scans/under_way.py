"""What the machine is working on for an exam, and what it gave up, each with the reason and a way on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Job, Stage
from grading.exams.models import Exam
from grading.scans.models import Page, ScanFile

OF_PAGES = (Stage.PAGE, Stage.RECOGNIZE)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of work in words; ``page`` is the page it is about, if it is about one."""

    job: Job
    stage: str
    what: str
    page: int | None


@dataclass(frozen=True, slots=True)
class StageCount:
    """How much of one kind of work waits, is in hand, and is done."""

    name: str
    waiting: int
    in_hand: int
    done: int


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The work of an exam; ``given_up`` and ``in_hand`` list the first hundred."""

    stages: list[StageCount]
    in_hand: list[Line]
    given_up: list[Line]


def under_way(exam: Exam) -> UnderWay:
    """What goes on for ``exam`` right now."""
    rows = Job.objects.filter(exam_id=exam.pk).values_list("stage", "state").annotate(n=Count("*")).order_by()
    counts = {(stage, state): n for stage, state, n in rows}
    stages = [
        StageCount(
            str(stage.label),
            counts.get((stage, Job.State.QUEUED), 0),
            counts.get((stage, Job.State.LEASED), 0),
            counts.get((stage, Job.State.DONE), 0),
        )
        for stage in Stage
        if any(key[0] == stage for key in counts)
    ]
    leased = Job.objects.filter(exam_id=exam.pk, state=Job.State.LEASED).order_by("started_at")[:SHOWN]
    return UnderWay(stages, _lines(list(leased)), _lines(list(_given_up(exam)[:SHOWN])))


def given_up(exam: Exam) -> int:
    """How many pieces of work the machine gave up and nobody settled otherwise."""
    return _given_up(exam).count()


def try_again(*, actor: Actor, exam: Exam, job_id: int | None = None) -> int:
    """Queue what was given up once more: one job, or all; how many. Raises UserError when nothing is left."""
    with transaction.atomic():
        chosen = _given_up(exam) if job_id is None else _given_up(exam).filter(pk=job_id)
        # Locked, so that of two people who press at once only one finds it given up still.
        found = list(chosen.select_for_update())
        if not found:
            raise UserError(_("this is being worked on already"), _("reload to see how far it is"))
        for stage in Stage:
            _again(exam, stage, [job.subject_id for job in found if job.stage == stage])
        data = {"jobs": [f"{job.stage} {job.subject_id}" for job in found]}
        audit.record("work.tried_again", actor=actor, obj=exam, exam_id=exam.pk, data=data)
    return len(found)


def _again(exam: Exam, stage: Stage, subjects: list[int]) -> None:
    if stage == Stage.SPLIT:
        # The one unreadable page that stood for the file; the file's own pages take its place.
        Page.objects.filter(file__in=subjects, preview="", sheet=None).delete()
        ScanFile.objects.filter(pk__in=subjects).update(state=ScanFile.State.WAITING, reason="")
    if stage in OF_PAGES:
        Page.objects.filter(pk__in=subjects).update(state=Page.State.WAITING, reason="")
        stage = Stage.PAGE
    jobs.enqueue(stage, subjects, exam_id=exam.pk)


def _given_up(exam: Exam) -> QuerySet[Job]:
    """Quarantined work, without that whose page or file a person has settled meanwhile."""
    pages = Page.objects.filter(exam=exam, state=Page.State.UNREADABLE).values("pk")
    files = ScanFile.objects.filter(exam=exam, state=ScanFile.State.REFUSED).values("pk")
    unsettled = (
        Q(stage__in=OF_PAGES, subject_id__in=pages)
        | Q(stage=Stage.SPLIT, subject_id__in=files)
        | ~Q(stage__in=(*OF_PAGES, Stage.SPLIT))
    )
    return Job.objects.filter(unsettled, exam_id=exam.pk, state=Job.State.QUARANTINED).order_by("pk")


def _lines(found: list[Job]) -> list[Line]:
    about_pages = {job.subject_id for job in found if job.stage in OF_PAGES}
    pages = Page.objects.filter(pk__in=about_pages).select_related("file").in_bulk()
    files = ScanFile.objects.in_bulk([job.subject_id for job in found if job.stage == Stage.SPLIT])
    return [_line(job, pages.get(job.subject_id), files.get(job.subject_id)) for job in found]


def _line(job: Job, page: Page | None, file: ScanFile | None) -> Line:
    stage = Stage(job.stage)
    if stage in OF_PAGES and page is not None:
        what = _("%(file)s, page %(n)d") % {"file": page.file.name, "n": page.scan_page}
        return Line(job, str(stage.label), what, page.pk)
    return Line(job, str(stage.label), file.name if stage == Stage.SPLIT and file else "", None)
