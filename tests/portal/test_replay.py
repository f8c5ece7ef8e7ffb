"""Another reader on an exam that is read: first compared, then taken, and what people decided stays."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from grading.core import jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.core.stages import load_handlers
from grading.exams.models import Exam
from grading.marking import replay as replaying
from grading.marking import services as marking
from grading.marking.models import Answer, Cutoffs, Decision, Identity, Replay, TrialReading
from grading.marking.replay import Trial
from grading.marking.replay_differences import Found
from grading.scans import gateway
from grading.scans.models import Reading
from tests.portal.conftest import Graded
from tests.portal.other_reader import NEW, NewReader, work
from tests.portal.other_reader import reader as reader  # noqa: PLC0414 (a fixture, for pytest)

pytestmark = pytest.mark.django_db

LIVE = (Job.State.QUEUED, Job.State.LEASED)


def compared(graded: Graded) -> tuple[Trial, Found]:
    """Ask for a trial and wait for what it finds."""
    replaying.ask(exam=graded.exam)
    work()
    trial = replaying.trial(graded.exam)
    assert trial is not None
    assert trial.found is not None
    return trial, trial.found


def everything(exam: Exam) -> list[list[Mapping[str, Any]]]:
    """All that counts of an exam."""
    return [
        list(Answer.objects.filter(exam=exam).order_by("pk").values()),
        list(Reading.objects.filter(page__exam=exam).order_by("pk").values()),
        list(Decision.objects.filter(sheet__exam=exam).order_by("pk").values()),
        list(Identity.objects.filter(exam=exam).order_by("pk").values()),
        list(Cutoffs.objects.filter(exam=exam).values()),
        list(AuditEvent.objects.order_by("pk").values()),
    ]


def marks(graded: Graded, question: str) -> list[Decimal | None]:
    found = Answer.objects.filter(exam=graded.exam, question=question).order_by("sheet__number")
    return list(found.values_list("marks", flat=True))


def test_a_trial_changes_nothing(graded: Graded, reader: NewReader) -> None:
    before = everything(graded.exam)
    compared(graded)
    assert TrialReading.objects.count() == 6
    assert everything(graded.exam) == before
    assert not Job.objects.filter(stage=Stage.MARK).exists()


def test_the_differences_say_who_changes_and_what_people_are_spared(
    graded: Graded, reader: NewReader
) -> None:
    reader.reads |= {"1": ("42", 0.9999), "2": ("9.81", 0.7)}
    _trial, found = compared(graded)
    assert found.boxes == 6
    assert (found.otherwise, found.changed, found.closed, found.opened) == (2, 2, 2, 0)
    assert found.review == (6, 4)
    listed = [(d.student, d.question, d.first, d.then, d.before, d.after) for d in found.listed]
    first = listed[0]
    assert (first[0], first[1], first[4], first[5]) == ("Ada", "1", None, Decimal(2))
    assert first[2] is not None
    assert first[3] is not None
    assert (first[2].text, first[2].sure, first[3].text, first[3].sure) == ("42", 0.6, "42", 0.9999)
    others = {(student, question) for student, question, *_rest in listed[2:]}
    assert others == {("Ada", "2"), ("Ben", "2")}


def test_taking_does_what_the_comparison_said(graded: Graded, reader: NewReader, alice_actor: Actor) -> None:
    trial, found = compared(graded)
    taken = replaying.take(actor=alice_actor, exam=graded.exam, seen=trial.replay.seen)
    assert taken == 6
    work()
    assert marks(graded, "1") == [Decimal(2), Decimal(2)]
    assert Answer.objects.filter(exam=graded.exam, status=Answer.Status.REVIEW).count() == found.review[1]
    assert replaying.other_readers(graded.exam) == ()
    assert not Replay.objects.exists()
    event = AuditEvent.objects.get(verb="readings.taken")
    assert event.data == {"reader": NEW, "readings": 6, "changed": found.changed}


def test_what_people_decided_stays(
    graded: Graded, reader: NewReader, alice_actor: Actor, bob_actor: Actor
) -> None:
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    typed = graded.answer(1, "2")
    marking.decide(actor=bob_actor, answer=typed, kind=Decision.Kind.READING, text="9.82")
    decided = list(Decision.objects.order_by("pk").values())
    reader.reads |= {"1": ("17", 0.9999), "2": ("1.5", 0.9999)}
    trial, found = compared(graded)
    assert found.kept == 2
    assert {(d.student, d.question, d.before == d.after) for d in found.listed if d.decided} == {
        ("Ada", "1", True),
        ("Ben", "2", True),
    }
    replaying.take(actor=alice_actor, exam=graded.exam, seen=trial.replay.seen)
    work()
    assert list(Decision.objects.order_by("pk").values()) == decided
    assert marks(graded, "1") == [Decimal(0), Decimal(0)]
    assert marks(graded, "2") == [Decimal(0), Decimal(3)]
    assert graded.answer(1, "2").read == "9.82"
    assert graded.answer(0, "1").status == Answer.Status.HUMAN


def test_a_sheet_that_would_change_its_student_is_shown(graded: Graded, reader: NewReader) -> None:
    _trial, found = compared(graded)
    assert {(owner.sheet, owner.before, owner.after) for owner in found.owners} == {
        ("0001", "Ada", ""),
        ("0002", "Ben", ""),
    }


def test_nothing_is_taken_once_the_results_are_released(
    graded: Graded, reader: NewReader, alice_actor: Actor
) -> None:
    trial, _found = compared(graded)
    Exam.objects.update(state=Exam.State.RELEASED)
    with pytest.raises(UserError, match="released"):
        replaying.take(actor=alice_actor, exam=graded.exam, seen=trial.replay.seen)
    assert not Reading.objects.filter(model=NEW).exists()
    Exam.objects.update(state=Exam.State.OPEN)
    assert replaying.take(actor=alice_actor, exam=graded.exam, seen=trial.replay.seen) == 6


def test_differences_of_another_state_of_the_exam_are_not_taken(
    graded: Graded, reader: NewReader, alice_actor: Actor
) -> None:
    trial, _found = compared(graded)
    graded.pages[0].number = 2
    graded.pages[0].save()
    again = replaying.trial(graded.exam)
    assert again is not None
    assert not again.fresh
    with pytest.raises(UserError, match="has changed"):
        replaying.take(actor=alice_actor, exam=graded.exam, seen=trial.replay.seen)
    assert not Reading.objects.filter(model=NEW).exists()


def test_only_what_was_looked_at_is_taken(graded: Graded, reader: NewReader, alice_actor: Actor) -> None:
    trial, _found = compared(graded)
    seen = trial.replay.seen
    compared(graded)
    with pytest.raises(UserError, match="look again"):
        replaying.take(actor=alice_actor, exam=graded.exam, seen=seen)


def test_a_decision_of_meanwhile_does_not_spoil_the_comparison(
    graded: Graded, reader: NewReader, alice_actor: Actor, bob_actor: Actor
) -> None:
    trial, _found = compared(graded)
    marking.decide(actor=bob_actor, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    replaying.take(actor=alice_actor, exam=graded.exam, seen=trial.replay.seen)
    work()
    assert marks(graded, "1") == [Decimal(0), Decimal(2)]


def test_pages_that_cannot_be_read_again_keep_their_readings(graded: Graded, reader: NewReader) -> None:
    reader.broken = True
    trial, found = compared(graded)
    assert (trial.failed, found.boxes, found.nothing) == (2, 0, True)


def test_a_trial_that_was_dropped_meanwhile_leaves_no_readings(graded: Graded, reader: NewReader) -> None:
    replaying.ask(exam=graded.exam)
    Replay.objects.all().delete()
    work()
    assert not TrialReading.objects.exists()
    assert not Job.objects.filter(state__in=LIVE).exists()


def test_there_is_nothing_to_compare_where_the_installed_reader_read_all(
    graded: Graded, reader: NewReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "installed_reader", lambda: "test")
    assert replaying.other_readers(graded.exam) == ()
    with pytest.raises(UserError, match="nothing to compare"):
        replaying.ask(exam=graded.exam)


def test_the_results_say_that_another_reader_is_installed(
    graded: Graded, reader: NewReader, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, page = (reverse(name, args=[graded.exam.pk]) for name in ("reports:results", "marking:replay"))
    assert page in alice_client.get(results).content.decode()
    monkeypatch.setattr(gateway, "installed_reader", lambda: "test")
    assert page not in alice_client.get(results).content.decode()


def test_the_page_shows_each_difference_with_its_crop(
    graded: Graded, reader: NewReader, alice_client: Client
) -> None:
    page, ask, take = (
        reverse(f"marking:{name}", args=[graded.exam.pk]) for name in ("replay", "replay-ask", "replay-take")
    )
    alice_client.post(ask)
    assert 'hx-get="' in alice_client.get(page).content.decode()
    work()
    shown = alice_client.get(page)
    text = shown.content.decode()
    crop = reverse("scans:crop", args=[graded.exam.pk, graded.pages[0].pk])
    assert f"{crop}?question=1" in text
    assert "60.0 %" in text
    assert "100.0 %" in text
    done = alice_client.post(take, {"seen": shown.context["trial"].replay.seen}, follow=True)
    assert "6 new readings count now" in done.content.decode()


def test_the_reader_that_is_installed_reads_the_same_again(graded: Graded) -> None:
    load_handlers()
    jobs.enqueue(Stage.RECOGNIZE, [page.pk for page in graded.pages], exam_id=graded.exam.pk)
    work()
    installed = gateway.installed_reader()
    assert Cutoffs.objects.get(exam=graded.exam).readers == [installed]
    Reading.objects.filter(model=installed).update(model="older")
    marking.mark_exam(exam_id=graded.exam.pk)
    _trial, found = compared(graded)
    assert (found.boxes, found.nothing, found.owners) == (6, True, ())
    again = {(row.page_id, row.question): row for row in TrialReading.objects.filter(model=installed)}
    for counts in Reading.objects.filter(model="older"):
        twin = again[counts.page_id, counts.question]
        assert (twin.text, twin.blank, twin.expected) == (counts.text, counts.blank, counts.expected)
        assert twin.confidence == pytest.approx(counts.confidence, abs=1e-5)


def test_exams_of_before_say_who_read_them(graded: Graded) -> None:
    Reading.objects.create(
        page=graded.pages[0],
        question="1",
        kind="digits",
        text="42",
        confidence=0.6,
        evidence={},
        model="later",
    )
    Cutoffs.objects.update(readers=[])
    import_module("grading.marking.migrations.0007_readers_so_far").name_readers(apps, None)
    assert Cutoffs.objects.get(exam=graded.exam).readers == ["later", "test"]
