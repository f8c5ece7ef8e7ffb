"""After a release: what changed since is said where a teacher looks, and released like the first time."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.accounts.models import School
from grading.core import jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.core.stages import HANDLERS, load_handlers
from grading.core.work import run_batch
from grading.exams.models import Exam, Student
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.reports import releasing
from grading.reports.archive import ask
from grading.reports.differences import Found
from grading.reports.models import Archive, Comparison, Release, ReleasedResult
from grading.reports.since_release import changed_students
from grading.scans.models import Page
from tests.classroom import sheet
from tests.portal.conftest import Graded, scanned
from tests.query_counts import queries

pytestmark = pytest.mark.django_db


def url(name: str, graded: Graded, *more: object) -> str:
    return reverse(f"reports:{name}", args=[graded.exam.pk, *more])


def settle(graded: Graded, actor: Actor) -> None:
    """Decide what is open, and be rid of the odd page."""
    Page.objects.filter(pk=graded.odd.pk).update(state=Page.State.BLANK)
    for answer in Answer.objects.filter(exam=graded.exam, status=Answer.Status.REVIEW):
        marking.decide(actor=actor, answer=answer, kind=Decision.Kind.RIGHT)
    Job.objects.all().delete()  # the machine is through


@pytest.fixture
def released(graded: Graded, bob_actor: Actor, alice_actor: Actor) -> Graded:
    """Both sheets have all 11 marks, and this is released."""
    settle(graded, bob_actor)
    releasing.release(actor=alice_actor, exam=graded.exam)
    graded.exam.refresh_from_db()
    return graded


def decide_otherwise(graded: Graded, actor: Actor, number: int, question: str, kind: Decision.Kind) -> None:
    answer = graded.answer(number, question)
    seen = Decision.objects.filter(sheet=answer.sheet, question=question).latest("pk")
    marking.decide(actor=actor, answer=answer, kind=kind, seen=seen.pk)


def scan_in_late(graded: Graded, actor: Actor) -> None:
    scanned(sheet(graded.exam, 3), "1003", 0.65)
    marking.mark_exam(exam_id=graded.exam.pk)
    settle(graded, actor)


def since(client: Client, graded: Graded, page: str = "release") -> Found:
    found: Found = client.get(url(page, graded)).context["since"]
    return found


def work_off() -> None:
    """Do the jobs that are queued, as workers would."""
    load_handlers()
    for stage in (Stage.REPORT, Stage.ARCHIVE):
        while found := jobs.claim(stage, "tests", 10):
            run_batch(HANDLERS[stage], found)


def test_a_release_keeps_what_every_student_was_told(released: Graded) -> None:
    release = Release.objects.get()
    assert (release.number, release.students, release.changed, release.gone) == (1, 2, 0, 0)
    told = ReleasedResult.objects.order_by("sheet__number").values_list(
        "student__name", "sheet__number", "marks", "percent", "passed", "earned"
    )
    everything = {"1": "2", "2": "3", "3": "1", "4": "5"}
    assert list(told) == [
        ("Ada", "0001", Decimal(11), Decimal(100), True, everything),
        ("Ben", "0002", Decimal(11), Decimal(100), True, everything),
    ]
    event = AuditEvent.objects.get(verb="exam.released")
    assert event.data == {"release": 1, "students": 2, "changed": 0}


def test_nothing_is_kept_of_a_release_that_is_refused(graded: Graded, alice_actor: Actor) -> None:
    with pytest.raises(UserError, match="6 answers are undecided"):
        releasing.release(actor=alice_actor, exam=graded.exam)
    assert not Release.objects.exists()


@pytest.mark.parametrize("page", ["release", "results"])
def test_both_pages_say_that_nothing_differs(page: str, released: Graded, alice_client: Client) -> None:
    assert since(alice_client, released, page).students == 0
    assert b"Nothing differs from what was released" in alice_client.get(url(page, released)).content


def test_that_it_is_released_is_said_once(graded: Graded, alice_client: Client, bob_actor: Actor) -> None:
    settle(graded, bob_actor)
    page = alice_client.post(url("release-change", graded), follow=True).content.decode()
    assert page.count("are released") == 1


@pytest.mark.parametrize("page", ["release", "results"])
def test_another_decision_after_the_release_is_said_with_old_and_new_marks(
    page: str, released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    found = since(alice_client, released, page)
    (change,) = found.listed
    assert change.before is not None
    assert change.after is not None
    marks = (change.before.marks, change.after.marks)
    assert (found.students, marks) == (1, (Decimal(11), Decimal(8)))
    assert [(moved.question, moved.before, moved.after) for moved in change.questions] == [("2", "3", "0")]
    content = alice_client.get(url(page, released)).content.decode()
    assert "The results of 1 student differ from what was released" in content
    assert "11 → <strong>8</strong>" in content
    assert "2: 3 → 0" in content


def test_why_a_mark_may_be_open_again_is_said_where_one_is(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    words = "A mark is open again where"
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    assert words not in alice_client.get(url("release", released)).content.decode()
    answer = released.answer(1, "2")
    seen = Decision.objects.filter(sheet=answer.sheet, question="2").latest("pk")
    marking.undo(actor=bob_actor, answer=answer, seen=seen.pk)
    for page in ("release", "results"):
        assert words in alice_client.get(url(page, released)).content.decode()


def test_who_passes_or_fails_now_is_listed_first(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    decide_otherwise(released, bob_actor, 0, "1", Decision.Kind.WRONG)
    for question in ("1", "4"):
        decide_otherwise(released, bob_actor, 1, question, Decision.Kind.WRONG)
    names = [each.student.name for each in alice_client.get(url("release", released)).context["changes"]]
    assert names == ["Ben", "Ada"]
    assert "fails now" in alice_client.get(url("release", released)).content.decode()


def test_a_late_scan_is_new_until_it_is_released_too(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    scan_in_late(released, bob_actor)
    found = since(alice_client, released)
    assert (found.came, found.students) == (1, 1)
    alice_client.post(url("release-change", released), {"seen": found.seen})
    assert since(alice_client, released).students == 0
    newest, first = Release.objects.all()
    assert (newest.number, newest.students, newest.changed) == (2, 3, 1)
    assert first.results.count() == 2
    page = alice_client.get(url("release", released)).content.decode()
    assert "All releases" in page
    assert "1 report changed" in page


def test_a_student_whose_sheet_is_put_aside_is_listed_as_gone(released: Graded, alice_client: Client) -> None:
    Page.objects.filter(sheet=released.sheets[1]).update(state=Page.State.FOREIGN)
    marking.mark_exam(exam_id=released.exam.pk)
    found = since(alice_client, released)
    assert (found.gone, found.students) == (1, 1)
    page = alice_client.get(url("release", released)).content.decode()
    assert "no scanned sheet any more" in page
    assert "Ben" in page


def test_a_repaired_swap_is_a_change_of_both_students(
    released: Graded, alice_client: Client, alice_actor: Actor
) -> None:
    marking.swap(actor=alice_actor, first=released.sheets[0], second=released.sheets[1])
    assert since(alice_client, released).students == 2
    assert b"another sheet is theirs now" in alice_client.get(url("release", released)).content


def test_what_is_open_since_the_release_keeps_the_changes_from_being_released(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    answer = released.answer(0, "4")
    newest = Decision.objects.filter(sheet=answer.sheet, question="4").latest("pk")
    marking.undo(actor=bob_actor, answer=answer, seen=newest.pk)
    page = alice_client.get(url("release", released)).content.decode()
    assert "1 answer is undecided" in page
    assert "something open" in page
    assert "Release these changes" not in page
    alice_client.post(url("release-change", released), {"seen": since(alice_client, released).seen})
    assert Release.objects.count() == 1


def test_what_blocks_is_said_also_where_no_mark_differs(released: Graded, alice_client: Client) -> None:
    Page.objects.filter(pk=released.odd.pk).update(state=Page.State.UNREADABLE)
    page = alice_client.get(url("release", released)).content.decode()
    assert "To settle since the release" in page
    assert "1 page needs a person" in page


def test_changes_that_nobody_looked_at_are_not_released(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    seen = since(alice_client, released).seen
    decide_otherwise(released, bob_actor, 1, "2", Decision.Kind.WRONG)
    page = alice_client.post(url("release-change", released), {"seen": seen}, follow=True).content.decode()
    assert "The results have changed since you looked" in page
    assert Release.objects.count() == 1


def test_a_release_of_nothing_is_refused(released: Graded, alice_actor: Actor) -> None:
    with pytest.raises(UserError, match="nothing differs"):
        releasing.release(actor=alice_actor, exam=released.exam)


def test_opened_again_the_exam_is_still_held_against_what_students_were_told(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    alice_client.post(url("release-change", released), {"withdraw": "1"})
    assert b"Nothing differs from what was released" in alice_client.get(url("release", released)).content
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    found = since(alice_client, released)
    assert found.students == 1
    alice_client.post(url("release-change", released), {"seen": found.seen})
    assert Exam.objects.get().state == Exam.State.RELEASED
    assert Release.objects.latest("number").changed == 1


def test_an_exam_released_before_anything_was_kept_says_so(graded: Graded, alice_client: Client) -> None:
    Exam.objects.update(state=Exam.State.RELEASED, released_at=timezone.now())
    page = alice_client.get(url("release", graded)).content.decode()
    assert "Before Inkgrade kept what students are told" in page
    assert changed_students(graded.exam) == 0


def test_the_table_and_the_sheet_mark_who_changed(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    rows = alice_client.get(url("results", released)).context["results"]
    assert [(row.student.name, row.otherwise is not None) for row in rows] == [("Ada", True), ("Ben", False)]
    part = alice_client.get(url("results", released), headers={"HX-Target": "table"}).content
    assert part.count(b"changed since the release") == 1
    changed, same = (
        alice_client.get(url("sheet", released, of.pk)).content.decode() for of in released.sheets
    )
    assert "11 → 8 marks" in changed
    assert "released: 3" in changed
    assert "since the release" not in same


def test_the_home_of_the_exam_and_its_steps_count_who_changed(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    home = reverse("portal:exam", args=[released.exam.pk])
    assert "Released." in alice_client.get(home).content.decode()
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    page = alice_client.get(home)
    assert [step.view for step in page.context["steps"] if step.state == "now"] == ["reports:release"]
    assert "The results of 1 student differ from what was released." in page.content.decode()
    assert (
        '<span aria-hidden="true">1</span>' in alice_client.get(url("questions", released)).content.decode()
    )


def test_the_count_on_other_pages_may_be_a_minute_old_where_comparing_takes_long(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    assert changed_students(released.exam) == 0
    Comparison.objects.update(seconds=5.0)
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    assert changed_students(released.exam) == 0
    results = alice_client.get(url("results", released))
    assert results.context["since"].students == 0
    assert "Figures as of" in results.content.decode()
    assert [row.otherwise is not None for row in results.context["results"]] == [
        True,
        False,
    ]  # the rows are of now
    Comparison.objects.update(made_at=timezone.now() - timedelta(minutes=2))
    assert changed_students(released.exam) == 1
    Comparison.objects.update(seconds=5.0)
    decide_otherwise(released, bob_actor, 1, "2", Decision.Kind.WRONG)
    assert since(alice_client, released).students == 2  # the page that is about it is of now
    alice_client.post(url("release-change", released), {"seen": since(alice_client, released).seen})
    assert changed_students(released.exam) == 0


def test_a_name_corrected_on_the_roster_changes_no_result(released: Graded, alice_client: Client) -> None:
    Student.objects.filter(student_id="1001").update(name="Ada L.")
    marking.mark_exam(exam_id=released.exam.pk)
    assert since(alice_client, released).students == 0


def test_the_changed_reports_can_be_had_by_themselves(
    released: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    assert len(alice_client.get(url("archive", released)).context["packings"]) == 1
    decide_otherwise(released, bob_actor, 1, "2", Decision.Kind.WRONG)
    assert b"The results of 1 student differ" in alice_client.get(url("archive", released)).content
    alice_client.post(url("release-change", released), {"seen": since(alice_client, released).seen})
    alice_client.post(url("archive-make", released))
    alice_client.post(url("archive-make", released), {"changed": "1"})
    busy = alice_client.get(url("archive", released)).context["packings"]
    assert [(each.busy, each.done, each.total) for each in busy] == [(True, 0, 2), (True, 0, 1)]
    work_off()
    assert names_in(alice_client, url("archive-changed", released)) == ["1002-0002.pdf"]
    assert names_in(alice_client, url("archive-file", released)) == ["1001-0001.pdf", "1002-0002.pdf"]


def test_an_archive_asked_for_while_it_is_packed_is_packed_once_more(
    released: Graded, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(actor=alice_actor, exam=released.exam)
    load_handlers()
    while found := jobs.claim(Stage.REPORT, "tests", 10):
        run_batch(HANDLERS[Stage.REPORT], found)
    packing = jobs.claim(Stage.ARCHIVE, "tests", 1)
    original = zipfile.ZipFile.close

    def ask_again(self: zipfile.ZipFile) -> None:
        original(self)
        monkeypatch.undo()
        ask(actor=alice_actor, exam=released.exam)

    monkeypatch.setattr(zipfile.ZipFile, "close", ask_again)
    run_batch(HANDLERS[Stage.ARCHIVE], packing)
    assert Archive.objects.get().waiting
    work_off()
    assert not Archive.objects.get().waiting


def names_in(client: Client, address: str) -> list[str]:
    content = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


PAGES = {
    "portal:exam": 24,
    "scans:scan": 22,
    "reports:results": 38,
    "reports:release": 36,
    "reports:archive": 26,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_released_exam_costs_the_same_however_many_changed(
    name: str, released: Graded, school: School, alice_client: Client, bob_actor: Actor
) -> None:
    decide_otherwise(released, bob_actor, 0, "2", Decision.Kind.WRONG)
    few = queries(alice_client, reverse(name, args=[released.exam.pk]))
    decide_otherwise(released, bob_actor, 1, "2", Decision.Kind.WRONG)
    scan_in_late(released, bob_actor)
    many = queries(alice_client, reverse(name, args=[released.exam.pk]))
    assert many <= few
    assert many <= PAGES[name]
