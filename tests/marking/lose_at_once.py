"""A page arrives in the moment in which somebody says that it was not handed in; print what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from grading.exams.models import Exam


def main() -> None:
    """Either one is first, and the other asks while the first one's change cannot be seen yet."""
    from grading.accounts.models import School
    from tests.classroom import small_exam
    from tests.marking.test_lost_pages import LONG

    for name, acts in (("A", (_says, _arrives)), ("B", (_arrives, _says))):
        exam = small_exam(School.objects.create(name=name), text=LONG)
        print(*_at_once(exam, *acts), *_outcome(exam))


def _at_once(exam: Exam, first: Callable[[Exam], int], second: Callable[[Exam], int]) -> tuple[int, int]:
    from django.db import connection, transaction

    from grading.marking import services as marking
    from tests.classroom import page, sheet
    from tests.services import somebody_waits

    page(sheet(exam, 1), 1)
    marking.mark_exam(exam_id=exam.pk)

    def beside() -> int:
        try:
            return second(exam)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            done = first(exam)
            later = other.submit(beside)
            while not later.done() and not somebody_waits():
                time.sleep(0.01)
        return done, later.result()


def _says(exam: Exam) -> int:
    from grading.core.actor import MACHINE
    from grading.marking.lost_pages import say_not_handed_in

    return say_not_handed_in(actor=MACHINE, exam=exam, places=[_place(exam)])


def _arrives(exam: Exam) -> int:
    from grading.scans.models import Page
    from tests.classroom import page, read_text, sheet

    sheet_id, number = _place(exam)
    read_text(page(sheet(exam, 1), number), "7", "digits", "8", 0.99999, ["8"])
    return Page.objects.filter(sheet_id=sheet_id, number=number).count()


def _outcome(exam: Exam) -> tuple[bool, str, bool, int]:
    """Whether the page counts, what was read on it, whether it has no points, and notes that it arrived."""
    from grading.core.models import AuditEvent
    from grading.marking import services as marking
    from grading.marking.models import Answer

    marking.mark_exam(exam_id=exam.pk)
    answer = Answer.objects.get(sheet_id=_place(exam)[0], question="7")
    noted = AuditEvent.objects.filter(exam_id=exam.pk, verb="pages.arrived").count()
    return answer.page_id is not None, answer.read, answer.marks == 0, noted


def _place(exam: Exam) -> tuple[int, int]:
    from grading.exams.prints import question_pages
    from tests.classroom import sheet

    return sheet(exam, 1).pk, question_pages(exam.print_runs.get().layout)["7"]


if __name__ == "__main__":
    django.setup()
    main()
