"""Results as they stand: open is open, never 0; files; release only when everything adds up."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.core import jobs
from grading.core.actor import Actor
from grading.core.models import Job, Stage
from grading.core.stages import HANDLERS, load_handlers
from grading.core.work import run_batch
from grading.exams.models import Exam, Student
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.reports.bars import HEAD, bars, chart
from grading.reports.blockers import blockers
from grading.reports.models import Analysis
from grading.reports.stored_analysis import kept_analysis
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


def test_the_class_is_summed_up_over_sheets_with_nothing_open(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    assert alice_client.get(url("results", graded)).context["passed"] is None
    for question, kind in (
        ("1", Decision.Kind.RIGHT),
        ("2", Decision.Kind.WRONG),
        ("4", Decision.Kind.WRONG),
    ):
        marking.decide(actor=bob_actor, answer=graded.answer(0, question), kind=kind)
    Analysis.objects.all().delete()
    half = alice_client.get(url("results", graded))
    assert half.context["passed"] == (0, 1)
    assert b"passed of 1 with nothing open" in half.content
    decide_everything(graded, bob_actor)
    Analysis.objects.all().delete()
    whole = alice_client.get(url("results", graded))
    assert whole.context["passed"] == (1, 2)
    low, *_, middle, _, high = (float(x) for x in whole.context["statistics"].totals.quantiles)
    assert low <= middle <= high == 11
    assert f"to {high:g}".encode() in whole.content


@pytest.mark.parametrize(("words", "found"), [("ben", ["0002"]), ("1001", ["0001"]), ("nobody", [])])
def test_students_are_found_by_name_or_number(
    words: str, found: list[str], graded: Graded, alice_client: Client
) -> None:
    rows = alice_client.get(url("results", graded), {"q": words}).context["results"]
    assert [row.sheet.number for row in rows] == found


def test_the_class_is_filtered_by_section_and_by_result(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    Student.objects.filter(student_id="1002").update(section="B")
    for question in ("1", "2", "4"):
        marking.decide(actor=bob_actor, answer=graded.answer(0, question), kind=Decision.Kind.RIGHT)

    def numbers(**wish: str) -> list[str]:
        found = alice_client.get(url("results", graded), wish).context["results"]
        return [row.sheet.number for row in found]

    assert numbers(section="B") == ["0002"]
    assert (numbers(state="passed"), numbers(state="open"), numbers(state="failed")) == (
        ["0001"],
        ["0002"],
        [],
    )
    assert (numbers(sort="marks"), numbers(sort="worst")) == (["0001", "0002"], ["0002", "0001"])
    assert numbers(sort="open", q="ada") == ["0001"]


def test_a_part_of_the_class_comes_in_the_order_that_is_chosen(graded: Graded, alice_client: Client) -> None:
    zoe = Student.objects.get(student_id="1001")
    zoe.name = "Zoe"
    zoe.save()

    def numbers(**wish: str) -> list[str]:
        found = alice_client.get(url("results", graded), wish).context["results"]
        return [row.sheet.number for row in found]

    assert numbers(state="open") == ["0002", "0001"]
    zoe.name = "Ágnes"
    zoe.save()
    assert numbers(state="open") == ["0001", "0002"]
    zoe.name, zoe.family = "Ágnes Zweig", "Zweig"
    zoe.save()
    assert numbers() == ["0002", "0001"]
    assert numbers(state="open", sort="sheet") == ["0001", "0002"]


def test_equal_marks_come_by_sheet_however_they_add_up(graded: Graded, alice_client: Client) -> None:
    parts = {0: ("0.7", "0.1", "0", "0"), 1: ("0.8", "0", "0", "0")}  # 0.7 + 0.1 is less in binary
    for place, marks in parts.items():
        for question, given in zip(("1", "2", "3", "4"), marks, strict=True):
            answer = Answer.objects.filter(pk=graded.answer(place, question).pk)
            answer.update(status=Answer.Status.HUMAN, marks=Decimal(given))
    for order in ("marks", "worst"):
        found = alice_client.get(url("results", graded), {"sort": order}).context["results"]
        assert [row.sheet.number for row in found] == ["0001", "0002"]
        assert {row.marks for row in found} == {Decimal("0.8")}


def test_htmx_gets_the_table_alone(graded: Graded, alice_client: Client) -> None:
    answer = alice_client.get(url("results", graded), {"q": "ben"}, headers={"HX-Target": "table"})
    assert answer.content.lstrip().startswith(b'<div id="table"')
    assert b"Ben" in answer.content


def test_statistics_are_kept_until_an_answer_changes(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    first = kept_analysis(graded.exam)
    again = kept_analysis(graded.exam)
    assert (again.at, again.found) == (first.at, first.found)
    Analysis.objects.update(seconds=0.0)  # as on a machine that does nothing else
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.RIGHT)
    item = kept_analysis(graded.exam).found.statistics.items[0]
    assert (item.n, item.open, item.difficulty) == (1, 1, 1.0)
    marking.mark_exam(exam_id=graded.exam.pk)
    assert kept_analysis(graded.exam).at > first.at


def test_slow_statistics_may_be_a_minute_old_and_say_so(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    kept_analysis(graded.exam)
    Analysis.objects.update(seconds=5.0)
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.RIGHT)
    assert b"Figures as of" in alice_client.get(url("questions", graded)).content
    Analysis.objects.update(made_at=timezone.now() - timedelta(minutes=2))
    assert not kept_analysis(graded.exam).old


def test_a_question_shows_who_chose_what(graded: Graded, alice_client: Client) -> None:
    found = alice_client.get(url("question", graded, "3")).context["found"]
    assert [(choice.text, choice.n, choice.right) for choice in found.choices] == [
        ("A", 0, False),
        ("B", 0, False),
        ("C", 2, True),
    ]
    assert alice_client.get(url("question", graded, "77")).status_code == 404


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


def test_a_sheet_with_a_lost_page_says_what_to_do(graded: Graded, alice_client: Client) -> None:
    address = reverse("reports:sheet", args=[graded.exam.pk, graded.sheets[0].pk])
    assert "was not scanned" not in alice_client.get(address).content.decode()
    lost = graded.answer(0, "2")
    lost.page, lost.status = None, Answer.Status.REVIEW
    lost.save()
    assert (
        "1 answer is open because its page of this sheet was not scanned"
        in alice_client.get(address).content.decode()
    )


@pytest.mark.parametrize("name", ["answers", "grades", "ledger", "review"])
def test_every_csv_file_can_be_had(name: str, graded: Graded, alice_client: Client) -> None:
    answer = alice_client.get(url("csv", graded, name))
    assert answer["Content-Disposition"] == f'attachment; filename="small-{name}.csv"'
    assert "sheet" in answer.getvalue().decode().splitlines()[0]


def test_there_is_no_other_csv_file(graded: Graded, alice_client: Client) -> None:
    assert alice_client.get(url("csv", graded, "passwords")).status_code == 404


def work_off() -> None:
    """Do the jobs that are queued, as workers would."""
    load_handlers()
    for stage in (Stage.REPORT, Stage.ARCHIVE):
        while found := jobs.claim(stage, "tests", 10):
            run_batch(HANDLERS[stage], found)


def test_student_reports_are_packed_by_workers_and_kept(graded: Graded, alice_client: Client) -> None:
    assert alice_client.get(url("archive-file", graded)).status_code == 404
    alice_client.post(url("archive-make", graded))
    begun = alice_client.get(url("archive", graded)).context["packings"][0]
    assert (begun.busy, begun.done, begun.total) == (True, 0, 2)
    work_off()
    ended = alice_client.get(url("archive", graded)).context["packings"][0]
    assert (ended.busy, ended.fresh, ended.failed) == (False, True, 0)
    content = b"".join(alice_client.get(url("archive-file", graded)).streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["1001-0001.pdf", "1002-0002.pdf"]
        assert archive.read("1001-0001.pdf")[:5] == b"%PDF-"


def test_an_archive_says_when_the_exam_has_changed_since(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    alice_client.post(url("archive-make", graded))
    work_off()
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    assert not alice_client.get(url("archive", graded)).context["packings"][0].fresh


def test_packing_reports_does_not_stand_in_the_way_of_the_release(
    graded: Graded, alice_client: Client
) -> None:
    alice_client.post(url("archive-make", graded))
    assert not any("work is still" in str(blocker) for blocker in blockers(graded.exam))


def test_every_blocker_leads_to_a_page_that_mends_it(graded: Graded, alice_client: Client) -> None:
    found = alice_client.get(url("release", graded)).context["blockers"]
    assert len(found) == 2  # the odd page, the open answers
    for blocker in found:
        assert alice_client.get(blocker.url, follow=True).status_code == 200


def test_release_is_blocked_until_everything_adds_up(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    change = url("release-change", graded)
    assert b"6 answers are undecided" in alice_client.get(url("release", graded)).content
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


@pytest.mark.parametrize(("share", "left"), [(0.5, False), (0.95, True)])
def test_the_name_of_the_pass_mark_stands_clear_of_counts_and_edges(share: float, left: bool) -> None:
    drawn = chart((4, 4), share)
    page = render_to_string("reports/chart.html", {"chart": drawn})
    assert ('text-anchor="end">pass mark' in page) == left
    assert min(bar.y for bar in drawn.bars) == HEAD
    highest = HEAD - 5  # where the template sets the count
    named = re.search(r'y="(\d+)"[^>]*>pass mark', page)
    assert named
    assert highest - float(named[1]) > 11  # pixels of its letters


def test_bars_are_as_high_as_their_counts() -> None:
    drawn = bars((0, 2, 4), 0.5)
    assert drawn[2].height == 2 * drawn[1].height > drawn[0].height == 0
    assert [bar.fails for bar in drawn] == [True, False, False]
