"""Marks are computed while everybody else goes on, and what they change meanwhile is not lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from grading.accounts.models import School
from grading.core import jobs
from grading.core.actor import MACHINE, Actor
from grading.core.models import Job, Stage
from grading.core.stages import HANDLERS, load_handlers
from grading.core.work import run_batch
from grading.exams.models import Exam
from grading.marking import marks, services
from grading.marking.models import Answer, Decision, Identity
from grading.scans.models import Page
from tests.classroom import page, read_number, read_text, sheet, small_exam

Meanwhile = Callable[[Callable[[], object]], list[None]]


@pytest.fixture
def exam(school: School) -> Exam:
    """Two sheets: the first sure of its student and of 42, the second of another student and wrong."""
    made = small_exam(school)
    for number, student, digits in ((1, "1001", "42"), (2, "1002", "7")):
        scanned = page(sheet(made, number))
        read_number(scanned, student)
        read_text(scanned, "1", "digits", digits, 0.9999, ["42"])
    return made


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Has something happen after each computing and before its storing; the list has an entry for each."""

    def arrange(happens: Callable[[], object]) -> list[None]:
        drafts: list[None] = []
        honest = marks.draft

        def draft(exam: Exam) -> marks.Draft:
            found = honest(exam)
            drafts.append(None)
            happens()
            return found

        monkeypatch.setattr(marks, "draft", draft)
        return drafts

    return arrange


def first_answer(exam: Exam) -> Answer:
    return Answer.objects.get(exam=exam, sheet__number="0001", question="1")


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_marks_are_computed(exam: Exam, meanwhile: Meanwhile) -> None:
    in_transaction: list[bool] = []
    meanwhile(lambda: in_transaction.append(connection.in_atomic_block))
    load_handlers()
    jobs.enqueue(Stage.MARK, [exam.pk], exam_id=exam.pk)
    run_batch(HANDLERS[Stage.MARK], jobs.claim(Stage.MARK, "test", 1))
    assert in_transaction == [False]
    assert Job.objects.get(stage=Stage.MARK).state == Job.State.DONE
    assert first_answer(exam).marks == Decimal(2)


def test_a_page_that_changes_meanwhile_is_marked_as_it_is_in_the_end(
    exam: Exam, meanwhile: Meanwhile
) -> None:
    drafts = meanwhile(lambda: Page.objects.filter(sheet__number="0002").update(state=Page.State.FOREIGN))
    services.mark_exam(exam_id=exam.pk)
    assert len(drafts) == 2
    assert set(Answer.objects.values_list("sheet__number", flat=True)) == {"0001"}


def test_a_reading_that_comes_in_meanwhile_counts(exam: Exam, meanwhile: Meanwhile) -> None:
    scanned = Page.objects.get(sheet__number="0001")
    readings = [lambda: read_text(scanned, "1", "digits", "7", 0.9999, ["42"])]
    drafts = meanwhile(lambda: readings.pop()() if readings else None)
    services.mark_exam(exam_id=exam.pk)
    assert len(drafts) == 2
    assert first_answer(exam).read == "7"


def test_marking_comes_to_an_end_although_something_changes_every_time(
    exam: Exam, meanwhile: Meanwhile
) -> None:
    scanned = Page.objects.get(sheet__number="0001")
    drafts = meanwhile(
        lambda: (
            read_text(scanned, "1", "digits", "7", 0.9, ["42"]) if len(drafts) <= services.DRAFTS else None
        )
    )
    services.mark_exam(exam_id=exam.pk)
    assert len(drafts) == services.DRAFTS + 1
    assert first_answer(exam).read == "7"


def test_a_decision_made_meanwhile_stands_and_costs_no_second_computing(
    exam: Exam, meanwhile: Meanwhile, alice_actor: Actor
) -> None:
    services.mark_exam(exam_id=exam.pk)
    wrong = Decision.Kind.WRONG
    drafts = meanwhile(
        lambda: services.decide(actor=alice_actor, answer=first_answer(exam), kind=wrong, seen=None)
    )
    services.mark_exam(exam_id=exam.pk)
    assert len(drafts) == 1
    assert (first_answer(exam).status, first_answer(exam).marks) == ("human", Decimal(0))


def test_an_owner_named_meanwhile_keeps_the_sheet(exam: Exam, meanwhile: Meanwhile) -> None:
    services.mark_exam(exam_id=exam.pk)
    says = [lambda: services.swap(actor=MACHINE, first=sheet(exam, 1), second=sheet(exam, 2))]
    meanwhile(lambda: says.pop()() if says else None)
    services.mark_exam(exam_id=exam.pk)
    owners = Identity.objects.order_by("sheet__number").values_list("student__student_id", flat=True)
    assert list(owners) == ["1002", "1001"]


def test_a_worker_that_lost_its_job_stores_nothing(exam: Exam, meanwhile: Meanwhile) -> None:
    load_handlers()
    jobs.enqueue(Stage.MARK, [exam.pk], exam_id=exam.pk)
    claimed = jobs.claim(Stage.MARK, "slow", 1)
    meanwhile(lambda: Job.objects.update(owner="other#1"))
    run_batch(HANDLERS[Stage.MARK], claimed)
    assert not Answer.objects.exists()
    assert Job.objects.get(stage=Stage.MARK).state == Job.State.LEASED
