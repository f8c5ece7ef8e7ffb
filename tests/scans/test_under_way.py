"""Work that was given up is shown with its reason, and can be tried again without a trace of the failure."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from grading.accounts.models import School
from grading.core import jobs
from grading.core.actor import MACHINE, Actor
from grading.core.errors import UserError
from grading.core.models import Job, Stage
from grading.core.stages import load_handlers
from grading.exams.models import Exam
from grading.scans import services
from grading.scans.models import Page, ScanFile
from grading.scans.splitting import split_file
from grading.scans.under_way import given_up, try_again, under_way
from tests.classroom import EXAM, page, sheet, small_exam


@pytest.fixture
def exam(school: School) -> Exam:
    load_handlers()
    return small_exam(school)


def give_up(stage: Stage, subject: int, exam: Exam) -> Job:
    jobs.enqueue(stage, [subject], exam_id=exam.pk)
    job = next(job for job in jobs.claim(stage, "test", 9) if job.subject_id == subject)
    jobs.fail(job, "needs more memory than there is", retry=False)
    job.refresh_from_db()
    return job


def test_a_page_that_was_given_up_is_listed_and_goes_through_again(exam: Exam, alice_actor: Actor) -> None:
    scanned = page(sheet(exam, 1), state=Page.State.WAITING)
    job = give_up(Stage.PAGE, scanned.pk, exam)
    line = under_way(exam).given_up[0]
    assert (line.job, line.page) == (job, scanned.pk)
    assert "page 1" in line.what
    assert try_again(actor=alice_actor, exam=exam, job_id=job.pk) == 1
    scanned.refresh_from_db()
    assert (scanned.state, scanned.reason) == (Page.State.WAITING, "")
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
    assert given_up(exam) == 0


def test_a_file_that_was_given_up_gives_its_pages_after_all(exam: Exam, alice_actor: Actor) -> None:
    buffer = io.BytesIO()
    Image.new("L", (400, 560), 250).save(buffer, "PNG")
    buffer.seek(0)
    file = services.take_in(actor=MACHINE, exam=exam, name="a.png", content=buffer)
    jobs.fail(jobs.claim(Stage.SPLIT, "test", 1)[0], "takes too long", retry=False)
    assert Page.objects.get(file=file).state == Page.State.UNREADABLE
    assert try_again(actor=alice_actor, exam=exam) == 1
    split_file(jobs.claim(Stage.SPLIT, "test", 1)[0])
    file.refresh_from_db()
    assert file.state == ScanFile.State.SPLIT
    assert Page.objects.get(file=file).state == Page.State.WAITING


def test_what_a_person_settled_meanwhile_is_no_longer_given_up(exam: Exam, alice_actor: Actor) -> None:
    scanned = page(sheet(exam, 1), state=Page.State.WAITING)
    give_up(Stage.PAGE, scanned.pk, exam)
    scanned.refresh_from_db()
    services.drop_page(actor=alice_actor, page=scanned, state=Page.State.BLANK, reason="empty")
    assert under_way(exam).given_up == []
    with pytest.raises(UserError, match="already"):
        try_again(actor=alice_actor, exam=exam)


def test_another_exams_work_is_not_touched(exam: Exam, school: School, alice_actor: Actor) -> None:
    other = small_exam(school, text=EXAM.replace("id: small", "id: other"))
    job = give_up(Stage.MARK, other.pk, other)
    with pytest.raises(UserError):
        try_again(actor=alice_actor, exam=exam, job_id=job.pk)
