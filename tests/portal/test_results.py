"""Results as they stand: open is open, never 0; files; release only when everything adds up."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.models import Job
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.reports.bars import bars
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def url(name: str, graded: Graded, *more: object) -> str:
    return reverse(f"reports:{name}", args=[graded.exam.pk, *more])


def decide_everything(graded: Graded, actor: Actor) -> None:
    for answer in Answer.objects.filter(exam=graded.exam, status=Answer.Status.REVIEW):
        marking.decide(actor=actor, answer=answer, kind=Decision.Kind.RIGHT)


def test_an_open_answer_is_shown_as_open_never_as_zero(graded: Graded, alice_client: Client) -> None:
    rows = alice_client.get(url("results", graded)).context["results"]
    assert [row.percent for row in rows] == [None, None]
    assert all(row.open_items == 3 for row in rows)
    assert all(row.marks == 1 for row in rows)  # the choice, which the machine was sure of


def test_a_decided_sheet_has_its_marks_and_per_cent(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    decide_everything(graded, bob_actor)
    rows = alice_client.get(url("results", graded)).context["results"]
    assert [(row.student.name, row.marks, row.percent, row.passed) for row in rows] == [
        ("Ada", Decimal(11), Decimal("100.0"), True),
        ("Ben", Decimal(11), Decimal("100.0"), True),
    ]


@pytest.mark.parametrize(("words", "found"), [("ben", ["0002"]), ("1001", ["0001"]), ("nobody", [])])
def test_students_are_found_by_name_or_number(
    words: str, found: list[str], graded: Graded, alice_client: Client
) -> None:
    rows = alice_client.get(url("results", graded), {"q": words}).context["results"]
    assert [row.sheet.number for row in rows] == found


def test_a_sheet_shows_who_decided_each_answer(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    answer = alice_client.get(url("sheet", graded, graded.sheets[0].pk))
    assert {row.answer.question: row.by for row in answer.context["rows"]} == {
        "1": "Bob",
        "2": "",
        "3": "",
        "4": "",
    }
    looks = {box.question: box.look for box in answer.context["pages"][0].overlay.boxes}
    assert (looks["1"], looks["2"], looks["3"]) == ("wrong", "review", "correct")


@pytest.mark.parametrize("name", ["answers", "grades", "ledger", "review"])
def test_every_csv_file_can_be_had(name: str, graded: Graded, alice_client: Client) -> None:
    answer = alice_client.get(url("csv", graded, name))
    assert answer["Content-Disposition"] == f'attachment; filename="small-{name}.csv"'
    assert "sheet" in answer.content.decode().splitlines()[0]


def test_there_is_no_other_csv_file(graded: Graded, alice_client: Client) -> None:
    assert alice_client.get(url("csv", graded, "passwords")).status_code == 404


def test_student_reports_come_in_one_archive(graded: Graded, alice_client: Client) -> None:
    answer = alice_client.get(url("students-zip", graded))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["1001-0001.pdf", "1002-0002.pdf"]
        assert archive.read("1001-0001.pdf")[:5] == b"%PDF-"


def test_release_is_blocked_until_everything_adds_up(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    change = url("release-change", graded)
    assert b"answers are undecided" in alice_client.get(url("release", graded)).content
    alice_client.post(change)
    assert Exam.objects.get().state == Exam.State.OPEN
    decide_everything(graded, bob_actor)
    alice_client.post(reverse("scans:drop", args=[graded.exam.pk, graded.odd.pk]), {"state": "blank"})
    graded.exam.refresh_from_db()
    Job.objects.all().delete()  # the marking that dropping a page queued is done
    alice_client.post(change)
    assert Exam.objects.get().state == Exam.State.RELEASED
    alice_client.post(change, {"withdraw": "1"})
    assert Exam.objects.get().state == Exam.State.OPEN


def test_bars_are_as_high_as_their_counts() -> None:
    drawn = bars((0, 2, 4), 0.5)
    assert drawn[2].height == 2 * drawn[1].height > drawn[0].height == 0
    assert [bar.fails for bar in drawn] == [True, False, False]
