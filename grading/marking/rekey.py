"""Another key for one question, after the fact: one recorded change, and the exam is marked anew.

What people decided is never touched: it is applied last, as in every marking. But "right", "wrong" and marks
that they gave by the key of then no longer count (``key_state``); by that key again they would.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams import services as exams
from grading.exams.examfile import exam_from_data
from grading.exams.models import Exam
from grading.exams.spec import ExamSpec


def with_question(exam: Exam, question_id: str, change: dict[str, Any]) -> ExamSpec:
    """The exam's file with other values in one question. Raises ExamFileError for what cannot be."""
    questions = [
        {**question, **change} if question["id"] == question_id else question
        for question in exam.load_spec().model_dump(mode="json")["questions"]
    ]
    return exam_from_data({**exam.spec, "questions": questions})


def state_of(exam: Exam) -> str:
    """Names the exam file that a person saw, so that a change is applied to no other."""
    return hashlib.sha256(json.dumps(exam.spec, sort_keys=True).encode()).hexdigest()[:32]


def rekey(*, actor: Actor, exam: Exam, question_id: str, change: dict[str, Any], seen: str) -> Exam:
    """Give a question another key and queue the marking; images are then verified against the new key.

    ``seen``: ``state_of`` the exam that was previewed. Raises UserError when the exam has changed since, or
    its results are released.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        if locked.state == Exam.State.RELEASED:
            raise UserError("the results are released", "open them again before you change a key")
        if state_of(locked) != seen:
            raise UserError("the exam has changed since you looked", "look again at what would change")
        before = locked.load_spec().question(question_id).model_dump(mode="json")
        spec = with_question(locked, question_id, change)
        after = spec.question(question_id).model_dump(mode="json")
        changed = exams.change_exam(actor=actor, exam=locked, spec=spec)
        names = [name for name in after if after[name] != before.get(name)]
        data = {
            "question": question_id,
            "before": {name: before.get(name) for name in names},
            "after": {name: after[name] for name in names},
        }
        audit.record("question.rekeyed", actor=actor, obj=changed, exam_id=changed.pk, data=data)
    return changed
