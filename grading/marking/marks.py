"""The marks of an exam: drafted without a lock, which takes long, and stored under one, which is short."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from grading.core import jobs
from grading.core.models import Stage
from grading.exams.models import Exam
from grading.marking import inputs
from grading.marking.arranging import arrange
from grading.marking.budget import audit_sample
from grading.marking.deriving import Derived, derive
from grading.marking.gather import latest_readings
from grading.marking.identifying import FoundIdentity, find_identities, store_identities
from grading.marking.lost_pages import lift_arrived
from grading.marking.models import Answer, Cutoffs, Decision
from grading.marking.recognizing import pages_to_read_again, readers_of

AUDIT_SAMPLE = 20
"""Automatically marked answers of an exam that a person marks again, blind."""

DERIVED = (
    "position",
    "kind",
    "page_id",
    "reading_id",
    "status",
    "verdict",
    "marks",
    "max_marks",
    "read",
    "confidence",
    "risk",
    "reason",
    "audit",
    "turn",
    "group",
    "group_size",
    "oddity",
    "stake",
)


class InputsChanged(Exception):
    """What the marks were computed from is no longer so: they are computed again."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Identities and answers that are not stored yet, with the stamp of what they were computed from."""

    inputs: inputs.Inputs
    decision: int
    to_read: frozenset[int]
    readers: tuple[str, ...]
    identities: tuple[FoundIdentity, ...]
    derived: Derived


def draft(exam: Exam) -> Draft:
    """Compute everything anew; writes nothing."""
    stamp = inputs.stamp(exam)
    newest = Decision.objects.filter(sheet__exam=exam).aggregate(pk=Max("pk"))["pk"]
    readings = latest_readings(exam.pk)
    derived = derive(exam, readings)
    arrange(exam, derived.answers)
    return Draft(
        stamp,
        newest or 0,
        frozenset(pages_to_read_again(exam.load_spec(), readings)),
        tuple(readers_of(readings)),
        tuple(find_identities(exam, readings)),
        derived,
    )


def store(exam: Exam, drafted: Draft) -> None:
    """Write a draft, with the decisions made since; call it with ``exam`` freshly read and locked.

    Raises InputsChanged, having written nothing, when the draft speaks of another state of the exam.
    """
    if not inputs.holds(drafted.inputs, exam):
        raise InputsChanged(f"exam {exam.pk} changed while it was marked")
    jobs.enqueue(Stage.RECOGNIZE, drafted.to_read, exam_id=exam.pk)
    store_identities(exam, drafted.identities)
    plan = drafted.derived.plan
    loads = [[load.budget, load.auto, load.review, load.expected_wrong] for load in drafted.derived.loads]
    values = {"by_group": dict(plan.cutoffs), "loads": loads, "readers": list(drafted.readers)}
    Cutoffs.objects.update_or_create(exam=exam, defaults={"budget": plan.budget, **values})
    _decided_since(exam, drafted)
    lift_arrived(exam, drafted.derived.answers)
    _store_answers(exam, list(drafted.derived.answers.values()))


def _decided_since(exam: Exam, drafted: Draft) -> None:
    since = Decision.objects.filter(pk__gt=drafted.decision, sheet__exam=exam)
    for sheet, question in set(since.values_list("sheet_id", "question")):
        if (sheet, question) in drafted.derived.answers:
            decided = Decision.objects.filter(sheet_id=sheet, question=question).order_by("id")
            drafted.derived.set_answer((sheet, question), list(decided))


def _store_answers(exam: Exam, answers: list[Answer]) -> None:
    """Write the answers that differ from the stored ones, drop those whose question or sheet is gone."""
    automatic = [_name(answer) for answer in answers if answer.status == Answer.Status.AUTO]
    sample = frozenset(audit_sample(automatic, AUDIT_SAMPLE, seed=exam.code))
    for answer in answers:
        answer.audit = _name(answer) in sample
    rows = Answer.objects.filter(exam=exam).values_list("sheet_id", "question", "pk", *DERIVED)
    stored = {(sheet, question): values for sheet, question, *values in rows}
    Answer.objects.bulk_create(
        [answer for answer in answers if not _is_stored(answer, stored.pop(_key(answer), None))],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["sheet", "question"],
        update_fields=[field.removesuffix("_id") for field in DERIVED],
    )
    Answer.objects.filter(pk__in=[values[0] for values in stored.values()]).delete()


def _is_stored(answer: Answer, values: list[object] | None) -> bool:
    return values is not None and values[1:] == [getattr(answer, field) for field in DERIVED]


def _key(answer: Answer) -> tuple[int, str]:
    return answer.sheet_id, answer.question


def _name(answer: Answer) -> str:
    return f"{answer.sheet.number}/{answer.question}"
