"""Known items among a reviewer's own: they look like any other, and what is said of them changes no mark."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from grading.accounts.models import Membership
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.acting import Verdict
from grading.marking.budget import interval
from grading.marking.models import Answer, Decision
from grading.review import known_items, leases, services
from grading.review.filters import EACH, Filters
from grading.review.models import KnownItem, Lease
from grading.review.queue import overview, progress
from grading.review.reviewer_quality import quality
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db
ONE_BY_ONE = Filters(size=EACH)
RIGHT, WRONG = Verdict(Decision.Kind.RIGHT), Verdict(Decision.Kind.WRONG)


@pytest.fixture
def known(graded: Graded, alice_actor: Actor) -> Answer:
    """An answer that Alice typed; every item of a reviewer may be a known one."""
    answer = graded.answer(0, "1")
    marking.decide(actor=alice_actor, answer=answer, kind=Decision.Kind.READING, text="421")
    set_one_in(graded, 1)
    return Answer.objects.get(pk=answer.pk)


def set_one_in(graded: Graded, one_in: int) -> None:
    Exam.objects.update(known_one_in=one_in)
    graded.exam.refresh_from_db()


def lend(actor: Actor, graded: Graded) -> list[Answer]:
    return services.lend(actor=actor, exam=graded.exam, filters=ONE_BY_ONE)


def answer(actor: Actor, graded: Graded, to: Answer, verdict: Verdict) -> None:
    services.decide(actor=actor, exam=graded.exam, seen={to.pk: None}, verdict=verdict, act=uuid4())


def marks_and_decisions() -> list[Any]:
    return [list(Answer.objects.order_by("pk").values()), list(Decision.objects.order_by("pk").values())]


def address(name: str, of: Answer) -> str:
    return reverse(f"review:{name}", args=[of.exam_id, of.pk]) + "?size=each"


def test_none_comes_unless_the_exam_wants_them(graded: Graded, known: Answer, bob_actor: Actor) -> None:
    set_one_in(graded, 0)
    assert known not in lend(bob_actor, graded)
    assert not KnownItem.objects.exists()


def test_only_reviewers_get_them(graded: Graded, known: Answer, alice_actor: Actor, bob_actor: Actor) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(1, "1"), kind=Decision.Kind.RIGHT)
    assert [found.status for found in lend(alice_actor, graded)] == [Answer.Status.REVIEW]
    assert not KnownItem.objects.exists()


def test_nobody_gets_what_they_decided_themselves(
    graded: Graded, known: Answer, bob_actor: Actor, dora_actor: Actor
) -> None:
    mine = graded.answer(1, "1")
    marking.decide(actor=bob_actor, answer=mine, kind=Decision.Kind.RIGHT)
    set_one_in(graded, 1)
    lent = [found.pk for _ in range(3) for found in lend(bob_actor, graded)]
    assert known.pk in lent
    assert mine.pk not in lent
    assert mine.pk in [found.pk for _ in range(3) for found in lend(dora_actor, graded)]


def test_one_looks_like_any_other_item(graded: Graded, known: Answer, bob_client: Client) -> None:
    first = bob_client.get(reverse("review:next", args=[graded.exam.pk]) + "?size=each")
    assert first["Location"] == address("item", known)
    page = bob_client.get(address("item", known)).content.decode()
    for telling in ("A person decided", "421", "Alice", 'name="seen" value="1"'):
        assert telling not in page
    assert "data-open" in page
    assert 'name="seen" value=""' in page
    assert ">42<" in page
    other = bob_client.get(address("item", graded.answer(1, "1"))).content.decode()

    def shape(text: str) -> list[str]:
        return re.findall(r"<(\w+)", text.partition("<article")[2])

    assert shape(page) == shape(other)


def test_what_is_said_changes_no_mark(graded: Graded, known: Answer, bob_client: Client) -> None:
    bob_client.get(reverse("review:next", args=[graded.exam.pk]) + "?size=each")
    before, left = marks_and_decisions(), overview(graded.exam)
    done = bob_client.post(
        address("decide", known), {"kind": "right", "seen": "", "act": str(uuid4()), "size": "each"}
    )
    assert done.status_code == 302
    assert done["Location"] != address("item", known)
    assert marks_and_decisions() == before
    assert overview(graded.exam) == left
    assert KnownItem.objects.get().kind == Decision.Kind.RIGHT
    assert AuditEvent.objects.filter(verb="answer.checked").count() == 1


def test_looking_back_shows_it_as_it_was_and_another_word_changes_no_mark(
    graded: Graded, known: Answer, bob_actor: Actor, bob_client: Client
) -> None:
    lend(bob_actor, graded)
    answer(bob_actor, graded, known, RIGHT)
    before = marks_and_decisions()
    assert "A person decided" not in bob_client.get(address("item", known)).content.decode()
    bob_client.post(address("decide", known), {"kind": "wrong", "seen": "", "act": str(uuid4())})
    assert marks_and_decisions() == before
    assert KnownItem.objects.get().kind == Decision.Kind.WRONG


def test_a_known_item_that_is_none_any_more_cannot_change_the_mark(
    graded: Graded, known: Answer, bob_actor: Actor, bob_client: Client
) -> None:
    lend(bob_actor, graded)
    set_one_in(graded, 0)
    before = marks_and_decisions()
    late = bob_client.post(address("decide", known), {"kind": "right", "seen": "", "act": str(uuid4())})
    assert late.status_code == 409
    assert marks_and_decisions() == before


def test_what_does_not_fit_the_question_is_refused(graded: Graded, known: Answer, bob_actor: Actor) -> None:
    lend(bob_actor, graded)
    with pytest.raises(UserError):
        answer(bob_actor, graded, known, Verdict(Decision.Kind.MARKS, marks=known.max_marks + 1))
    assert KnownItem.objects.get().at is None


def test_undo_takes_back_what_was_said_last(graded: Graded, known: Answer, bob_actor: Actor) -> None:
    _known, regular = lend(bob_actor, graded)
    answer(bob_actor, graded, regular, RIGHT)
    answer(bob_actor, graded, known, WRONG)
    act = uuid4()
    for _sent_twice in range(2):
        assert services.undo_last(actor=bob_actor, exam=graded.exam, act=act) == (known,)
    assert KnownItem.objects.get().at is None
    assert leases.holder(known) is not None
    assert Answer.objects.get(pk=regular.pk).status == Answer.Status.HUMAN
    assert services.undo_last(actor=bob_actor, exam=graded.exam, act=uuid4()) == (regular,)
    assert Answer.objects.get(pk=regular.pk).status == Answer.Status.REVIEW
    assert Answer.objects.get(pk=known.pk).status == Answer.Status.HUMAN


def test_an_undone_item_comes_back_without_what_was_decided(
    graded: Graded, known: Answer, bob_actor: Actor, bob_client: Client
) -> None:
    lend(bob_actor, graded)
    answer(bob_actor, graded, known, WRONG)
    undo = reverse("review:undo", args=[graded.exam.pk])
    piece = bob_client.post(undo, {"act": str(uuid4())}, headers={"X-Bench": "1"}).content.decode()
    assert f'data-answer="{known.pk}"' in piece
    assert "A person decided" not in piece


def test_said_twice_by_one_act_counts_once(graded: Graded, known: Answer, bob_actor: Actor) -> None:
    lend(bob_actor, graded)
    act = uuid4()
    for _sent_twice in range(2):
        services.decide(actor=bob_actor, exam=graded.exam, seen={known.pk: None}, verdict=RIGHT, act=act)
    assert AuditEvent.objects.filter(verb="answer.checked").count() == 1


def test_two_reviewers_never_hold_one(
    graded: Graded, known: Answer, bob_actor: Actor, dora_actor: Actor
) -> None:
    assert known in lend(bob_actor, graded)
    assert known not in lend(dora_actor, graded)


def in_line(client: Client, graded: Graded, have: list[str]) -> list[str]:
    more = reverse("review:more", args=[graded.exam.pk])
    text = client.post(more, {"have": have, "size": "each"}, headers={"X-Bench": "1"}).content.decode()
    return re.findall(r'data-answer="(\d+)"', text)


def test_the_order_of_the_others_stays(graded: Graded, known: Answer, bob_client: Client, dora: Any) -> None:
    set_one_in(graded, 0)
    plain = in_line(bob_client, graded, [])
    Lease.objects.all().delete()
    set_one_in(graded, 1)
    mixed = in_line(bob_client, graded, [])
    assert mixed == [str(known.pk), *plain]
    Lease.objects.all().delete()
    assert in_line(bob_client, graded, [plain[0], str(known.pk)]) == plain[1:]


def test_a_rate_of_one_in_ten_gives_one_in_ten(graded: Graded, bob: Membership, bob_actor: Actor) -> None:
    set_one_in(graded, 10)
    free = list(Answer.objects.filter(exam=graded.exam))
    at = []
    for done in range(39):
        Decision.objects.create(sheet=graded.sheets[0], question="4", kind=Decision.Kind.RIGHT, by=bob.user)
        if known_items._is_due(bob_actor, graded.exam):
            at.append((done + 1) // 10)
            KnownItem.objects.create(answer=free.pop(), reviewer=bob.user)
    assert at == [0, 1, 2, 3]


def test_counts_and_pace_are_of_the_work_alone(graded: Graded, known: Answer, bob_actor: Actor) -> None:
    before = progress(graded.exam, bob_actor)
    lend(bob_actor, graded)
    answer(bob_actor, graded, known, RIGHT)
    assert progress(graded.exam, bob_actor) == before


def test_the_bench_counts_one_like_any_other_item(graded: Graded, known: Answer, bob_client: Client) -> None:
    def shown() -> tuple[int, int]:
        text = bob_client.post(
            reverse("review:hold", args=[graded.exam.pk]), {"size": "each"}
        ).content.decode()
        done, total = re.search(r'max="(\d+)" value="(\d+)"', text).group(2, 1)  # type: ignore[union-attr]
        return int(done), int(total)

    done, total = shown()
    bob_client.get(reverse("review:next", args=[graded.exam.pk]) + "?size=each")
    assert shown() == (done, total + 1)
    bob_client.post(address("decide", known), {"kind": "right", "seen": "", "act": str(uuid4())})
    assert shown() == (done + 1, total + 1)
    again = bob_client.get(address("item", known)).content.decode()
    assert "data-open" not in again  # deciding it once more is not one more
    bob_client.post(reverse("review:undo", args=[graded.exam.pk]), {"act": str(uuid4())})
    assert shown() == (done, total + 1)
    Lease.objects.filter(answer=known).delete()
    assert shown() == (done, total)


def test_marking_anew_leaves_them_alone(graded: Graded, known: Answer, bob_actor: Actor) -> None:
    lend(bob_actor, graded)
    answer(bob_actor, graded, known, RIGHT)
    marking.mark_exam(exam_id=graded.exam.pk)
    before, said = marks_and_decisions(), list(KnownItem.objects.values())
    marking.mark_exam(exam_id=graded.exam.pk)
    assert (marks_and_decisions(), list(KnownItem.objects.values())) == (before, said)
    assert Answer.objects.get(pk=known.pk).marks == known.marks


def test_the_figures_say_who_differs_how_often(
    graded: Graded, known: Answer, bob_actor: Actor, dora_actor: Actor
) -> None:
    for actor, verdict in ((bob_actor, RIGHT), (dora_actor, WRONG)):
        lend(actor, graded)
        answer(actor, graded, known, verdict)
        Lease.objects.all().delete()
    figures, unsettled = quality(graded.exam)
    assert [(str(row.reviewer), row.asked, row.differ, row.low, row.high) for row in figures] == [
        ("Bob", 1, 1, *interval(1, 1)),
        ("Dora", 1, 0, *interval(0, 1)),
    ]
    assert [(found.answer.pk, str(found.reviewer), found.given) for found in unsettled] == [
        (known.pk, "Bob", known.max_marks)
    ]


@pytest.mark.parametrize(("kind", "differ"), [(Decision.Kind.WRONG, 1), (Decision.Kind.RIGHT, 0)])
def test_deciding_once_more_settles_it(
    kind: Decision.Kind,
    differ: int,
    graded: Graded,
    known: Answer,
    alice_actor: Actor,
    alice_client: Client,
    bob_actor: Actor,
) -> None:
    lend(bob_actor, graded)
    answer(bob_actor, graded, known, RIGHT)
    page = reverse("review:reviewers", args=[graded.exam.pk])
    shown = alice_client.get(page).content.decode()
    for part in (reverse("review:item", args=[graded.exam.pk, known.pk]), "question=1", "“421”", "100.0 %"):
        assert part in shown
    newest = Decision.objects.filter(sheet=known.sheet, question="1").latest("pk").pk
    marking.decide(actor=alice_actor, answer=known, kind=kind, seen=newest)
    figures, unsettled = quality(graded.exam)
    assert ([row.differ for row in figures], unsettled) == ([differ], [])


def test_a_teacher_sets_the_rate(graded: Graded, alice_client: Client, bob_client: Client) -> None:
    page = reverse("review:reviewers", args=[graded.exam.pk])
    assert alice_client.post(page, {"one_in": "20"}).status_code == 302
    assert Exam.objects.get().known_one_in == 20
    assert AuditEvent.objects.get(verb="exam.known_items_set").data == {"one_in": 20}
    assert alice_client.post(page, {"one_in": "3"}).status_code == 422
    assert bob_client.get(page).status_code == 403
