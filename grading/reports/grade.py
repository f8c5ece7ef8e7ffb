"""The whole main job without the portal: an exam file and scans in, marks and reports out.

It goes the way of the portal, through the same services and the same queue of jobs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.accounts.models import School
from grading.core import jobs
from grading.core.actor import MACHINE
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.core.progress import Progress, progress
from grading.core.supervisor import TICK_SECONDS, Supervisor
from grading.exams import services as exams
from grading.exams.layout_json import Layout
from grading.exams.models import Exam, Sheet
from grading.exams.prints import add_run
from grading.exams.roster import Roster
from grading.exams.spec import ExamSpec
from grading.marking.models import Answer
from grading.reports.analysis import Shares, shares
from grading.reports.output import write_output
from grading.scans import ledger
from grading.scans import services as scans
from grading.scans.ledger import LedgerTotals

SCHOOL = "Command line"

OnProgress = Callable[[str, Progress], None]
"""Told what is being done and how far it is, a few times a second."""


@dataclass(frozen=True, slots=True)
class GradeRequest:
    """What is to be graded and where the results go."""

    spec: ExamSpec
    scans: tuple[Path, ...]
    out: Path
    roster: Roster | None = None
    layout: Layout | None = None
    workers: int = 2


@dataclass(frozen=True, slots=True)
class GradeSummary:
    """What came of it. ``seconds``: from the first file to the last mark, reports not counted."""

    exam_id: int
    pages: LedgerTotals
    answers: Shares
    unidentified: int
    seconds: float
    student_reports: tuple[Path, ...]
    class_report: Path

    @property
    def pages_a_minute(self) -> float:
        """Pages from file to marks."""
        return 60 * self.pages.pages_in / max(self.seconds, 1e-9)


def grade(request: GradeRequest, on_progress: OnProgress = lambda _what, _now: None) -> GradeSummary:
    """Grade a batch in the present database, which must not hold this exam yet, and write its files.

    Raises UserError for input that cannot be used; then nothing is written.
    """
    exam = set_up(request)
    for path in request.scans:
        with path.open("rb") as content:
            scans.take_in(actor=MACHINE, exam=exam, name=path.name, content=content)
    started = time.monotonic()
    with Supervisor(request.workers) as supervisor:
        _wait(supervisor, exam, "Reading", on_progress)
        seconds = time.monotonic() - started
        jobs.enqueue(Stage.REPORT, reported_sheets(exam), exam_id=exam.pk)
        _wait(supervisor, exam, "Reports", on_progress)
    written = write_output(exam, request.out)
    return GradeSummary(
        exam_id=exam.pk,
        pages=ledger.totals(exam),
        answers=shares(exam),
        unidentified=exam.identities.filter(student__isnull=True).count(),
        seconds=seconds,
        student_reports=written.student_reports,
        class_report=written.class_report,
    )


def set_up(request: GradeRequest) -> Exam:
    """The exam with its roster and print, in a school of its own."""
    _check_layout(request.spec, request.layout)
    school, _ = School.objects.get_or_create(name=SCHOOL)
    exam = exams.create_exam(actor=MACHINE, school=school, spec=request.spec)
    if request.roster is not None:
        exams.set_roster(actor=MACHINE, exam=exam, roster=request.roster)
    if request.layout is not None and request.layout.run:
        add_run(exam, request.layout)
    return exam


def reported_sheets(exam: Exam) -> Sequence[int]:
    """The sheets that get a report: those with answers."""
    with_answers = Answer.objects.filter(exam=exam).values("sheet")
    return list(Sheet.objects.filter(pk__in=with_answers).order_by("number").values_list("pk", flat=True))


def _check_layout(spec: ExamSpec, layout: Layout | None) -> None:
    if layout is None:
        return
    if layout.exam != spec.id:
        raise UserError(
            f"the layout is of exam {layout.exam}, not {spec.id}:",
            "give the layout.json that was printed with it.",
        )
    printed = {box.question: box.kind for page in layout.sheets[0].pages for box in page.boxes}
    for question in spec.questions:
        if printed.get(question.id) != question.type:
            raise UserError(
                f'question "{question.id}" ({question.type}) is not on the printed sheets as such:',
                "give the exam file that they were printed from; keys and marks may differ.",
            )


def _wait(supervisor: Supervisor, exam: Exam, what: str, on_progress: OnProgress) -> None:
    before = progress(exam_id=exam.pk).ended
    while True:
        supervisor.tend()
        now = progress(exam_id=exam.pk)
        on_progress(what, Progress(now.queued, now.leased, now.done - before, now.quarantined))
        if not now.open:
            return
        time.sleep(TICK_SECONDS)
