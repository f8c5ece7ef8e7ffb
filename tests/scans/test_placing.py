"""Several scans of one page: which one counts, and that none is lost."""

from __future__ import annotations

from itertools import permutations

import pytest

from grading.accounts.models import School
from grading.scans.models import Page
from grading.scans.placing import place
from tests.classroom import page, scan_file, sheet, small_exam


def _equal(one: str, other: str) -> bool:
    return one == other


def _waiting(exam_sheet, number, file, fingerprint):
    return page(exam_sheet, number, file=file, state=Page.State.WAITING, fingerprint=fingerprint)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_page_that_came_in_first_is_used_whatever_order_workers_finish_in(school: School, order) -> None:
    exam = small_exam(school)
    file = scan_file(exam)
    pages = [_waiting(sheet(exam, 1), 1, file, "same") for _ in range(3)]
    for k in order:
        place(Page.objects.get(pk=pages[k].pk), _equal)
    states = [Page.objects.get(pk=p.pk).state for p in pages]
    assert states == [Page.State.USED, Page.State.DUPLICATE, Page.State.DUPLICATE]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_other_writing_under_the_same_code_waits_for_a_person(school: School, order) -> None:
    exam = small_exam(school)
    file = scan_file(exam)
    pages = [_waiting(sheet(exam, 1), 1, file, mark) for mark in "ab"]
    for k in order:
        place(Page.objects.get(pk=pages[k].pk), _equal)
    first, second = (Page.objects.get(pk=p.pk) for p in pages)
    assert (first.state, second.state) == (Page.State.USED, Page.State.NEEDS_REVIEW)
    assert "other writing" in second.reason


def test_pages_of_one_sheet_do_not_compete_with_each_other(school: School) -> None:
    exam = small_exam(school)
    file = scan_file(exam)
    for number in (1, 2):
        assert place(_waiting(sheet(exam, 1), number, file, "same"), _equal)


def test_a_page_whose_code_a_person_typed_never_pushes_another_aside(school: School, alice) -> None:
    exam = small_exam(school)
    typed = _waiting(sheet(exam, 1), 1, scan_file(exam, "first.pdf"), "a")
    typed.given_by = alice.user
    used = page(sheet(exam, 1), 1, file=scan_file(exam, "second.pdf"), fingerprint="b")
    assert not place(typed, _equal)
    used.refresh_from_db()
    assert used.state == Page.State.USED
