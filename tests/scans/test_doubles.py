"""Two students on one sheet number: both are kept, and a person tells them apart."""

from __future__ import annotations

import pytest

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.exams.models import Exam
from grading.scans.doubles import give_own_sheet
from grading.scans.ledger import totals
from grading.scans.models import Page
from grading.scans.placing import place
from tests.classroom import page, scan_file, sheet, small_exam


@pytest.fixture
def exam(school: School) -> Exam:
    return small_exam(school)


def rivals(exam: Exam) -> tuple[list[Page], list[Page]]:
    """Two papers of two pages each under the number 0001, of two students, in two files."""
    papers = []
    for name in ("first.pdf", "second.pdf"):
        file = scan_file(exam, name)
        paper = [
            page(sheet(exam, 1), number, file=file, state=Page.State.WAITING, fingerprint=name)
            for number in (1, 2)
        ]
        for scanned in paper:
            place(scanned, lambda one, other: one == other)
        papers.append(paper)
    return papers[0], papers[1]


def test_the_second_paper_gets_a_number_of_its_own_and_is_read(exam: Exam, alice_actor: Actor) -> None:
    _first, second = rivals(exam)
    assert totals(exam).needs_review == 2
    new = give_own_sheet(actor=alice_actor, page=second[0])
    assert new.number == "0001-B"
    states = Page.objects.order_by("pk").values_list("sheet__number", "number", "state")
    assert list(states) == [
        ("0001", 1, "used"),
        ("0001", 2, "used"),
        ("0001-B", 1, "used"),
        ("0001-B", 2, "used"),
    ]
    queued = Job.objects.filter(stage=Stage.RECOGNIZE).values_list("subject_id", flat=True)
    assert set(queued) == {scanned.pk for scanned in second}
    assert AuditEvent.objects.filter(verb="page.own_sheet").count() == 1
    assert totals(exam).settled


def test_a_page_taken_for_a_duplicate_can_be_told_apart_too(exam: Exam, alice_actor: Actor) -> None:
    page(sheet(exam, 1))
    double = page(sheet(exam, 1), state=Page.State.DUPLICATE)
    assert give_own_sheet(actor=alice_actor, page=double).number == "0001-B"


def test_a_third_paper_gets_the_next_number(exam: Exam, alice_actor: Actor) -> None:
    page(sheet(exam, 1))
    numbers = [
        give_own_sheet(actor=alice_actor, page=page(sheet(exam, 1), state=Page.State.NEEDS_REVIEW)).number
        for _ in range(2)
    ]
    assert numbers == ["0001-B", "0001-C"]


def test_a_later_page_of_the_same_file_joins_its_paper(exam: Exam, alice_actor: Actor) -> None:
    page(sheet(exam, 1), 1)
    page(sheet(exam, 1), 2)
    file = scan_file(exam, "second.pdf")
    front = page(sheet(exam, 1), 1, file=file, state=Page.State.NEEDS_REVIEW)
    new = give_own_sheet(actor=alice_actor, page=front)
    back = page(sheet(exam, 1), 2, file=file, state=Page.State.DUPLICATE)
    assert give_own_sheet(actor=alice_actor, page=back) == new


def test_a_page_that_is_used_stays_where_it_is(exam: Exam, alice_actor: Actor) -> None:
    with pytest.raises(UserError, match="no other"):
        give_own_sheet(actor=alice_actor, page=page(sheet(exam, 1)))
