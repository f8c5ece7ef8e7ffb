"""What is left for people: every page that names it says the same."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.models import Job
from grading.exams.models import Exam, Sheet
from grading.marking import services as marking
from grading.marking.left_for_people import LeftForPeople, left_for_people
from grading.marking.lost_pages import lost_pages, say_not_handed_in
from grading.marking.models import Answer, Identity
from grading.portal.overview import overview
from grading.portal.steps import steps
from grading.reports.blockers import blockers
from grading.review.queue import overview as queue
from grading.scans.models import Page
from tests.classroom import EXAM, page, read_text, sheet, small_exam

pytestmark = pytest.mark.django_db
LONG = (
    EXAM
    + "".join(f'  - {{id: "{n}", type: manual, lines: 24, marks: 5}}\n' for n in (5, 6))
    + '  - {id: "7", type: digits, answer: 8, marks: 2}\n'
)


@pytest.fixture
def exam(school: School) -> Exam:
    """Three sheets whose first pages came, not known whose; one answer on them is clear."""
    made = small_exam(school, text=LONG)
    for number in (1, 2, 3):
        first = page(sheet(made, number), 1)
        read_text(first, "1", "digits", "42", 0.99999, ["42"])
    marking.mark_exam(exam_id=made.pk)
    return made


def _badge(client: Client, exam: Exam) -> int:
    body = client.get(reverse("reports:results", args=[exam.pk])).content.decode()
    link = re.search(rf'href="{reverse("review:queue", args=[exam.pk])}"[^>]*>(.*?)</a>', body, re.DOTALL)
    assert link
    found = re.search(r'aria-hidden="true">(\d+)<', link[1])
    return int(found[1]) if found else 0


def _next_step(client: Client, exam: Exam) -> str:
    Job.objects.filter(exam_id=exam.pk).update(state=Job.State.DONE)
    body = client.get(reverse("scans:scan", args=[exam.pk])).content.decode()
    found = re.search(r'data-key="next".*?</div>', body, re.DOTALL)
    assert found
    return found[0]


def _review_words(exam: Exam) -> str:
    return next(step.text for step in steps(overview(exam)) if step.view == "review:queue")


def test_every_page_counts_what_can_be_done_at_the_review_alike(exam: Exam, alice_client: Client) -> None:
    left = left_for_people(exam)
    assert left.sheets == 3
    assert left.unseen == Answer.objects.filter(exam=exam, page=None).count() > 0
    waits = queue(exam)
    assert (left.answers, left.unseen) == (waits.waiting + waits.open_answers, waits.unseen)
    assert _badge(alice_client, exam) == left.answers + left.sheets
    assert f"{left.review} to do" in _next_step(alice_client, exam)
    said = " ".join(map(str, blockers(exam)))
    for words in (
        f"{left.answers} answers are undecided",
        f"{left.unseen} answers are undecided: their pages",
    ):
        assert words in said
    told = _review_words(exam)
    for words in (
        f"{left.answers} answers to decide · 3 sheets without a student",
        f"{left.unseen} answers whose",
    ):
        assert words in told


def test_pages_that_never_came_are_the_next_step_when_nothing_else_is_left(
    exam: Exam, alice_client: Client, alice_actor: Actor
) -> None:
    Answer.objects.filter(exam=exam, page__isnull=False, status="review").update(status="human", marks=0)
    for found, student in zip(Identity.objects.filter(exam=exam), exam.students.all(), strict=True):
        Identity.objects.filter(pk=found.pk).update(student=student, state=Identity.State.HUMAN)
    left = left_for_people(exam)
    assert left == LeftForPeople(0, left.unseen, 0, 0)
    assert _badge(alice_client, exam) == 0
    assert reverse("marking:lost-pages", args=[exam.pk]) in _next_step(alice_client, exam)
    assert _review_words(exam) == f"{left.unseen} answers whose pages never came"
    places = [(place.sheet.pk, place.number) for place in lost_pages(exam)]
    say_not_handed_in(actor=alice_actor, exam=exam, places=places)
    Answer.objects.filter(exam=exam, page__isnull=False, status="review").update(status="human", marks=0)
    assert left_for_people(exam) == LeftForPeople(0, 0, 0, 0)
    assert reverse("reports:results", args=[exam.pk]) in _next_step(alice_client, exam)


def test_the_step_of_scans_leads_to_what_a_person_settles(exam: Exam, alice_client: Client) -> None:
    def home() -> str:
        return alice_client.get(reverse("portal:exam", args=[exam.pk])).content.decode()

    to_do = reverse("scans:scan", args=[exam.pk]) + "?state=to-do"
    assert to_do not in home()
    Page.objects.filter(sheet__number="0001").update(state=Page.State.UNREADABLE)
    assert to_do in home()


def test_the_step_of_scans_counts_the_sheets_that_are_missing(exam: Exam) -> None:
    def said() -> str:
        return next(step.text for step in steps(overview(exam)) if step.view == "scans:scan")

    assert "not scanned" not in said()
    students = exam.students.order_by("pk")[:2]
    for number, student in zip((2, 3), students, strict=True):
        Sheet.objects.filter(pk=sheet(exam, number).pk).update(printed_for=student)
    Page.objects.filter(sheet__number="0003").delete()
    Identity.objects.filter(sheet__number="0003").delete()
    assert "2 used · 1 sheet not scanned" in said()
    Sheet.objects.filter(number="0003").update(absent=True)
    assert "not scanned" not in said()


def test_the_step_of_the_budget_tells_what_is_decided_from_what_waits(exam: Exam) -> None:
    def said() -> str:
        return next(step.text for step in steps(overview(exam)) if step.view == "marking:budget")

    people = Answer.objects.filter(exam=exam).exclude(status__in=("auto", "blank"))
    assert f"{people.count()} for people." in said()
    Answer.objects.filter(pk__in=people[:4]).update(status="human", marks=0)
    assert f"{people.count()} for people (4 decided)." in said()


def test_without_a_scan_no_machine_is_at_work_on_scans(school: School) -> None:
    made = small_exam(school)
    assert Job.objects.filter(exam_id=made.pk, state=Job.State.QUEUED).exists()
    assert "at work" not in next(step.text for step in steps(overview(made)) if step.view == "scans:scan")


def test_it_is_one_query(exam: Exam, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        left_for_people(exam)
