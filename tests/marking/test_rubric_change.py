"""Another rubric reaches everybody who was marked with the old one, after a look at whom, and in one step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.marking import rubric_services
from grading.marking import services as marking
from grading.marking.models import Decision, Rubric
from grading.marking.rubric import Scoring
from grading.marking.rubric_preview import preview
from tests.review.open_class import OPEN, OpenClass, open_class

pytestmark = pytest.mark.django_db
OLD = (("1.1", "names the force", "2"), ("1.2", "gives a unit", "1.5"), ("1.3", "wrong sign", "-1"))


@pytest.fixture
def klass(school: School, bob_actor: Actor) -> OpenClass:
    """Marks 2, 3.5, 1 (adjusted), and one that nobody has marked."""
    found = open_class(school)
    found.mark(1, bob_actor, "1.1")
    found.mark(2, bob_actor, "1.1", "1.2")
    found.mark(3, bob_actor, "1.2", adjust="-0.5")
    return found


def test_the_preview_says_who_changes_and_stores_nothing(klass: OpenClass) -> None:
    proposed = klass.propose(("1.1", "names the force", "3"), *OLD[1:])
    found = preview(klass.exam, klass.question, proposed)
    assert [(c.answer.sheet.number, c.before, c.after) for c in found.changes] == [
        ("0001", Decimal(2), Decimal(3)),
        ("0002", Decimal("3.5"), Decimal("4.5")),
    ]
    assert (found.up, found.down, found.same) == (2, 0, 2)
    assert [(b.marks, b.before, b.after) for b in found.bins] == [
        (Decimal(1), 1, 1),
        (Decimal(2), 1, 0),
        (Decimal(3), 0, 1),
        (Decimal("3.5"), 1, 0),
        (Decimal("4.5"), 0, 1),
        (None, 1, 1),
    ]
    assert klass.marks()[:2] == [Decimal(2), Decimal("3.5")]
    assert Rubric.objects.filter(exam=klass.exam).latest("version").version == 1


def test_applying_changes_them_in_one_step_and_touches_no_decision(
    klass: OpenClass, alice_actor: Actor
) -> None:
    before = list(Decision.objects.order_by("id").values())
    proposed = klass.propose(("1.1", "names the force", "3"), *OLD[1:])
    done = rubric_services.change_rubric(
        actor=alice_actor, exam=klass.exam, question=klass.question, proposed=proposed
    )
    assert len(done.changes) == 2
    after = [Decimal(3), Decimal("4.5"), Decimal(1), None]
    assert klass.marks() == after
    marking.mark_exam(exam_id=klass.exam.pk)
    assert klass.marks() == after
    assert list(Decision.objects.order_by("id").values()) == before
    event = AuditEvent.objects.filter(verb="rubric.changed").latest("id")
    assert event.data["changed"] == [["0001", "2.000", "3.00"], ["0002", "3.500", "4.50"]]
    assert event.actor_id == alice_actor.user_id


@pytest.mark.parametrize(
    ("lines", "scoring", "marks"),
    [
        (OLD[1:], Scoring.UP, ["0", "1.5", "1", None]),
        (OLD, Scoring.DOWN, ["3", "1.5", "3", None]),
        ((*OLD, ("", "a new one", "4")), Scoring.UP, ["2", "3.5", "1", None]),
        ((("1.1", "said otherwise", "2"), *OLD[1:]), Scoring.UP, ["2", "3.5", "1", None]),
    ],
    ids=["taken out", "scored downwards", "added", "worded otherwise"],
)
def test_every_kind_of_change_reaches_everybody(
    klass: OpenClass,
    alice_actor: Actor,
    lines: tuple[tuple[str, str, str], ...],
    scoring: Scoring,
    marks: list[str | None],
) -> None:
    rubric_services.change_rubric(
        actor=alice_actor,
        exam=klass.exam,
        question=klass.question,
        proposed=klass.propose(*lines, scoring=scoring),
    )
    assert klass.marks() == [None if mark is None else Decimal(mark) for mark in marks]


def test_two_who_change_at_once_do_not_overwrite_each_other(klass: OpenClass, alice_actor: Actor) -> None:
    mine, theirs = klass.propose(*OLD[:1]), klass.propose(*OLD[:2])
    change = {"actor": alice_actor, "exam": klass.exam, "question": klass.question}
    rubric_services.change_rubric(**change, proposed=theirs)
    with pytest.raises(UserError, match="Somebody changed"):
        rubric_services.change_rubric(**change, proposed=mine)
    assert Rubric.objects.filter(exam=klass.exam).count() == 2


def form(klass: OpenClass, *lines: tuple[str, str, str], **more: str) -> dict[str, object]:
    names, texts, points = zip(*lines, strict=True)
    return {"id": names, "text": texts, "points": points, "scoring": "up", "version": "1", **more}


def test_the_page_shows_the_preview_first_and_saves_when_confirmed(
    klass: OpenClass, alice_client: Client
) -> None:
    url = reverse("marking:rubric-change", args=[klass.exam.pk, OPEN])
    lines = (("1.1", "names the force", "3"), *OLD[1:], ("", "", ""))
    page = alice_client.post(url, form(klass, *lines)).content.decode()
    assert "Save, and change 2 marks" in page
    assert klass.marks()[0] == 2
    reply = alice_client.post(url, form(klass, *lines, confirmed="1"))
    assert reply["Location"] == reverse("marking:rubric", args=[klass.exam.pk, OPEN])
    assert klass.marks()[0] == 3


def test_a_line_that_cannot_be_read_is_shown_with_its_fault(klass: OpenClass, alice_client: Client) -> None:
    url = reverse("marking:rubric-change", args=[klass.exam.pk, OPEN])
    reply = alice_client.post(url, form(klass, ("1.1", "names the force", "many"), ("", "", "2")))
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "Type the points as a number" in page
    assert "Say what these points are for" in page
    assert 'value="many"' in page
    assert Rubric.objects.filter(exam=klass.exam).count() == 1


def test_an_emptied_line_takes_its_criterion_out(klass: OpenClass, alice_client: Client) -> None:
    url = reverse("marking:rubric-change", args=[klass.exam.pk, OPEN])
    alice_client.post(url, form(klass, OLD[0], ("1.2", "", "1.5"), OLD[2], confirmed="1"))
    newest = Rubric.objects.filter(exam=klass.exam).latest("version")
    assert [c["id"] for c in newest.criteria] == ["1.1", "1.3"]


def test_a_reviewer_may_not_change_criteria(klass: OpenClass, bob_client: Client) -> None:
    for name in ("rubric", "rubric-change", "rubric-rules"):
        url = reverse(f"marking:{name}", args=[klass.exam.pk, OPEN])
        assert bob_client.post(url, form(klass, OLD[0], confirmed="1")).status_code == 403
    assert Rubric.objects.filter(exam=klass.exam).count() == 1


def test_another_school_finds_nothing(klass: OpenClass, charlie_client: Client) -> None:
    for name in ("rubric", "rubric-change", "rubric-rules"):
        url = reverse(f"marking:{name}", args=[klass.exam.pk, OPEN])
        assert charlie_client.get(url).status_code == 404
        assert charlie_client.post(url, form(klass, OLD[0], confirmed="1")).status_code == 404
    for name, args in (("open-list", []), ("open-question", [OPEN]), ("open-item", [klass.answer(1).pk])):
        assert charlie_client.get(reverse(f"review:{name}", args=[klass.exam.pk, *args])).status_code == 404
    mark = reverse("review:open-mark", args=[klass.exam.pk, klass.answer(4).pk])
    assert charlie_client.post(mark, {"criteria": ["1.1"]}).status_code == 404
    assert klass.marks()[3] is None
