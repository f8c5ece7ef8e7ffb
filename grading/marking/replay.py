"""A newer reader on an exam that is read already: a trial beside the readings that count, then its readings.

The trial changes nothing. Taking it adds its readings, the latest of which count, and queues the marking, in
which what people decided is applied last and so stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Job, Stage
from grading.exams.models import Exam
from grading.marking import inputs
from grading.marking.models import Cutoffs, Replay, TrialReading
from grading.marking.recognizing import READ_KINDS
from grading.marking.replay_differences import PLAIN, Found
from grading.scans import gateway
from grading.scans.models import Page, ReadBox, Reading

FIELDS = ("page_id", *(field.name for field in ReadBox._meta.fields))
"""What a reading of a trial and one that counts have in common."""
LIVE = (Job.State.QUEUED, Job.State.LEASED)
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a trial is: ``done`` of its pages were read, ``failed`` of them could not be.

    ``found``: what would change, once all are done; ``fresh``: the exam has not changed since. ``gave_up``:
    why nothing could be compared.
    """

    replay: Replay
    done: int
    failed: int
    found: Found | None
    fresh: bool
    gave_up: str

    @property
    def busy(self) -> bool:
        """Whether the machine is still at it."""
        return self.found is None and not self.gave_up


def other_readers(exam: Exam) -> tuple[str, ...]:
    """The readers whose readings count though another one is installed; none where that is not known."""
    installed = gateway.installed_reader()
    made = Cutoffs.objects.filter(exam=exam).values_list("readers", flat=True).first() or ()
    return tuple(reader for reader in made if reader != installed) if installed else ()


def ask(*, exam: Exam) -> Replay:
    """Have every page that another reader read be read again, to compare; a trial of before is dropped.

    Raises UserError when there is no such page.
    """
    installed = gateway.installed_reader()
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        pages = _pages_of_others(locked, installed) if installed else set()
        if installed is None or not pages:
            raise UserError(_("Every answer was read by the installed reader: there is nothing to compare."))
        Replay.objects.filter(exam=locked).delete()
        replay = Replay.objects.create(
            exam=locked, reader=installed, pages=len(pages), asked_at=timezone.now()
        )
        jobs.enqueue(Stage.REREAD, pages, exam_id=locked.pk)
    return replay


def trial(exam: Exam) -> Trial | None:
    """The trial of an exam, if one was asked for."""
    replay = Replay.objects.filter(exam=exam).first()
    if replay is None:
        return None
    reading = Job.objects.filter(exam_id=exam.pk, stage=Stage.REREAD)
    given_up = Job.objects.filter(
        exam_id=exam.pk, state=Job.State.QUARANTINED, finished_at__gte=replay.asked_at
    )
    compared = given_up.filter(stage=Stage.COMPARE).first()
    found = PLAIN.validate_python(replay.found) if replay.found else None
    return Trial(
        replay,
        done=max(0, replay.pages - reading.filter(state__in=LIVE).count()),
        failed=given_up.filter(stage=Stage.REREAD).count(),
        found=found,
        fresh=found is not None and replay.stamp == inputs.stamp(exam).digest,
        gave_up=compared.reason if compared and found is None else "",
    )


def take(*, actor: Actor, exam: Exam, seen: str) -> int:
    """Let the readings of the trial count and queue the marking; how many there are.

    ``seen``: the ``Replay.seen`` of the differences that the person looked at. Raises UserError when these
    speak of another state of the exam, or its results are released.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        if locked.state == Exam.State.RELEASED:
            raise UserError(_("The results are released: open them again before you take other readings."))
        replay = Replay.objects.select_for_update().filter(exam=locked).first()
        if replay is None or not replay.found or replay.seen != seen:
            raise UserError(_("These differences are not there any more: look again at what would change."))
        if replay.stamp != inputs.stamp(locked).digest:
            raise UserError(_("The exam has changed since the two were compared: compare them again."))
        taken = _copy(replay.readings.order_by("pk"))
        jobs.enqueue(Stage.MARK, [locked.pk], exam_id=locked.pk)
        changed = PLAIN.validate_python(replay.found).changed
        data = {"reader": replay.reader, "readings": taken, "changed": changed}
        audit.record("readings.taken", actor=actor, obj=locked, exam_id=locked.pk, data=data)
        replay.delete()
    return taken


def _copy(trials: QuerySet[TrialReading]) -> int:
    rows = [Reading(**values) for values in trials.values(*FIELDS)]
    Reading.objects.bulk_create(rows, batch_size=CHUNK)
    return len(rows)


def _pages_of_others(exam: Exam, installed: str) -> set[int]:
    """Pages with a written box whose reading that counts is another reader's."""
    readings = Reading.objects.filter(
        page__exam=exam, page__state=Page.State.USED, kind__in=READ_KINDS
    ).order_by("id")
    found = readings.values_list("page_id", "question", "model").iterator(chunk_size=2000)
    latest = {(page, question): model for page, question, model in found}
    return {page for (page, _question), model in latest.items() if model != installed}
