"""Marking by criteria in the database: decisions are appended, marks are derived, nobody works twice."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.exams.examfile import parse_exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision, Rubric
from grading.marking.rubric import Scoring
from grading.marking.rubric_annotations import Annotation, Kind
from grading.marking.rubric_rules import rules_of
from grading.marking.rubric_services import change_rubric
from grading.review import leases, open_services
from grading.review.keys import choose
from grading.review.models import Keys, Lease
from grading.review.open_queue import used_comments
from tests.classroom import EXAM
from tests.review.open_class import OPEN, OpenClass, markers, open_class

pytestmark = pytest.mark.django_db
BENCH = {"X-Bench": "1"}


@pytest.fixture
def klass(school: School) -> OpenClass:
    return open_class(school)


def url(name: str, answer: Answer) -> str:
    return reverse(f"review:open-{name}", args=[answer.exam_id, answer.pk])


def in_line(reply: object) -> list[int]:
    """The answers that a reply brings, in order."""
    return [int(key) for key in re.findall(r'data-answer="(\d+)"', reply.content.decode())]  # type: ignore[attr-defined]


def send(client: Client, answer: Answer, **sent: object) -> object:
    return client.post(url("mark", answer), {"seen": "", "annotations": "[]", **sent})


def test_criteria_give_marks_and_the_exam_derived_again_gives_the_same(
    klass: OpenClass, bob_actor: Actor
) -> None:
    found = klass.mark(1, bob_actor, "1.1", "1.2", comment="well done")
    assert (found.status, found.marks, found.verdict) == ("human", Decimal("3.5"), "partial")
    marking.mark_exam(exam_id=klass.exam.pk)
    again = klass.answer(1)
    assert (again.status, again.marks, again.reason) == ("human", Decimal("3.5"), "well done")


def test_points_by_hand_need_a_reason(klass: OpenClass, bob_client: Client) -> None:
    answer = klass.answer(1)
    refused = send(bob_client, answer, criteria=["1.1"], adjust="0,5", comment="typed")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    page = refused.content.decode()  # type: ignore[attr-defined]
    assert "need a reason" in page
    assert 'value="0,5"' in page
    assert "typed</textarea>" in page
    assert not Decision.objects.exists()
    assert send(bob_client, answer, criteria=["1.1"], adjust="0,5", reason="neat").status_code == 302  # type: ignore[attr-defined]
    assert klass.answer(1).marks == Decimal("2.5")


def test_marking_again_appends_and_the_last_counts(
    klass: OpenClass, bob_actor: Actor, alice_actor: Actor
) -> None:
    klass.mark(1, bob_actor, "1.1")
    before = list(Decision.objects.values())
    klass.mark(1, alice_actor, "1.2")
    assert klass.answer(1).marks == Decimal("1.5")
    assert list(Decision.objects.filter(pk=before[0]["id"]).values()) == before
    assert AuditEvent.objects.filter(verb="answer.decided").count() == 2


def test_what_is_marked_by_criteria_gets_no_verdict_in_the_review(
    klass: OpenClass, bob_client: Client, bob_actor: Actor
) -> None:
    klass.mark(1, bob_actor, "1.1")
    answer = klass.answer(1)
    desk = reverse("review:open-item", args=[klass.exam.pk, answer.pk])
    assert bob_client.get(reverse("review:item", args=[klass.exam.pk, answer.pk])).headers["Location"] == desk
    seen = Decision.objects.latest("pk").pk
    sent = bob_client.post(
        reverse("review:decide", args=[klass.exam.pk, answer.pk]), {"kind": "right", "seen": seen}
    )
    assert sent.status_code == 422
    assert "marked by criteria" in sent.content.decode()
    assert klass.answer(1).marks == answer.marks != klass.question.marks


def test_a_stale_tab_cannot_overwrite_a_mark(klass: OpenClass, bob_client: Client, dora_like: Actor) -> None:
    klass.mark(1, dora_like, "1.1")
    reply = send(bob_client, klass.answer(1), criteria=["1.2"], comment="mine")
    assert reply.status_code == 409  # type: ignore[attr-defined]
    assert "mine</textarea>" in reply.content.decode()  # type: ignore[attr-defined]
    assert klass.answer(1).marks == 2


@pytest.fixture
def dora_like(school: School) -> Actor:
    return markers(school, "Dora")[0]


def test_a_criterion_that_went_away_meanwhile_is_refused_in_words(
    klass: OpenClass, bob_client: Client
) -> None:
    reply = send(bob_client, klass.answer(1), criteria=["9.9"])
    assert reply.status_code == 422  # type: ignore[attr-defined]
    assert "criteria were changed meanwhile" in reply.content.decode()  # type: ignore[attr-defined]


def test_two_people_never_hold_one_answer(klass: OpenClass, bob_actor: Actor, dora_like: Actor) -> None:
    first = open_services.next_open(actor=bob_actor, exam=klass.exam, question=OPEN)
    second = open_services.next_open(actor=dora_like, exam=klass.exam, question=OPEN)
    assert first
    assert second
    assert (first.sheet.number, second.sheet.number) == ("0001", "0002")


def test_an_answer_that_somebody_holds_can_be_seen_but_not_marked(
    klass: OpenClass, bob_client: Client, dora_like: Actor
) -> None:
    leases.take(actor=dora_like, item=klass.answer(1))
    page = bob_client.get(url("item", klass.answer(1))).content.decode()
    assert "Dora is marking this one right now" in page
    assert "data-marking" not in page
    assert send(bob_client, klass.answer(1), criteria=["1.1"]).status_code == 409  # type: ignore[attr-defined]
    assert not Decision.objects.exists()


def test_the_order_is_that_of_the_sheets_and_one_goes_on_where_one_was(
    klass: OpenClass, bob_actor: Actor
) -> None:
    seen = []
    while answer := open_services.next_open(actor=bob_actor, exam=klass.exam, question=OPEN):
        seen.append(answer.sheet.number)
        assert open_services.next_open(actor=bob_actor, exam=klass.exam, question=OPEN) == answer
        klass.mark(int(answer.sheet.number), bob_actor, "1.1")
        leases.give_back(actor=bob_actor, items=[answer])
    assert seen == ["0001", "0002", "0003", "0004"]


def test_later_comes_round_again(klass: OpenClass, bob_actor: Actor) -> None:
    last = klass.answer(4)
    following = open_services.next_open(actor=bob_actor, exam=klass.exam, question=OPEN, after=last)
    assert following == klass.answer(1)


def test_a_mark_by_script_brings_the_next_answer_in_one_reply(klass: OpenClass, bob_client: Client) -> None:
    first, second = klass.answer(1), klass.answer(2)
    sent = {"seen": "", "criteria": ["1.1"], "have": [second.pk]}
    reply = bob_client.post(url("mark", first), sent, headers=BENCH)
    assert in_line(reply) == [klass.answer(3).pk, klass.answer(4).pk]
    assert b"<html" not in reply.content
    assert set(Lease.objects.values_list("answer", flat=True)) == {klass.answer(3).pk, klass.answer(4).pk}


def test_what_is_at_hand_is_not_sent_again_and_what_was_skipped_comes_last(
    klass: OpenClass, bob_client: Client
) -> None:
    first, second, third, fourth = (klass.answer(number).pk for number in (1, 2, 3, 4))
    line = reverse("review:open-more", args=[klass.exam.pk, OPEN])
    assert in_line(bob_client.post(line, {"have": [first]}, headers=BENCH)) == [second, third, fourth]
    assert in_line(bob_client.post(line, {"have": [second, third, fourth]}, headers=BENCH)) == [first]
    skipped = {"have": [second, third]}
    assert in_line(bob_client.post(url("skip", klass.answer(1)), skipped, headers=BENCH)) == [fourth]


def test_a_mark_that_is_sent_again_after_a_cut_counts_once_whoever_has_the_answer_by_then(
    klass: OpenClass, bob_client: Client, dora_like: Actor, alice_actor: Actor
) -> None:
    klass.twice(alice_actor)
    sent = {"seen": "", "criteria": ["1.1"], "act": str(uuid4())}
    for _time in range(2):
        assert bob_client.post(url("mark", klass.answer(1)), sent, headers=BENCH).status_code == 200
        assert leases.take(actor=dora_like, item=klass.answer(1)), "the second marking is another's"
    assert Decision.objects.count() == 1


def test_an_undo_that_is_sent_again_takes_back_one_mark(klass: OpenClass, bob_client: Client) -> None:
    for number in (1, 2):
        bob_client.post(url("mark", klass.answer(number)), {"criteria": ["1.1"]}, headers=BENCH)
    undo, sent = reverse("review:open-undo", args=[klass.exam.pk, OPEN]), {"act": str(uuid4())}
    for _time in range(2):
        assert in_line(bob_client.post(undo, sent, headers=BENCH)) == [klass.answer(2).pk]
    assert klass.marks() == [Decimal(2), None, None, None]
    bob_client.post(undo, headers=BENCH)
    reply = bob_client.post(undo, headers=BENCH)
    assert (reply.status_code, "no mark of yours" in reply.content.decode()) == (409, True)


def test_the_last_mark_leads_to_the_overview(klass: OpenClass, bob_client: Client) -> None:
    for number in (1, 2, 3, 4):
        reply = bob_client.post(url("mark", klass.answer(number)), {"criteria": ["1.1"]})
    assert reply["Location"] == reverse("review:open-question", args=[klass.exam.pk, OPEN])
    following = bob_client.get(reverse("review:open-next", args=[klass.exam.pk, OPEN]))
    assert following["Location"] == reply["Location"], "where the script goes when nothing is in line"


def test_undo_takes_back_ones_own_last_mark_only(
    klass: OpenClass, bob_actor: Actor, dora_like: Actor
) -> None:
    klass.mark(1, bob_actor, "1.1")
    klass.mark(2, dora_like, "1.1")
    undone = open_services.undo_last(actor=bob_actor, exam=klass.exam, question=OPEN)
    assert undone.sheet.number == "0001"
    assert klass.marks() == [None, Decimal(2), None, None]
    with pytest.raises(UserError, match="no mark of yours"):
        open_services.undo_last(actor=bob_actor, exam=klass.exam, question=OPEN)
    assert Decision.objects.count() == 3


def test_comments_come_back_most_used_first(klass: OpenClass, bob_actor: Actor, dora_like: Actor) -> None:
    klass.mark(1, bob_actor, comment="unit missing")
    klass.mark(2, bob_actor, comment="good")
    klass.mark(3, dora_like, comment="good")
    assert used_comments(klass.exam, OPEN, None, 5) == ["good", "unit missing"]
    assert used_comments(klass.exam, OPEN, dora_like, 5) == ["good"]


def test_every_criterion_and_button_names_its_key(
    klass: OpenClass, bob_client: Client, bob_actor: Actor
) -> None:
    klass.mark(1, bob_actor, comment="good")
    page = bob_client.get(url("item", klass.answer(2))).content.decode()
    for key in ("1", "2", "3", "Enter", "u", "l", "c", "a", "q", "v", "x", "n", "p", "o", "?", "ArrowLeft"):
        assert f'aria-keyshortcuts="{key}"' in page, key


def test_an_answer_names_its_pictures(klass: OpenClass, bob_client: Client) -> None:
    answer = klass.answer(1)
    page = bob_client.get(url("item", answer)).content.decode()
    pictures = page.split('data-pictures="')[1].split('"')[0]
    assert reverse("scans:crop", args=[klass.exam.pk, answer.page_id]) in pictures
    assert reverse("scans:image", args=[klass.exam.pk, answer.page_id]) in pictures


def test_annotations_are_kept_with_the_mark_and_shown_again(klass: OpenClass, bob_client: Client) -> None:
    drawn = [
        {"kind": "tick", "points": [[50.0, 60.5]]},
        {"kind": "note", "points": [[20, 30]], "text": "<b>why</b>"},
    ]
    send(bob_client, klass.answer(1), criteria=["1.1"], annotations=json.dumps(drawn))
    assert Decision.objects.get().data["annotations"][0] == drawn[0]
    page = bob_client.get(url("item", klass.answer(1))).content.decode()
    assert 'transform="translate(50.0 60.5)"' in page
    assert "&lt;b&gt;why&lt;/b&gt;" in page
    assert "<b>why</b>" not in page


@pytest.mark.parametrize("sent", ["{", '[{"kind": "tick", "points": [[-5, 0]]}]'])
def test_annotations_that_make_no_sense_are_refused(sent: str, klass: OpenClass, bob_client: Client) -> None:
    assert send(bob_client, klass.answer(1), annotations=sent).status_code == 422  # type: ignore[attr-defined]
    assert not Decision.objects.exists()


def test_a_lost_hold_says_so(
    klass: OpenClass, bob_client: Client, bob_actor: Actor, dora_like: Actor
) -> None:
    answer = klass.answer(1)
    leases.take(actor=bob_actor, item=answer)
    hold = reverse("review:open-hold", args=[klass.exam.pk, OPEN])
    assert 'data-lost-items=""' in bob_client.post(hold, {"answer": answer.pk}).content.decode()
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    leases.take(actor=dora_like, item=answer)
    assert f'data-lost-items="{answer.pk}"' in bob_client.post(hold, {"answer": answer.pk}).content.decode()
    reply = send(bob_client, answer, criteria=["1.1"])
    assert reply.status_code == 409  # type: ignore[attr-defined]
    assert "Dora has it now. Nothing was saved." in reply.content.decode()  # type: ignore[attr-defined]


def test_the_criteria_of_the_exam_file_are_where_markers_begin(school: School, bob_actor: Actor) -> None:
    text = EXAM.replace(
        "type: manual, lines: 4, marks: 5",
        "type: manual, lines: 4, marks: 5, rubric: [{criterion: names it, points: 2}]",
    )
    spec = parse_exam(text)
    klass = open_class(school)
    klass.exam.spec = spec.model_dump(mode="json")
    klass.exam.save()
    Rubric.objects.all().delete()
    rubric = rules_of(klass.exam, spec)[OPEN].rubric
    assert [(c.text, c.points) for c in rubric.criteria] == [("names it", Decimal(2))]
    klass.mark(1, bob_actor, rubric.criteria[0].id)
    assert klass.answer(1).marks == 2
    klass.exam.spec = parse_exam(EXAM).model_dump(mode="json")
    klass.exam.save()
    marking.mark_exam(exam_id=klass.exam.pk)
    assert klass.answer(1).marks == 2, "what was marked by a criterion does not lose it with the exam file"


def test_an_annotation_survives_marks_being_derived_again(klass: OpenClass, bob_actor: Actor) -> None:
    klass.mark(1, bob_actor, "1.1", annotations=(Annotation(Kind.TICK, ((50.0, 60.0),)),))
    marking.mark_exam(exam_id=klass.exam.pk)
    assert Decision.objects.get().data["annotations"] == [{"kind": "tick", "points": [[50.0, 60.0]]}]


def test_a_person_who_switched_single_keys_off_is_spared_them(
    klass: OpenClass, bob_client: Client, bob_actor: Actor
) -> None:
    answer = klass.answer(1)
    assert "data-without-keys" not in bob_client.get(url("item", answer)).content.decode()
    choose(actor=bob_actor, preset=Keys.Preset.OFF, own={})
    assert "data-without-keys" in bob_client.get(url("item", answer)).content.decode()


def test_points_that_come_off_are_shown_as_such(
    klass: OpenClass, alice_actor: Actor, bob_client: Client
) -> None:
    proposed = klass.propose(("1.1", "no unit", "1.5"), ("1.3", "neat", "-1"), scoring=Scoring.DOWN)
    change_rubric(actor=alice_actor, exam=klass.exam, question=klass.question, proposed=proposed)
    page = bob_client.get(url("item", klass.answer(1))).content.decode()
    assert '<span class="points">-1.5</span>' in page
    assert '<span class="points">+1</span>' in page
    assert "Criteria: points come off" in page
