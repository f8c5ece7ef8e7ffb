"""Two people who print at the same time never put one number on two papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.exams import print_services
from grading.exams.models import PrintRun, Sheet
from grading.exams.print_services import print_sheets
from tests.classroom import small_exam

pytestmark = pytest.mark.django_db


def while_drawing(monkeypatch: pytest.MonkeyPatch, somebody: Callable[[], object]) -> None:
    """Have ``somebody`` act once, while the first print is drawn."""
    draw, waiting = print_services.write_pdf, [somebody]

    def drawn(*args: Any) -> None:
        if waiting:
            waiting.pop()()
        draw(*args)

    monkeypatch.setattr(print_services, "write_pdf", drawn)


def test_of_two_prints_at_once_each_has_numbers_of_its_own(
    school: School, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = small_exam(school)
    while_drawing(monkeypatch, lambda: print_sheets(actor=alice_actor, exam=exam, copies=3))
    print_sheets(actor=alice_actor, exam=exam, copies=2)
    numbers = list(Sheet.objects.filter(exam=exam).values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))
    assert PrintRun.objects.filter(exam=exam).exclude(pdf="").count() == 2


def test_the_same_print_asked_for_twice_at_once_is_one(
    school: School, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = small_exam(school)
    same = {"actor": alice_actor, "exam": exam, "copies": 2}
    while_drawing(monkeypatch, lambda: print_sheets(**same))
    second = print_sheets(**same)
    assert PrintRun.objects.filter(exam=exam).exclude(pdf="").get() == second
