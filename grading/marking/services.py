"""Marks and identities: derived as a whole, changed by people one at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam, Sheet, Student
from grading.marking import acting
from grading.marking import marks as marks_of
from grading.marking.acting import Verdict
from grading.marking.models import Answer, Decision, Identity

log = logging.getLogger(__name__)

DRAFTS = 3
"""Times that marks are computed beside other people's changes, before everybody else waits for them."""


def mark_exam(
    *, exam_id: int, within: Callable[[], AbstractContextManager[None]] = transaction.atomic
) -> None:
    """Derive the identities and answers of an exam anew; what people decided stays.

    They are computed without holding anybody up and stored in the transaction of ``within``, if nothing that
    they depend on has changed by then; else all over again, the last time under the exam's lock.
    Pages whose readings were verified against another key are queued to be read again, which leads back here.
    """
    for _draft in range(DRAFTS):
        drafted = marks_of.draft(Exam.objects.get(pk=exam_id))
        try:
            with within():
                marks_of.store(Exam.objects.select_for_update().get(pk=exam_id), drafted)
        except marks_of.InputsChanged as changed:
            log.info("%s", changed)
        else:
            return
    with within():
        exam = Exam.objects.select_for_update().get(pk=exam_id)
        marks_of.store(exam, marks_of.draft(exam))


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
    decided meanwhile, when it is not this person's turn, or when the decision does not fit the question; then
    nothing is stored.
    """
    verdict = Verdict(kind, text, marks, comment)
    return acting.decide_one(actor=actor, answer=answer, seen=seen, verdict=verdict)


def undo(*, actor: Actor, answer: Answer, seen: int | None, act: UUID | None = None) -> Answer:
    """Take back the decision that counts now; the one before it, or the machine's mark, counts again."""
    return acting.undo_one(actor=actor, answer=answer, seen=seen, act=act)


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
    decided = Decision.objects.filter(sheet_id=answer.sheet_id, question=answer.question)
    return decided.order_by("id").values_list("pk", flat=True).last()
