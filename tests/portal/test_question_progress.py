"""Progress question by question: every number adds up with the other pages, whatever people did before."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.accounts.models import Membership
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams import services as exams
from grading.exams.examfile import exam_from_data
from grading.marking import rubric_services
from grading.marking import services as marking
from grading.marking.acting import Verdict, histories
from grading.marking.decisions import not_handed_in, standing_by_turn
from grading.marking.key_state import keys_of
from grading.marking.models import Answer, Decision
from grading.marking.rubric import Applied
from grading.portal.overview import overview as portal_overview
from grading.review import assignments, deciders, open_services, services
from grading.review.models import Assignment, Lease
from grading.review.pace import paces
from grading.review.question_counts import Counts
from grading.review.question_progress import Row, Table, question_progress
from grading.review.queue import overview as review_overview
from tests.conftest import client_of
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db
KEYS = ("42", "43")


def row(table: Table, question: str) -> Row:
    return next(found for found in table.rows if found.question.id == question)


def url(graded: Graded, name: str = "progress") -> str:
    return reverse(f"review:{name}", args=[graded.exam.pk])


def decide(graded: Graded, actor: Actor, number: int, question: str, marks: str = "0") -> None:
    answer = graded.answer(number, question)
    seen = {answer.pk: marking.latest_decision(answer)}
    services.decide(
        actor=actor,
        exam=graded.exam,
        seen=seen,
        verdict=Verdict(Decision.Kind.MARKS, marks=Decimal(marks)),
    )


class Walk:
    """People who do whatever they may, at random."""

    def __init__(self, graded: Graded, actors: list[Actor], seed: int) -> None:
        self.graded, self.actors, self.random = graded, actors, random.Random(seed)

    def step(self) -> None:
        actor = self.random.choice(self.actors)
        act = self.random.choice([self.decide, self.decide, self.decide, self.undo, self.mark, self.mark])
        act = self.random.choice([act] * 12 + [self.undo_mark] * 3 + [self.rules, self.rekey])
        try:
            act(actor)
        except UserError:
            return  # not theirs to do: the next

    def decide(self, actor: Actor) -> None:
        answer = self.graded.answer(self.random.randrange(2), self.random.choice("123"))
        verdict = self.random.choice(
            [
                Verdict(Decision.Kind.RIGHT),
                Verdict(Decision.Kind.WRONG),
                Verdict(Decision.Kind.MARKS, marks=Decimal(1)),
            ]
        )
        seen = {answer.pk: marking.latest_decision(answer)}
        services.decide(actor=actor, exam=self.graded.exam, seen=seen, verdict=verdict)

    def undo(self, actor: Actor) -> None:
        services.undo_last(actor=actor, exam=self.graded.exam)

    def mark(self, actor: Actor) -> None:
        answer = self.graded.answer(self.random.randrange(2), "4")
        applied = Applied((), Decimal(self.random.randrange(5)), "by hand")
        rubric_services.mark(
            actor=actor, answer=answer, applied=applied, seen=marking.latest_decision(answer)
        )

    def undo_mark(self, actor: Actor) -> None:
        open_services.undo_last(actor=actor, exam=self.graded.exam, question="4")

    def rules(self, actor: Actor) -> None:
        exam = self.graded.exam
        rubric_services.set_rules(
            actor=actor,
            exam=exam,
            question=exam.load_spec().question("4"),
            by_people=True,
            second_share=self.random.choice([0.0, 1.0]),
            tolerance=Decimal(1),
        )

    def rekey(self, actor: Actor) -> None:
        self.graded.exam.refresh_from_db()
        data = self.graded.exam.load_spec().model_dump(mode="json")
        data["questions"][0]["answer"] = self.random.choice(KEYS)
        exams.change_exam(actor=actor, exam=self.graded.exam, spec=exam_from_data(data), new_print=True)
        self.graded.exam.refresh_from_db()
        marking.mark_exam(exam_id=self.graded.exam.pk)


def told_by_histories(graded: Graded) -> Counter[tuple[str, int | None]]:
    """Whose decisions count, found answer by answer: slow, and another way than the page's."""
    answers = list(Answer.objects.filter(exam=graded.exam))
    history, keys = histories(answers), keys_of(graded.exam.load_spec())
    found: Counter[tuple[str, int | None]] = Counter()
    for answer in answers:
        lost = not_handed_in(history[answer.pk])
        standing = standing_by_turn(history[answer.pk], keys[answer.question]).values()
        for decision in [lost] if lost else standing:
            found[answer.question, decision.by_id] += 1
    return found


def agrees(graded: Graded) -> None:
    """Every number of the page against another page of the portal, or against the answers themselves."""
    table, seen, queue = (f(graded.exam) for f in (question_progress, portal_overview, review_overview))
    total = table.total
    assert (total.answers, total.machine, total.people) == (seen.answers, seen.auto + seen.blank, seen.human)
    assert total.waiting + total.unseen == seen.left.answers + seen.left.unseen
    assert (total.doubtful, total.open_answers, total.unseen) == (
        queue.waiting,
        queue.open_answers,
        queue.unseen,
    )
    shares: Counter[tuple[str, int | None]] = Counter()
    for found in table.rows:
        counts, people = found.counts, sum(share.n for share in found.shares)
        assert counts.answers == Answer.objects.filter(exam=graded.exam, question=found.question.id).count()
        if not found.by_people:
            assert people == counts.people
        shares.update(
            {(found.question.id, share.person and share.person.pk): share.n for share in found.shares}
        )
    assert shares == told_by_histories(graded)
    assert sum(worker.marked for worker in table.workers) == sum(shares.values())


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_add_up_whatever_people_did(
    seed: int, graded: Graded, alice_actor: Actor, bob_actor: Actor, dora_actor: Actor
) -> None:
    walk = Walk(graded, [alice_actor, bob_actor, dora_actor], seed)
    for _step in range(40):
        walk.step()
        agrees(graded)
    assert Decision.objects.filter(kind=Decision.Kind.UNDO).exists()


def test_answers_whose_page_was_not_scanned_have_a_column_of_their_own(graded: Graded) -> None:
    Answer.objects.filter(sheet=graded.sheets[0], question__in=["1", "4"]).update(page=None)
    agrees(graded)
    table = question_progress(graded.exam)
    assert (row(table, "1").counts, row(table, "4").counts.unseen) == (Counts(doubtful=1, unseen=1), 1)


def test_an_answer_that_waits_for_a_second_marker_is_counted_there(
    graded: Graded, alice_actor: Actor, bob_actor: Actor
) -> None:
    question = graded.exam.load_spec().question("4")
    rubric_services.set_rules(
        actor=alice_actor,
        exam=graded.exam,
        question=question,
        by_people=True,
        second_share=1.0,
        tolerance=Decimal(1),
    )
    answer = graded.answer(0, "4")
    rubric_services.mark(actor=bob_actor, answer=answer, applied=Applied((), Decimal(2), "by hand"))
    assert row(question_progress(graded.exam), "4").counts == Counts(first=1, second=1)


def test_it_says_who_is_at_a_question_and_who_is_asked_to_mark_it(
    graded: Graded, alice_actor: Actor, bob: Membership, bob_actor: Actor
) -> None:
    assignments.assign(actor=alice_actor, exam=graded.exam, wanted={"2": [bob]})
    services.next_item(actor=bob_actor, exam=graded.exam)
    found = question_progress(graded.exam)
    held = {lease.answer.question for lease in Lease.objects.select_related("answer")}
    assert {r.question.id for r in found.rows if bob.user in r.now} == held
    assert list(row(found, "2").asked) == [bob.user]
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not any(r.now for r in question_progress(graded.exam).rows), "a hold that ran out is none"


def test_a_pace_is_that_of_work_without_the_breaks() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    seconds = [0, 4, 8, 8 + 600, 618, 628]  # ten minutes of coffee before the second question
    acts = [("1" if n < 3 else "2", 7, noon + timedelta(seconds=s)) for n, s in enumerate(seconds)]
    found = paces(reversed(acts))
    assert (found.at(["1"]), found.at(["2"]), found.of_person(7)) == (4.0, 10.0, 7.0)
    assert (found.at(["3"]), found.of_person(8)) == (None, None)


def test_work_left_follows_the_pace_of_the_last_work_even_on_the_next_day(
    graded: Graded, bob_actor: Actor
) -> None:
    found = question_progress(graded.exam)
    assert row(found, "4").minutes is None, "nobody has begun: nobody knows"
    assert found.is_partly_known
    assert row(found, "1").minutes == 1
    begun = timezone.now() - timedelta(hours=20)
    for minute, (place, question) in enumerate(((0, "1"), (1, "1"), (0, "2"))):
        decide(graded, bob_actor, place, question)
        decided = Decision.objects.filter(sheet=graded.sheets[place], question=question)
        decided.update(at=begun + timedelta(minutes=minute))
    assert question_progress(graded.exam).workers[0].pace == 60.0
    assert row(question_progress(graded.exam), "2").minutes == 1


def test_who_marked_what_is_kept_where_very_many_are_marked(
    graded: Graded, bob_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciders, "MANY", 0)
    cache.clear()
    decide(graded, bob_actor, 0, "1")
    assert question_progress(graded.exam).workers[0].marked == 1
    decide(graded, bob_actor, 1, "1")
    kept = question_progress(graded.exam)
    assert (kept.workers[0].marked, row(kept, "1").counts.people) == (1, 2), "the answers are always of now"
    monkeypatch.setattr(deciders, "PATIENCE", timedelta(0))
    assert question_progress(graded.exam).workers[0].marked == 2


def test_every_number_leads_to_what_it_counts(graded: Graded, alice_client: Client) -> None:
    page = alice_client.get(url(graded)).content.decode()
    exam = graded.exam.pk
    for target in (
        reverse("review:next", args=[exam]) + "?question=1",
        reverse("review:open-question", args=[exam, "4"]),
        reverse("reports:question", args=[exam, "3"]),
        url(graded, "assign"),
    ):
        assert f'href="{target}"' in page


def test_a_reviewer_sees_their_own_figures_and_nobody_elses(
    graded: Graded, bob_client: Client, bob_actor: Actor, dora_actor: Actor, erin: Membership
) -> None:
    decide(graded, bob_actor, 0, "1")
    decide(graded, dora_actor, 1, "1")
    mine = bob_client.get(url(graded))
    assert [worker.person.name for worker in mine.context["workers"]] == ["Bob"]
    assert "Dora" not in mine.content.decode()
    assert {w.person.name for w in client_of(erin).get(url(graded)).context["workers"]} == {"Bob", "Dora"}


def test_the_page_teaches_before_anything_is_scanned(graded: Graded, alice_client: Client) -> None:
    Answer.objects.all().delete()
    page = alice_client.get(url(graded)).content.decode()
    assert "No answers yet" in page
    assert url(graded, "assign") in page


def test_a_teacher_says_who_marks_what(
    graded: Graded, alice_client: Client, bob: Membership, dora: Membership
) -> None:
    sent = {"question-2": [bob.pk, dora.pk], "question-4": [dora.pk]}
    assert alice_client.post(url(graded, "assign"), sent)["Location"] == url(graded)
    found = {q: [user.name for user in who] for q, who in assignments.assigned(graded.exam).items()}
    assert found == {"2": ["Bob", "Dora"], "4": ["Dora"]}
    page = alice_client.get(url(graded)).content.decode()
    assert '<span class="badge">Dora</span>' in page


def test_two_who_assign_at_the_same_time_do_not_undo_one_anothers_work(
    graded: Graded, alice_client: Client, olga_client: Client, bob: Membership, dora: Membership
) -> None:
    alice_client.post(url(graded, "assign"), {"question-1": [bob.pk]})
    olga_client.post(url(graded, "assign"), {"question-2": [dora.pk], "initial-question-1": []})
    assert sorted(Assignment.objects.values_list("question", flat=True)) == ["1", "2"]
    alice_client.post(url(graded, "assign"), {"initial-question-1": [bob.pk]})
    assert list(Assignment.objects.values_list("question", flat=True)) == ["2"]


@pytest.mark.parametrize("who", ["charlie", "erin"])
def test_nobody_is_offered_or_taken_who_may_not_review(
    who: str, graded: Graded, alice_client: Client, request: pytest.FixtureRequest
) -> None:
    stranger: Membership = request.getfixturevalue(who)
    answer = alice_client.post(url(graded, "assign"), {"question-1": [stranger.pk]})
    assert answer.status_code == 422
    assert stranger.user.name not in answer.content.decode()
    assert not Assignment.objects.exists()
