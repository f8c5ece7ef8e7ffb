"""A page that never came: no points by a person's word, taken back, and lifted when the page arrives."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.exams.prints import question_pages
from grading.marking import marks
from grading.marking import services as marking
from grading.marking.decisions import NOT_HANDED_IN
from grading.marking.deriving import NOT_SCANNED
from grading.marking.lost_pages import lost_pages, say_not_handed_in, wait_again
from grading.marking.models import Answer, Decision
from grading.reports.blockers import blockers
from grading.scans.models import Page
from tests.classroom import EXAM, page, read_text, sheet, small_exam

pytestmark = pytest.mark.django_db
LONG = (
    EXAM
    + "".join(f'  - {{id: "{n}", type: manual, lines: 24, marks: 5}}\n' for n in (5, 6))
    + ('  - {id: "7", type: digits, answer: 8, marks: 2}\n')
)


@pytest.fixture
def exam(school: School) -> Exam:
    """Two sheets of several pages, of which only the first page came."""
    made = small_exam(school, text=LONG)
    for number in (1, 2):
        page(sheet(made, number), 1)
    marking.mark_exam(exam_id=made.pk)
    return made


def _last(exam: Exam) -> int:
    number = question_pages(exam.print_runs.get().layout)["7"]
    assert number > 1
    return number


def _seven(exam: Exam, number: int = 1) -> Answer:
    return Answer.objects.get(sheet=sheet(exam, number), question="7")


def _place(exam: Exam, number: int = 1) -> tuple[int, int]:
    return sheet(exam, number).pk, _last(exam)


def _arrives(exam: Exam, text: str = "8") -> Page:
    found = page(sheet(exam, 1), _last(exam))
    read_text(found, "7", "digits", text, 0.99999, ["8"])
    return found


def test_no_points_are_a_persons_decision_for_several_sheets_at_once(exam: Exam, alice_actor: Actor) -> None:
    assert (_seven(exam).status, _seven(exam).reason) == ("review", NOT_SCANNED)
    places = [_place(exam, 1), _place(exam, 2)]
    assert say_not_handed_in(actor=alice_actor, exam=exam, places=places) == 2
    for number in (1, 2):
        answer = _seven(exam, number)
        assert (answer.status, answer.verdict, answer.marks) == ("human", "wrong", Decimal(0))
        assert answer.reason == NOT_HANDED_IN
    said = next(p for p in lost_pages(exam) if (p.sheet.pk, p.number) == _place(exam)).said
    assert said is not None
    assert said.by_id == alice_actor.user_id
    event = AuditEvent.objects.get(verb="pages.not_handed_in")
    assert (event.actor_id, event.data["sheets"]) == (alice_actor.user_id, ["0001", "0002"])
    on_first = Answer.objects.filter(exam=exam, page__isnull=False)
    assert not on_first.filter(reason=NOT_HANDED_IN).exists()


def test_it_stays_when_the_exam_is_marked_again_and_can_be_taken_back(exam: Exam, alice_actor: Actor) -> None:
    say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam)])
    marking.mark_exam(exam_id=exam.pk)
    assert _seven(exam).status == "human"
    assert say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam)]) == 0
    assert wait_again(actor=alice_actor, exam=exam, places=[_place(exam)]) == 1
    assert (_seven(exam).status, _seven(exam).marks, _seven(exam).reason) == ("review", None, NOT_SCANNED)
    marking.mark_exam(exam_id=exam.pk)
    assert _seven(exam).status == "review"
    assert wait_again(actor=alice_actor, exam=exam, places=[_place(exam)]) == 0
    assert AuditEvent.objects.filter(verb="pages.waited_for").count() == 1


def test_a_page_that_arrives_is_marked_and_losing_it_again_leaves_no_silent_zero(
    exam: Exam, alice_actor: Actor
) -> None:
    say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam)])
    came = _arrives(exam)
    marking.mark_exam(exam_id=exam.pk)
    answer = _seven(exam)
    assert (answer.page, answer.read) == (came, "8")
    assert answer.status != "human"
    assert answer.marks in (None, Decimal(2))
    assert AuditEvent.objects.get(verb="pages.arrived").data["sheets"] == ["0001"]
    marking.mark_exam(exam_id=exam.pk)
    assert AuditEvent.objects.filter(verb="pages.arrived").count() == 1
    Page.objects.filter(pk=came.pk).update(state=Page.State.FOREIGN)
    marking.mark_exam(exam_id=exam.pk)
    assert (_seven(exam).status, _seven(exam).marks) == ("review", None)


def test_a_page_that_came_but_is_not_marked_yet_is_left_alone(exam: Exam, alice_actor: Actor) -> None:
    _arrives(exam)
    assert say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam)]) == 0
    assert not Decision.objects.exists()


def test_what_is_said_while_marks_are_computed_counts(exam: Exam, alice_actor: Actor) -> None:
    drafted = marks.draft(exam)
    say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam)])
    marks.store(Exam.objects.get(pk=exam.pk), drafted)
    assert _seven(exam).reason == NOT_HANDED_IN
    drafted = marks.draft(exam)
    wait_again(actor=alice_actor, exam=exam, places=[_place(exam)])
    marks.store(Exam.objects.get(pk=exam.pk), drafted)
    assert _seven(exam).status == "review"


def test_a_page_that_arrives_while_marks_are_computed_is_no_zero(exam: Exam, alice_actor: Actor) -> None:
    say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam)])
    drafted = marks.draft(exam)
    _arrives(exam)
    with pytest.raises(marks.InputsChanged):
        marks.store(Exam.objects.get(pk=exam.pk), drafted)


def test_a_mark_by_hand_is_left_alone_and_comes_first_when_given_later(
    exam: Exam, alice_actor: Actor
) -> None:
    marking.decide(actor=alice_actor, answer=_seven(exam), kind=Decision.Kind.READING, text="8")
    say_not_handed_in(actor=alice_actor, exam=exam, places=[_place(exam), _place(exam, 2)])
    assert _seven(exam).marks == 2
    other = _seven(exam, 2)
    assert other.reason == NOT_HANDED_IN
    seen = marking.latest_decision(other)
    marking.decide(actor=alice_actor, answer=other, kind=Decision.Kind.READING, text="8", seen=seen)
    assert _seven(exam, 2).marks == 2
    marking.undo(actor=alice_actor, answer=other, seen=marking.latest_decision(other))
    assert (_seven(exam, 2).status, _seven(exam, 2).marks) == ("review", None)


def test_the_page_offers_both_and_the_release_leads_there(
    exam: Exam, alice_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("marking:lost-pages", args=[exam.pk])
    assert address in {blocker.url for blocker in blockers(exam)}
    with django_assert_max_num_queries(16):
        shown = alice_client.get(address).content.decode()
    answer = _seven(exam)
    item = reverse("review:item", args=[exam.pk, answer.pk])
    assert item in shown
    by_hand = alice_client.get(item)
    assert "was not scanned" in by_hand.content.decode()
    names = [p.name for p in lost_pages(exam)]
    assert all(f'value="{name}"' in shown for name in names)
    say = reverse("marking:lost-pages-say", args=[exam.pk])
    done = alice_client.post(say, {"page": names, "say": "none"}, follow=True).content.decode()
    assert "not handed in: no points" in done
    assert address not in {blocker.url for blocker in blockers(exam)}
    sheet_page = alice_client.get(reverse("reports:sheet", args=[exam.pk, answer.sheet_id])).content.decode()
    assert NOT_HANDED_IN in sheet_page.casefold()
    alice_client.post(say, {"page": names, "say": "wait"})
    assert _seven(exam).status == "review"
    nothing = alice_client.post(say, {"page": ["x-1", "9-"], "say": "none"}, follow=True).content.decode()
    assert "Nothing was changed" in nothing


def test_the_list_is_narrowed_and_stays_so_and_pages_without_a_place_come_first(
    exam: Exam, alice_client: Client
) -> None:
    address = reverse("marking:lost-pages", args=[exam.pk])
    by_sheet = {p.name for p in lost_pages(exam) if p.sheet.number == "0002"}
    others = {p.name for p in lost_pages(exam)} - by_sheet
    shown = alice_client.get(address, {"q": "0002"}).content.decode()
    assert all(f'value="{name}"' in shown for name in by_sheet)
    assert not any(f'value="{name}"' in shown for name in others)
    assert "Look there first" not in shown
    assert "No missing page matches" in alice_client.get(address, {"q": "nobody"}).content.decode()
    last = alice_client.get(address, {"number": str(_last(exam))}).content.decode()
    assert [name for name in sorted(by_sheet) if f'value="{name}"' in last] == [max(by_sheet)]
    assert "No missing page matches" in alice_client.get(address, {"number": "1"}).content.decode()
    say = reverse("marking:lost-pages-say", args=[exam.pk])
    sent = {"page": sorted(by_sheet), "say": "none", "q": "0002", "number": ""}
    assert alice_client.post(say, sent)["Location"] == f"{address}?q=0002"
    came = Page.objects.filter(exam=exam).latest("pk")
    came.file.pages.create(exam=exam, scan_page=9, state=Page.State.UNREADABLE)
    assert "Look there first: 1 page" in alice_client.get(address).content.decode()
