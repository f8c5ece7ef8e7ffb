"""What people do with criteria: mark an answer by them, change them, say how a question is marked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking import acting, rubric, rubric_annotations
from grading.marking.acting import Verdict
from grading.marking.models import Answer, Decision, MarkingRule, Rubric
from grading.marking.rubric import Applied, RubricSpec
from grading.marking.rubric_annotations import Annotation
from grading.marking.rubric_preview import Preview, preview
from grading.marking.rubric_rules import rules_for

CHANGED = ("turn", "status", "verdict", "marks", "read", "risk", "reason")


def mark(
    *,
    actor: Actor,
    answer: Answer,
    applied: Applied,
    annotations: Sequence[Annotation] = (),
    comment: str = "",
    seen: int | None = None,
    act: UUID | None = None,
) -> Answer:
    """Mark an answer by the criteria that apply.

    ``seen`` and refusals as in ``services.decide``; ``act`` names the mark: sent twice, it counts once.
    """
    if applied.adjust and not applied.reason.strip():
        raise UserError(_("Points given or taken by hand need a reason"), _("say in a few words why"))
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=answer.exam_id)
        keep_rubric(exam, exam.load_spec().question(answer.question))
        data = rubric.stored(applied) | {"annotations": rubric_annotations.to_store(annotations)}
        verdict = Verdict(Decision.Kind.RUBRIC, comment=comment, data=data)
        return acting.decide_one(actor=actor, answer=answer, seen=seen, verdict=verdict, act=act)


def keep_rubric(exam: Exam, question: Question) -> None:
    """Store the criteria of the exam file as version 0, so that what was marked by them never loses them."""
    if not Rubric.objects.filter(exam=exam, question=question.id).exists():
        _store(exam, question.id, rules_for(exam, question).rubric, None)


def change_rubric(*, actor: Actor, exam: Exam, question: Question, proposed: RubricSpec) -> Preview:
    """Make ``proposed`` the rubric, for everybody who was marked with it too; what changed.

    Raises UserError when somebody changed the rubric since ``proposed`` was derived from it.
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        before = rules_for(locked, question).rubric
        if proposed.version != before.version + 1:
            raise UserError(
                _("Somebody changed these criteria while you were at it"), _("look at theirs before yours")
            )
        found = preview(locked, question, proposed)
        _store(locked, question.id, proposed, actor)
        Answer.objects.bulk_update(found.derived, CHANGED, batch_size=500)
        data = {
            "question": question.id,
            "before": {"scoring": before.scoring, "criteria": rubric.to_store(before)},
            "after": {"scoring": proposed.scoring, "criteria": rubric.to_store(proposed)},
            "changed": [
                [change.answer.sheet.number, _text(change.before), _text(change.after)]
                for change in found.changes
            ],
        }
        audit.record("rubric.changed", actor=actor, obj=locked, exam_id=locked.pk, data=data)
    return found


def set_rules(
    *,
    actor: Actor,
    exam: Exam,
    question: Question,
    by_people: bool,
    second_share: float,
    tolerance: Decimal,
) -> MarkingRule:
    """Say who marks a question and how much of it twice; its answers follow at once."""
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        values = {"by_people": by_people, "second_share": second_share, "tolerance": tolerance}
        rule = MarkingRule.objects.update_or_create(exam=locked, question=question.id, defaults=values)[0]
        found = preview(locked, question, rules_for(locked, question).rubric)
        Answer.objects.bulk_update(found.derived, CHANGED, batch_size=500)
        data = {"question": question.id, **values, "tolerance": str(tolerance)}
        audit.record("marking_rule.set", actor=actor, obj=rule, exam_id=locked.pk, data=data)
        jobs.enqueue(Stage.MARK, [locked.pk], exam_id=locked.pk)  # the error budget has other answers now
    return rule


def _store(exam: Exam, question: str, spec: RubricSpec, actor: Actor | None) -> None:
    Rubric.objects.create(
        exam=exam,
        question=question,
        version=spec.version,
        scoring=spec.scoring,
        criteria=rubric.to_store(spec),
        by_id=actor.user_id if actor else None,
    )


def _text(marks: Decimal | None) -> str | None:
    return None if marks is None else str(marks)
