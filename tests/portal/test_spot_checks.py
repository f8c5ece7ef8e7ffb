"""The blind audit: nothing of the machine's is shown, and the mark that is checked stays as it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking import acting, audit_sample
from grading.marking import rekey as rekeying
from grading.marking import services as marking
from grading.marking.acting import Verdict
from grading.marking.models import Answer, Decision
from grading.reports.blockers import blockers
from grading.review import leases, spot_checks
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db


def check(answer: Answer) -> str:
    return reverse("review:check", args=[answer.exam_id, answer.pk])


def test_the_sample_is_of_automatic_marks(graded: Graded) -> None:
    assert {answer.question for answer in spot_checks.waiting(graded.exam)} == {"3"}
    assert spot_checks.progress(graded.exam).total == 2


def test_a_check_shows_the_key_but_nothing_of_the_machine(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "3")
    assert answer.reading is not None
    page = bob_client.get(check(answer)).content.decode()
    assert 'class="value">C<' in page
    for given in ("The machine read", "sure", "wrong with a probability", 'placeholder="C"'):
        assert given not in page


def test_a_look_is_counted_and_changes_no_mark(graded: Graded, bob_client: Client) -> None:
    answer = graded.answer(0, "3")
    bob_client.post(check(answer), {"kind": "wrong"})
    answer.refresh_from_db()
    assert (answer.status, answer.marks) == (Answer.Status.AUTO, Decimal(1))
    found = audit_sample.audit(graded.exam)
    assert (found.sample, found.looked_at, found.wrong) == (2, 1, 1)


def test_a_disagreement_is_shown_until_a_person_decides(graded: Graded, bob_client: Client) -> None:
    answer, queue = graded.answer(0, "3"), reverse("review:queue", args=[graded.exam.pk])
    bob_client.post(check(answer), {"kind": "wrong"})
    page = bob_client.get(queue).content.decode()
    assert "the machine gave 1 and a person would give -0.25" in page
    assert "Nothing is left for you here" not in page
    seen = Decision.objects.get(audit=True).pk
    bob_client.post(
        reverse("review:decide", args=[graded.exam.pk, answer.pk]), {"kind": "wrong", "seen": seen}
    )
    assert Answer.objects.get(pk=answer.pk).marks == Decimal("-0.25")
    assert "a person would give" not in bob_client.get(queue).content.decode()


def test_a_mark_found_wrong_keeps_the_results_from_being_released(
    graded: Graded, bob_client: Client, bob_actor: Actor
) -> None:
    def in_the_way() -> bool:
        return any("found wrong in the spot check" in str(blocker) for blocker in blockers(graded.exam))

    answer = graded.answer(0, "3")
    bob_client.post(check(answer), {"kind": "right"})
    assert not in_the_way()
    other = graded.answer(1, "3")
    bob_client.post(check(other), {"kind": "wrong" if other.verdict == "correct" else "right"})
    assert in_the_way()
    seen = Decision.objects.filter(sheet=other.sheet_id, question="3").latest("pk").pk
    acting.decide_one(actor=bob_actor, answer=other, seen=seen, verdict=Verdict(kind=Decision.Kind.WRONG))
    assert not in_the_way()


def test_a_measured_error_above_the_budget_is_said(graded: Graded, alice_client: Client) -> None:
    found = audit_sample.Audit(20, 20, 2, 0.012, 0.317)
    assert "more than the budget" in _budget_page(graded, alice_client, found)
    assert "more than the budget" not in _budget_page(graded, alice_client, replace(found, low=0.0))


def _budget_page(graded: Graded, client: Client, found: audit_sample.Audit) -> str:
    with patch("grading.marking.views_budget.audit", return_value=found):
        return client.get(reverse("marking:budget", args=[graded.exam.pk])).content.decode()


def test_nobody_looks_twice(graded: Graded, bob_actor: Actor, dora_actor: Actor) -> None:
    answer = graded.answer(0, "3")
    spot_checks.look(actor=bob_actor, answer=answer, verdict=Verdict(Decision.Kind.RIGHT))
    with pytest.raises(UserError, match="looked at this answer already"):
        spot_checks.look(actor=dora_actor, answer=answer, verdict=Verdict(Decision.Kind.RIGHT))


def test_two_people_check_different_marks(graded: Graded, bob_actor: Actor, dora_actor: Actor) -> None:
    first = spot_checks.next_check(actor=bob_actor, exam=graded.exam)
    second = spot_checks.next_check(actor=dora_actor, exam=graded.exam)
    assert first is not None
    assert second is not None
    assert first != second
    assert spot_checks.next_check(actor=dora_actor, exam=graded.exam, after=second) is None


def test_an_answer_outside_the_sample_is_not_checked(graded: Graded, bob_client: Client) -> None:
    assert bob_client.get(check(graded.answer(0, "1"))).status_code == 404


def test_an_item_that_somebody_holds_leads_to_another(
    graded: Graded, bob_client: Client, dora_actor: Actor
) -> None:
    answer = graded.answer(0, "3")
    leases.take(actor=dora_actor, item=answer)
    assert bob_client.get(check(answer))["Location"] == reverse("review:check-next", args=[graded.exam.pk])


def test_a_wrong_mark_that_was_put_right_stays_a_wrong_mark_of_the_machine(
    graded: Graded, bob_actor: Actor
) -> None:
    answer = graded.answer(0, "3")
    look = spot_checks.look(actor=bob_actor, answer=answer, verdict=Verdict(Decision.Kind.WRONG))
    marking.decide(actor=bob_actor, answer=answer, kind=Decision.Kind.WRONG, seen=look.pk)
    marking.mark_exam(exam_id=graded.exam.pk)
    found = audit_sample.audit(graded.exam)
    assert (found.looked_at, found.wrong) == (1, 1)


def test_a_look_by_another_key_says_nothing_of_the_marks_of_today(graded: Graded, bob_actor: Actor) -> None:
    spot_checks.look(actor=bob_actor, answer=graded.answer(0, "3"), verdict=Verdict(Decision.Kind.RIGHT))
    assert audit_sample.audit(graded.exam).looked_at == 1
    _rekey(graded, "B")
    found = audit_sample.audit(graded.exam)
    assert (found.looked_at, found.wrong) == (0, 0)
    waiting = [check.pk for check in spot_checks.waiting(graded.exam)]
    assert graded.answer(0, "3").pk in waiting, "somebody looks again, with the new key before them"


def test_what_a_look_read_is_marked_by_the_key_of_today(graded: Graded, bob_actor: Actor) -> None:
    spot_checks.look(
        actor=bob_actor, answer=graded.answer(0, "3"), verdict=Verdict(Decision.Kind.READING, "C")
    )
    _rekey(graded, "B")
    found = audit_sample.audit(graded.exam)
    assert (found.looked_at, found.wrong) == (1, 0)


def test_a_question_worth_other_marks_later_makes_no_look_a_wrong_one(
    graded: Graded, bob_actor: Actor
) -> None:
    answer = graded.answer(0, "3")
    look = spot_checks.look(actor=bob_actor, answer=answer, verdict=Verdict(Decision.Kind.RIGHT))
    marking.decide(actor=bob_actor, answer=answer, kind=Decision.Kind.RIGHT, seen=look.pk)
    _change(graded, {"marks": "5"})
    found = audit_sample.audit(graded.exam)
    assert (found.looked_at, found.wrong) == (1, 0)


def test_a_look_that_fits_the_question_no_more_says_nothing(graded: Graded, bob_actor: Actor) -> None:
    look = Verdict(Decision.Kind.READING, "C")
    spot_checks.look(actor=bob_actor, answer=graded.answer(0, "3"), verdict=look)
    _change(graded, {"options": ["A", "B", "D"], "answer": "B"})
    assert spot_checks.overview(graded.exam)[1] == []
    assert audit_sample.audit(graded.exam).looked_at == 0


def _rekey(graded: Graded, option: str) -> None:
    _change(graded, {"answer": option})


def _change(graded: Graded, change: dict[str, Any]) -> None:
    exam = Exam.objects.get(pk=graded.exam.pk)
    exam.spec = rekeying.with_question(exam, "3", change).model_dump(mode="json")
    exam.save()
    marking.mark_exam(exam_id=exam.pk)
    graded.exam.refresh_from_db()
