"""The queue with assignments: one's own questions first, then nobody's, then those of others; no locks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from grading.accounts.models import Membership
from grading.core.actor import Actor
from grading.marking.models import Answer
from grading.review import assignments
from tests.conftest import client_of
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def ask(graded: Graded, actor: Actor, **wanted: list[Membership]) -> None:
    """Question 1, as ``q1=[...]``."""
    named = {name.removeprefix("q"): people for name, people in wanted.items()}
    assignments.assign(actor=actor, exam=graded.exam, wanted=named)


def start(client: Client, graded: Graded, query: str = "?size=each") -> str:
    """Where the reviewer is led."""
    return str(client.get(reverse("review:next", args=[graded.exam.pk]) + query)["Location"])


def question_at(client: Client, url: str) -> str:
    """The question of the item or group at an address."""
    shown = client.get(url).context["item"]
    return str(shown.answer.question)


def done(*questions: str) -> None:
    """As if people had decided all answers to them."""
    Answer.objects.filter(question__in=questions).update(status=Answer.Status.HUMAN, marks=0)


def walk(client: Client, graded: Graded, url: str) -> list[str]:
    """The questions of what comes, item by item, until nothing is left: each is decided by a plain form."""
    met = []
    while "/next/" in url or any(part in url for part in ("/group/", "?")):
        page = client.get(url)
        if page.status_code == 302:
            url = page["Location"]
            continue
        if "item" not in page.context:
            break
        answer, query = page.context["item"].answer, dict(page.context["filters"].pairs)
        met.append(answer.question)
        sent = {"kind": "marks", "marks": "0", **query}
        url = client.post(reverse("review:decide", args=[graded.exam.pk, answer.pk]), sent)["Location"]
    return met


def test_own_questions_come_first_then_nobodys_then_those_of_others(
    graded: Graded, alice_actor: Actor, bob: Membership, dora: Membership
) -> None:
    ask(graded, alice_actor, q2=[bob], q1=[dora])
    bobs, doras = client_of(bob), client_of(dora)
    assert question_at(bobs, start(bobs, graded)) == "2"
    assert question_at(doras, start(doras, graded)) == "1"
    assert walk(bobs, graded, start(bobs, graded)) == ["2", "2", "1"], "Dora holds the other one"


def test_what_is_nobodys_comes_before_what_somebody_else_is_asked_to_mark(
    graded: Graded, alice_actor: Actor, bob_client: Client, dora: Membership
) -> None:
    ask(graded, alice_actor, q1=[dora])
    assert walk(bob_client, graded, start(bob_client, graded)) == ["2", "2", "1", "1"]


def test_without_assignments_the_queue_is_as_it_was(graded: Graded, bob_client: Client) -> None:
    assert "whose" not in start(bob_client, graded)
    assert walk(bob_client, graded, start(bob_client, graded)) == ["1", "1", "2", "2"]


def test_groups_come_in_the_same_order(graded: Graded, alice_actor: Actor, bob: Membership) -> None:
    ask(graded, alice_actor, q2=[bob])
    client = client_of(bob)
    first = start(client, graded, "")
    assert "/group/" in first
    assert question_at(client, first) == "2"


def test_any_question_can_be_opened_whosever_it_is(
    graded: Graded, alice_actor: Actor, bob_client: Client, dora: Membership
) -> None:
    ask(graded, alice_actor, q1=[dora], q2=[dora], q4=[dora])
    for question in ("1", "2"):
        assert question_at(bob_client, start(bob_client, graded, f"?question={question}")) == question
    item = bob_client.get(reverse("review:item", args=[graded.exam.pk, graded.answer(0, "1").pk]))
    assert item.status_code == 200
    assert bob_client.get(start(bob_client, graded, "?question=1")).context["filters"].whose == ""
    desk = bob_client.get(reverse("review:open-next", args=[graded.exam.pk, "4"]), follow=True)
    assert desk.context["desk"].may_mark


def test_it_is_said_when_ones_own_questions_are_through(
    graded: Graded, alice_actor: Actor, bob: Membership
) -> None:
    ask(graded, alice_actor, q2=[bob])
    client = client_of(bob)
    start(client, graded, "?whose=mine")
    done("2")
    page = client.get(reverse("review:next", args=[graded.exam.pk]) + "?whose=mine", follow=True)
    assert page.context["item"].answer.question == "1"
    assert "Nothing is left for you in your questions" in page.content.decode()
    again = client.get(page.redirect_chain[-1][0])
    assert "Nothing is left for you in your questions" not in again.content.decode()


def test_own_open_questions_come_after_own_doubtful_ones_and_lead_on(
    graded: Graded, alice_actor: Actor, bob: Membership
) -> None:
    ask(graded, alice_actor, q2=[bob], q4=[bob])
    client = client_of(bob)
    assert question_at(client, start(client, graded, "?whose=mine")) == "2"
    done("2")
    assert start(client, graded, "?whose=mine") == reverse("review:open-next", args=[graded.exam.pk, "4"])
    done("4")
    end = client.get(reverse("review:open-next", args=[graded.exam.pk, "4"]), follow=True)
    assert end.context["item"].answer.question == "1"


def test_the_line_behind_an_item_stays_with_ones_own_questions(
    graded: Graded, alice_actor: Actor, bob: Membership
) -> None:
    ask(graded, alice_actor, q2=[bob])
    client, first = client_of(bob), graded.answer(0, "2")
    sent = {"kind": "right", "size": "each", "whose": "mine"}
    url = reverse("review:decide", args=[graded.exam.pk, first.pk])
    line = client.post(url, sent, headers={"X-Bench": "1"}).context["items"]
    assert [item.answer.question for item in line] == ["2"]


def test_the_start_page_says_what_is_yours(graded: Graded, alice_actor: Actor, bob: Membership) -> None:
    ask(graded, alice_actor, q2=[bob], q4=[bob])
    client = client_of(bob)
    page = client.get(reverse("review:queue", args=[graded.exam.pk]))
    own = page.context["own"]
    assert (own.questions, own.waiting) == (["2", "4"], 4)
    assert "?whose=mine" in page.content.decode()
    done("2", "4")
    page = client.get(reverse("review:queue", args=[graded.exam.pk]))
    assert page.context["own"].waiting == 0
    assert "Go on with the rest" in page.content.decode()


def test_an_assignment_that_ends_meanwhile_leaves_nobody_stranded(
    graded: Graded, alice_actor: Actor, bob: Membership
) -> None:
    ask(graded, alice_actor, q2=[bob])
    ask(graded, alice_actor, q2=[])
    client = client_of(bob)
    assert question_at(client, start(client, graded, "?size=each&whose=mine")) == "1"


def test_it_is_not_said_while_something_of_ones_own_is_left_that_was_not_chosen(
    graded: Graded, alice_actor: Actor, bob: Membership
) -> None:
    ask(graded, alice_actor, q2=[bob])
    Answer.objects.filter(question="2").update(group=0, group_size=0)
    page = client_of(bob).get(reverse("review:next", args=[graded.exam.pk]) + "?size=group", follow=True)
    assert page.context["item"].answer.question == "1"
    assert "Nothing is left for you in your questions" not in page.content.decode()
