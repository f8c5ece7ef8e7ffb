"""The queue's promises, in one process; run on SQLite here and on PostgreSQL by test_jobs_postgresql."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from grading.core import jobs, stages
from grading.core.errors import UserError
from grading.core.jobs import StaleJob, claim, complete, enqueue, fail, release, renew, sweep
from grading.core.models import AuditEvent, Job, Stage
from grading.core.stages import Handler
from grading.core.states import TRANSITIONS, Event, State, move
from grading.core.work import Batch, TimeUp, attempt, completing, run_batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pause(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.JOB_RETRY_SECONDS = 0
    monkeypatch.setattr(stages, "HANDLERS", {})


@pytest.fixture
def losses(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    told: list[tuple[int, str]] = []
    hook = {Stage.PAGE: [lambda job: told.append((job.subject_id, job.reason))]}
    monkeypatch.setattr(jobs, "QUARANTINE_HOOKS", hook)
    return told


def one(worker: str = "w1") -> Job:
    (job,) = claim(Stage.PAGE, worker, 1)
    return job


def expire() -> None:
    Job.objects.filter(state=State.LEASED).update(lease_until=timezone.now() - timedelta(seconds=1))


def in_state(state: State) -> Job:
    lease = {"owner": "w#1", "lease_until": timezone.now()} if state is State.LEASED else {}
    return Job.objects.create(stage=Stage.PAGE, subject_id=1, state=state, **lease)


@pytest.mark.parametrize(("event", "state"), list(product(Event, State)))
def test_an_event_moves_a_job_only_from_the_states_of_the_table(event: Event, state: State) -> None:
    job = in_state(state)
    before, after = TRANSITIONS[event]
    lease = {"owner": "x#1", "lease_until": timezone.now()} if event is Event.CLAIM else {}
    assert move(Job.objects.filter(pk=job.pk), event, **lease) == (state in before)
    job.refresh_from_db()
    assert job.state == (after if state in before else state)


def test_the_database_refuses_a_lease_without_an_owner() -> None:
    job = in_state(State.QUEUED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=State.LEASED)


def test_asking_twice_makes_one_job() -> None:
    enqueue(Stage.PAGE, [1, 2])
    enqueue(Stage.PAGE, [2, 3])
    assert sorted(Job.objects.values_list("subject_id", flat=True)) == [1, 2, 3]


def test_a_claim_counts_the_attempt_before_the_work() -> None:
    enqueue(Stage.PAGE, [1])
    job = one()
    assert (job.state, job.attempts) == (State.LEASED, 1)
    assert job.lease_until is not None
    assert job.lease_until > timezone.now()


def test_a_claimed_job_is_nobody_elses() -> None:
    enqueue(Stage.PAGE, [1, 2, 3])
    first, second = claim(Stage.PAGE, "w1", 2), claim(Stage.PAGE, "w2", 2)
    assert [job.subject_id for job in first + second] == [1, 2, 3]
    assert claim(Stage.PAGE, "w3", 2) == []


def test_higher_priority_comes_first_then_the_older() -> None:
    enqueue(Stage.PAGE, [1])
    enqueue(Stage.PAGE, [2])
    enqueue(Stage.PAGE, [3], priority=5)
    assert [one().subject_id for _ in range(3)] == [3, 1, 2]


def test_a_job_that_failed_before_is_claimed_alone() -> None:
    enqueue(Stage.PAGE, [1])
    fail(one(), "first")
    enqueue(Stage.PAGE, [2, 3])
    assert [[job.subject_id for job in claim(Stage.PAGE, "w", 9)] for _ in range(2)] == [[1], [2, 3]]


def test_a_retried_job_queues_behind_what_waits() -> None:
    enqueue(Stage.PAGE, [1])
    enqueue(Stage.PAGE, [2])
    fail(one(), "first")
    assert one().subject_id == 2


def test_a_failed_job_waits_before_it_is_tried_again(settings: Settings) -> None:
    settings.JOB_RETRY_SECONDS = 60
    enqueue(Stage.PAGE, [1])
    fail(one(), "first")
    assert claim(Stage.PAGE, "w", 1) == []


def test_a_completed_job_is_done_and_holds_no_lease() -> None:
    enqueue(Stage.PAGE, [1])
    job = one()
    complete(job, model_version="m1")
    job.refresh_from_db()
    assert (job.state, job.owner, job.lease_until, job.model_version) == (State.DONE, "", None, "m1")


def test_a_stale_worker_cannot_overwrite_a_result() -> None:
    enqueue(Stage.PAGE, [1])
    slow = one("slow")
    expire()
    sweep()
    complete(one("quick"))
    with pytest.raises(StaleJob), completing(slow):
        AuditEvent.objects.create(actor_label="late", verb="wrote")
    assert not AuditEvent.objects.exists()


def test_a_result_and_its_completion_are_one_transaction() -> None:
    enqueue(Stage.PAGE, [1])
    job = one()
    with pytest.raises(RuntimeError), completing(job):
        raise RuntimeError
    job.refresh_from_db()
    assert job.state == State.LEASED


def test_work_asked_for_during_the_work_is_done_once_more() -> None:
    enqueue(Stage.PAGE, [1])
    job = one()
    enqueue(Stage.PAGE, [1])
    complete(job)
    complete(one())
    assert claim(Stage.PAGE, "w", 1) == []
    assert Job.objects.get().state == State.DONE


def test_asking_again_revives_a_finished_or_given_up_job() -> None:
    enqueue(Stage.PAGE, [1, 2])
    complete(one())
    fail(one(), "hopeless", retry=False)
    enqueue(Stage.PAGE, [1, 2])
    assert list(Job.objects.values_list("state", "attempts", "reason")) == [(State.QUEUED, 0, "")] * 2


def test_three_failures_quarantine_a_job_with_its_reason(losses: list[tuple[int, str]]) -> None:
    enqueue(Stage.PAGE, [7])
    for time in ("first", "second", "third"):
        fail(one(), time)
    job = Job.objects.get()
    assert (job.state, job.reason) == (State.QUARANTINED, "third")
    assert losses == [(7, "third")]


def test_a_hook_that_fails_keeps_the_job_out_of_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(job: Job) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs, "QUARANTINE_HOOKS", {Stage.PAGE: [broken]})
    enqueue(Stage.PAGE, [1])
    job = one()
    with pytest.raises(RuntimeError):
        fail(job, "x", retry=False)
    assert Job.objects.get().state == State.LEASED


def test_a_released_job_does_not_count_the_attempt() -> None:
    enqueue(Stage.PAGE, [1])
    release(one())
    assert list(Job.objects.values_list("state", "attempts")) == [(State.QUEUED, 0)]


def test_renewing_keeps_a_lease_from_the_sweeper() -> None:
    enqueue(Stage.PAGE, [1])
    job = one()
    expire()
    assert renew(job.owner) == 1
    assert sweep() == []


def test_renewing_a_lost_lease_renews_nothing() -> None:
    enqueue(Stage.PAGE, [1])
    job = one()
    expire()
    sweep()
    assert renew(job.owner) == 0


def test_the_sweeper_requeues_expired_leases_and_names_the_losers() -> None:
    enqueue(Stage.PAGE, [1, 2])
    claim(Stage.PAGE, "dead", 2)
    expire()
    assert sweep() == ["dead"]
    assert set(Job.objects.values_list("state", flat=True)) == {State.QUEUED}


def test_the_sweeper_leaves_the_living_alone() -> None:
    enqueue(Stage.PAGE, [1])
    one()
    assert sweep() == []
    assert sweep("another") == []


def test_what_a_worker_known_to_be_dead_held_is_taken_back_at_once() -> None:
    enqueue(Stage.PAGE, [1])
    one("gone")
    assert sweep("gone") == ["gone"]


def test_three_dead_workers_quarantine_a_page_and_say_so(losses: list[tuple[int, str]]) -> None:
    enqueue(Stage.PAGE, [7])
    for _ in range(3):
        one()
        expire()
        sweep()
    assert losses[0][1].startswith("the worker died 3 times on this")


def run(work: stages.Work, count: int = 3, stop_after: int = 99) -> None:
    seen = iter(range(99))
    run_batch(Handler(Stage.PAGE, work, 9), claim(Stage.PAGE, "w", count), lambda: next(seen) >= stop_after)


def states() -> dict[int, str]:
    return dict(Job.objects.values_list("subject_id", "state"))


def test_one_bad_job_leaves_its_neighbours_alone() -> None:
    def work(batch: Batch) -> None:
        for job in batch:
            with attempt(job):
                if job.subject_id == 2:
                    raise ValueError("torn")
                with completing(job):
                    pass

    enqueue(Stage.PAGE, [1, 2, 3])
    run(work)
    assert states() == {1: "done", 2: "queued", 3: "done"}
    assert Job.objects.get(subject_id=2).reason == "ValueError: torn"


def test_bad_input_is_not_tried_again() -> None:
    def work(batch: Batch) -> None:
        with attempt(batch[0]):
            raise UserError("The file is encrypted.", "Save it without a password.")

    enqueue(Stage.PAGE, [1])
    run(work)
    job = Job.objects.get()
    assert (job.state, job.reason) == (
        State.QUARANTINED,
        "The file is encrypted. Save it without a password.",
    )


def test_what_a_handler_leaves_behind_fails() -> None:
    enqueue(Stage.PAGE, [1])
    run(lambda batch: None)
    assert list(Job.objects.values_list("state", "reason")) == [(State.QUEUED, "was left unfinished")]


def test_a_handler_that_raises_fails_what_it_had_not_finished() -> None:
    def work(batch: Batch) -> None:
        with completing(batch[0]):
            pass
        raise MemoryError

    enqueue(Stage.PAGE, [1, 2])
    run(work)
    assert states() == {1: "done", 2: "queued"}
    assert Job.objects.get(subject_id=2).reason == "needs more memory than there is"


def test_a_worker_asked_to_stop_hands_the_rest_back() -> None:
    def work(batch: Batch) -> None:
        for job in batch:
            with attempt(job), completing(job):
                pass

    enqueue(Stage.PAGE, [1, 2, 3])
    run(work, stop_after=1)
    assert list(Job.objects.values_list("state", "attempts")) == [("done", 1), ("queued", 0), ("queued", 0)]


def test_time_up_blames_the_job_in_hand_only() -> None:
    def work(batch: Batch) -> None:
        for job in batch:
            with attempt(job):
                raise TimeUp

    enqueue(Stage.PAGE, [1, 2])
    run(work)
    assert list(Job.objects.order_by("subject_id").values_list("attempts", "reason")) == [
        (1, "takes too long"),
        (0, ""),
    ]


def test_a_stage_has_one_handler() -> None:
    stages.handler(Stage.PAGE)(lambda batch: None)
    with pytest.raises(ValueError, match="two handlers"):
        stages.handler(Stage.PAGE)(lambda batch: None)
