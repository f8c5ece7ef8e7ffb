"""Marks and identities: derived as a whole, changed by people one at a time."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.models import Exam, Sheet, Student
from grading.marking import decisions
from grading.marking.budget import Load, audit_sample, curve
from grading.marking.deriving import budget_items, derive, derive_again, written_answers
from grading.marking.identifying import identify_sheets
from grading.marking.models import Answer, Cutoffs, Decision, Identity
from grading.marking.recognizing import pages_to_read_again

AUDIT_SAMPLE = 20
"""Automatically marked answers of an exam that a person marks again, blind."""

DERIVED = (
    "position",
    "kind",
    "page",
    "reading",
    "status",
    "verdict",
    "marks",
    "max_marks",
    "read",
    "confidence",
    "risk",
    "reason",
    "audit",
)


def mark_exam(*, exam_id: int) -> None:
    """Derive the identities and answers of an exam anew; what people decided stays.

    Pages whose readings were verified against another key are queued to be read again, which leads back here.
    """
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=exam_id)
        jobs.enqueue(Stage.RECOGNIZE, pages_to_read_again(exam), exam_id=exam.pk)
        identify_sheets(exam)
        answers, plan = derive(exam)
        Cutoffs.objects.update_or_create(
            exam=exam, defaults={"budget": plan.budget, "by_group": dict(plan.cutoffs)}
        )
        _store(exam, answers)


def decide(
    *,
    actor: Actor,
    answer: Answer,
    kind: Decision.Kind,
    text: str = "",
    marks: Decimal | None = None,
    comment: str = "",
    seen: int | None = None,
) -> Answer:
    """Record a person's decision on one answer and derive its mark.

    ``seen``: the latest decision that the person saw (None: there was none). Raises UserError when somebody
    decided meanwhile, or when the decision does not fit the question; then nothing is stored.
    """
    with transaction.atomic():
        locked = _lock(answer, seen)
        decision = Decision(
            sheet_id=locked.sheet_id,
            question=locked.question,
            kind=kind,
            text=text.strip(),
            marks=marks,
            comment=comment.strip()[:1000],
            by_id=actor.user_id,
        )
        question = locked.exam.load_spec().question(locked.question)
        try:
            decisions.apply(locked, question, decision)
        except ValueError as problem:
            raise UserError(str(problem)) from problem
        decision.save()
        locked.save()
        _record("answer.decided", actor, locked, decision)
    return locked


def undo(*, actor: Actor, answer: Answer, seen: int | None) -> Answer:
    """Take back the decision that counts now; the one before it, or the machine's mark, counts again."""
    with transaction.atomic():
        locked = _lock(answer, seen)
        if decisions.standing(_history(locked)) is None:
            raise UserError("there is nothing to undo on this answer", "reload to see where it stands")
        decision = Decision(
            sheet_id=locked.sheet_id, question=locked.question, kind=Decision.Kind.UNDO, by_id=actor.user_id
        )
        decision.save()
        derive_again(locked)
        locked.save()
        _record("answer.undone", actor, locked, decision)
    return locked


def identify(*, actor: Actor, sheet: Sheet, student_id: str) -> Identity:
    """Say whose sheet it is. Raises UserError for an unknown student, or one who has another sheet."""
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=sheet.exam_id)
        student = exam.students.filter(student_id=student_id.strip()).first()
        if student is None:
            raise UserError(
                f"no student {student_id} is on the roster", "add the student to the roster first"
            )
        other = Identity.objects.filter(exam=exam, student=student).exclude(sheet=sheet).first()
        if other is not None:
            raise UserError(
                f"{student} has sheet {other.sheet.number}",
                "swap the two sheets, or say first whose that one is",
            )
        found = _set_identity(sheet, student)
        audit.record(
            "sheet.identified", actor=actor, obj=sheet, exam_id=exam.pk, data={"student": student.student_id}
        )
    return found


def swap(*, actor: Actor, first: Sheet, second: Sheet) -> None:
    """Exchange the students of two sheets of an exam."""
    with transaction.atomic():
        Exam.objects.select_for_update().get(pk=first.exam_id)
        owners = {
            found.sheet_id: found.student for found in Identity.objects.filter(sheet__in=(first, second))
        }
        if len(owners) != 2 or first.exam_id != second.exam_id:
            raise UserError(
                "only two scanned sheets of one exam can be swapped", "choose the other sheet again"
            )
        Identity.objects.filter(sheet__in=(first, second)).update(student=None)
        for sheet, other in ((first, second), (second, first)):
            _set_identity(sheet, owners[other.pk])
        audit.record(
            "sheets.swapped", actor=actor, obj=first, exam_id=first.exam_id, data={"with": second.number}
        )


def _set_identity(sheet: Sheet, student: Student | None) -> Identity:
    values = {"exam_id": sheet.exam_id, "student": student, "state": Identity.State.HUMAN, "reason": ""}
    if student is None:
        values |= {"state": Identity.State.REVIEW, "reason": "no student yet"}
    return Identity.objects.update_or_create(sheet=sheet, defaults=values)[0]


def latest_decision(answer: Answer) -> int | None:
    """The id of the newest decision on an answer, for a page to send back as ``seen``."""
    return _history(answer).values_list("pk", flat=True).last()


def preview_budget(exam: Exam) -> tuple[Load, ...]:
    """What other error budgets would mean for this exam: review load against risk."""
    spec = exam.load_spec()
    return curve(budget_items(written_answers(exam, spec), spec.language))


def _history(answer: Answer) -> QuerySet[Decision]:
    return Decision.objects.filter(sheet_id=answer.sheet_id, question=answer.question).order_by("id")


def _lock(answer: Answer, seen: int | None) -> Answer:
    Exam.objects.select_for_update().get(pk=answer.exam_id)
    locked = Answer.objects.select_related("exam", "sheet").get(pk=answer.pk)
    if latest_decision(locked) != seen:
        raise UserError(
            "somebody decided on this answer while you were looking at it",
            "look at their decision before yours",
        )
    return locked


def _record(verb: str, actor: Actor, answer: Answer, decision: Decision) -> None:
    data = {
        "sheet": answer.sheet.number,
        "question": answer.question,
        "kind": decision.kind,
        "text": decision.text,
        "marks": None if answer.marks is None else str(answer.marks),
    }
    audit.record(verb, actor=actor, obj=answer, exam_id=answer.exam_id, data=data)


def _store(exam: Exam, answers: list[Answer]) -> None:
    """Write the derived answers over the stored ones and drop those whose question or sheet is gone."""
    automatic = [_name(answer) for answer in answers if answer.status == Answer.Status.AUTO]
    sample = frozenset(audit_sample(automatic, AUDIT_SAMPLE, seed=exam.code))
    for answer in answers:
        answer.audit = _name(answer) in sample
    Answer.objects.bulk_create(
        answers,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["sheet", "question"],
        update_fields=DERIVED,
    )
    known = {(answer.sheet_id, answer.question) for answer in answers}
    stored = Answer.objects.filter(exam=exam).values_list("pk", "sheet_id", "question")
    Answer.objects.filter(pk__in=[pk for pk, *name in stored if tuple(name) not in known]).delete()


def _name(answer: Answer) -> str:
    return f"{answer.sheet.number}/{answer.question}"
