"""Whose sheets they are, and how sure the machine must be."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.models import Job, Stage
from grading.exams.models import Student
from grading.marking.models import Decision, Identity
from grading.scans.models import Reading
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def page(graded: Graded) -> str:
    return reverse("marking:identities", args=[graded.exam.pk])


def say(graded: Graded, number: int) -> str:
    return reverse("marking:identities-say", args=[graded.exam.pk, graded.sheets[number].pk])


def test_a_person_says_whose_sheet_it_is(graded: Graded, alice_client: Client) -> None:
    Identity.objects.filter(sheet=graded.sheets[0]).update(student=None, state="review", reason="not clear")
    shown = alice_client.get(page(graded))
    assert [item.identity.sheet for item in shown.context["doubtful"]] == [graded.sheets[0]]
    alice_client.post(say(graded, 0), {"student": "1003 Cleo"})
    found = Identity.objects.get(sheet=graded.sheets[0])
    assert found.student is not None
    assert (found.state, found.student.student_id) == (Identity.State.HUMAN, "1003")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("90130", "90130"),
        ("90130 Jan van der Berg", "90130"),
        ("van der Berg", "90130"),
        ("berg jan", "90130"),
        ("muller, anna", "Anna Müller (90131), Anna Müllerová (90132): type the number of the one you mean."),
        ("Anna Müllerova", "90132"),
        ("Anna Müller", "90131"),
        ("Zoë", "No student Zoë is on the roster: add the student to the roster first."),
    ],
)
def test_a_student_is_meant_by_number_or_by_enough_of_a_name(
    graded: Graded, alice_client: Client, typed: str, said: str
) -> None:
    for number, name in (
        ("90130", "Jan van der Berg"),
        ("90131", "Anna Müller"),
        ("90132", "Anna Müllerová"),
    ):
        Student.objects.create(exam=graded.exam, student_id=number, name=name)
    Identity.objects.filter(sheet=graded.sheets[0]).update(student=None, state="review")
    for url in (say(graded, 0), reverse("review:sheet", args=[graded.exam.pk, graded.sheets[0].pk])):
        Identity.objects.filter(sheet=graded.sheets[0]).update(student=None, state="review")
        answer = alice_client.post(url, {"student": typed}, follow=True)
        student = Identity.objects.get(sheet=graded.sheets[0]).student
        if said.isdigit():
            assert student is not None
            assert student.student_id == said
        else:
            assert student is None
            assert said in unescape(answer.content.decode())


def test_without_a_number_box_another_page_of_the_sheet_is_shown(
    graded: Graded, alice_client: Client
) -> None:
    Identity.objects.filter(sheet=graded.sheets[0]).update(student=None, state="review")
    Reading.objects.filter(page=graded.pages[0], question="").delete()
    body = alice_client.get(
        reverse("review:sheet", args=[graded.exam.pk, graded.sheets[0].pk])
    ).content.decode()
    assert "There is no number box on the scanned pages of this sheet." in body
    assert f'<image href="{reverse("scans:image", args=[graded.exam.pk, graded.pages[0].pk])}"' in body


def test_who_has_no_sheet_yet_is_offered_and_who_has_one_is_not(graded: Graded, alice_client: Client) -> None:
    candidates = [["1002", 0.9], ["1001", 0.0001]]
    Identity.objects.filter(sheet=graded.sheets[0]).update(
        student=None, state="review", candidates=[["1002", 0.9], ["1001", 0.0001]]
    )
    spare = Student.objects.create(exam=graded.exam, student_id="1001b", name="Dan")
    first = graded.exam.identities.get(sheet=graded.sheets[1])
    assert first.student is not None
    shown = alice_client.get(page(graded)).context["doubtful"][0].candidates
    assert [c.student.student_id for c in shown] == ["1002", "1001", "1003", "1001b"]
    assert [c.is_left_over for c in shown] == [False, True, True, True]
    body = alice_client.get(page(graded)).content.decode()
    assert body.count("no sheet yet") == 3
    Student.objects.filter(pk=spare.pk).update(on_roster=False)
    for n in range(6):
        Student.objects.create(exam=graded.exam, student_id=f"20{n}", name=f"Many {n}")
    shown = alice_client.get(page(graded)).context["doubtful"][0].candidates
    assert [c.student.student_id for c in shown] == [number for number, _p in candidates]


def test_while_one_types_the_students_who_may_be_meant_are_offered(
    graded: Graded, alice_client: Client
) -> None:
    def offered(text: str) -> str:
        answer = alice_client.get(page(graded), {"student": text}, headers={"HX-Target": "roster"})
        return answer.content.decode().strip()

    assert offered("cl") == '<option value="1003 Cleo"></option>'
    assert offered("1003 Cleo") == offered("1003") == offered("cl")
    assert [offered("1").count("<option"), offered("").count("<option"), offered("zoe")] == [3, 3, ""]


def test_of_many_sheets_without_a_student_the_first_are_shown(
    graded: Graded, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grading.marking.views_identity.DOUBTFUL_SHOWN", 1)
    Identity.objects.update(student=None, state="review")
    shown = alice_client.get(page(graded))
    assert [item.identity.sheet for item in shown.context["doubtful"]] == [graded.sheets[0]]
    assert b"1 more sheet without a student comes after these." in shown.content


def test_a_student_who_has_a_sheet_is_not_given_another(graded: Graded, alice_client: Client) -> None:
    Identity.objects.filter(sheet=graded.sheets[0]).update(student=None, state="review")
    answer = alice_client.post(say(graded, 0), {"student": "1002"}, follow=True)
    assert b"Ben (1002) has sheet 0002" in answer.content


def test_two_mixed_up_students_are_swapped(graded: Graded, alice_client: Client) -> None:
    swap = reverse("marking:identities-swap", args=[graded.exam.pk])
    alice_client.post(swap, {"first": "1", "second": "0002"})
    owners = dict(Identity.objects.values_list("sheet__number", "student__student_id"))
    assert owners == {"0001": "1002", "0002": "1001"}
    wrong = alice_client.post(swap, {"first": "1", "second": "77"})
    assert wrong.status_code == 422
    assert b"There is no sheet 0077." in wrong.content


def test_the_balance_is_shown_before_a_budget_is_chosen(graded: Graded, alice_client: Client) -> None:
    points = alice_client.get(reverse("marking:budget", args=[graded.exam.pk])).context["curve"].points
    assert [point.percent for point in points if point.chosen] == ["1%"]
    loads = [point.people for point in points]
    assert loads == sorted(loads, reverse=True)
    assert {point.load.auto + point.people for point in points} == {8}  # every answer is one or the other


def test_the_slider_has_the_figures_of_every_budget(graded: Graded, alice_client: Client) -> None:
    shown = alice_client.get(reverse("marking:budget", args=[graded.exam.pk]))
    data = json.loads(shown.context["points"])
    assert [point["budget"] for point in data] == [point.percent for point in shown.context["curve"].points]
    assert data[shown.context["curve"].place]["budget"] == "1%"


def test_the_measured_error_stands_beside_the_promised_one(
    graded: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    for number in (0, 1):
        Decision.objects.create(
            sheet=graded.sheets[number],
            question="3",
            kind="marks",
            marks=number,
            audit=True,
            by_id=bob_actor.user_id,
        )
    found = alice_client.get(reverse("marking:budget", args=[graded.exam.pk])).context["audit"]
    assert (found.sample, found.looked_at, found.wrong) == (2, 2, 1)
    assert found.low < 0.5 < found.high


def test_a_chosen_budget_is_saved_and_the_marks_derived_again(graded: Graded, alice_client: Client) -> None:
    Job.objects.all().delete()
    alice_client.post(reverse("marking:budget-choose", args=[graded.exam.pk]), {"budget": "0,5%"})
    graded.exam.refresh_from_db()
    assert graded.exam.load_spec().error_budget == 0.005
    assert Job.objects.filter(stage=Stage.MARK, exam_id=graded.exam.pk).exists()


def test_budgets_are_written_as_the_language_does(graded: Graded, alice_client: Client) -> None:
    page = alice_client.get(
        reverse("marking:budget", args=[graded.exam.pk]), headers={"Accept-Language": "de"}
    )
    assert '<th scope="row" class="nowrap">0,05 %' in page.content.decode()
    assert 'name="budget" value="0.05%"' in page.content.decode()


def test_a_budget_that_cannot_be_meant_is_refused(graded: Graded, alice_client: Client) -> None:
    answer = alice_client.post(reverse("marking:budget-choose", args=[graded.exam.pk]), {"budget": "2"})
    assert answer.status_code == 422
    assert "did you mean" in answer.content.decode()
