"""The tables that item analysis is made of hold what every single answer says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from grading.core.actor import Actor
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.reports.answer_table import answer_table
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def test_every_answer_is_in_its_place(graded: Graded, bob_actor: Actor) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.RIGHT)
    spec = graded.exam.load_spec()
    answers = list(Answer.objects.filter(exam=graded.exam).order_by("sheet_id", "position"))
    marks = [np.nan if answer.marks is None else float(answer.marks) for answer in answers]
    found = answer_table(graded.exam, spec)
    np.testing.assert_array_equal(found.marks, np.reshape(marks, (2, len(spec.questions))))
    read = [[texts.different[code] for code in texts.of] for texts in found.texts]
    assert [text for row in zip(*read, strict=True) for text in row] == [answer.read for answer in answers]
    assert found.by_status == Counter(answer.status for answer in answers)


def test_an_answer_that_a_sheet_does_not_have_is_open_and_empty(graded: Graded) -> None:
    graded.answer(0, "3").delete()
    found = answer_table(graded.exam, graded.exam.load_spec())
    assert np.isnan(found.marks[0, 2])
    assert found.texts[2].different[found.texts[2].of[0]] == ""


def test_an_exam_without_answers_has_empty_tables(graded: Graded) -> None:
    Answer.objects.filter(exam=graded.exam).delete()
    found = answer_table(graded.exam, graded.exam.load_spec())
    assert found.marks.shape == (0, len(found.texts))
    assert not found.by_status


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asked there by the test below")
def test_postgresql_compiles_no_query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


@pytest.mark.pg
@pytest.mark.slow
def test_tables_and_orders_hold_on_postgresql(postgres_url: str) -> None:
    of_results = Path(__file__).with_name("test_results.py")
    orders = (
        "a_part_of_the_class_comes_in_the_order_that_is_chosen",
        "equal_marks_come_by_sheet_however_they_add_up",
    )
    asked = [__file__, *(f"{of_results}::test_{name}" for name in orders)]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *asked]
    command += ["-k", "not hold_on_postgresql"]
    done = subprocess.run(
        command, env=os.environ | {"DATABASE_URL": postgres_url}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout
