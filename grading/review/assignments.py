"""Who is asked to mark which question: it comes to them first. A preference, never a lock.

Whoever may review the exam may open every question of it, as before. A copy of an exam takes no assignments
along: it is marked at another time, by whoever is there then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grading.accounts.models import Membership, User
from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.gate import who_may_review
from grading.exams.models import Exam
from grading.review.models import Assignment


def members(exam: Exam) -> QuerySet[Membership]:
    """Those who can be asked to mark its questions, by name."""
    return who_may_review(exam).select_related("user").order_by("user__name", "user__email")


def assigned(exam: Exam) -> dict[str, list[User]]:
    """Question -> who is asked to mark it; questions that are nobody's are left out.

    Who may not review the exam any more is asked no more, without a word from anybody.
    """
    found: dict[str, list[User]] = {}
    rows = Assignment.objects.filter(exam=exam, member__in=who_may_review(exam)).select_related(
        "member__user"
    )
    for row in rows.order_by("member__user__name", "member__user__email"):
        found.setdefault(row.question, []).append(row.member.user)
    return found


def assign(*, actor: Actor, exam: Exam, wanted: Mapping[str, Collection[Membership]]) -> None:
    """Ask these people, and nobody else, to mark each question of ``wanted``; other questions stay.

    Raises UserError for somebody who may not review the exam (any more), and for a question that it does
    not have (any more).
    """
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        _refuse_strangers(locked, wanted)
        before = _stored(locked, wanted)
        after = {(question, member.pk): member for question, people in wanted.items() for member in people}
        gone = [row for place, row in before.items() if place not in after]
        new = [
            Assignment(exam=locked, question=question, member=member)
            for (question, _key), member in after.items()
            if (question, member.pk) not in before
        ]
        if not (gone or new):
            return
        Assignment.objects.filter(pk__in=[row.pk for row in gone]).delete()
        Assignment.objects.bulk_create(new)
        data = {"assigned": _named(new), "no_longer": _named(gone)}
        audit.record("exam.assigned", actor=actor, obj=locked, exam_id=locked.pk, data=data)


def _refuse_strangers(exam: Exam, wanted: Mapping[str, Collection[Membership]]) -> None:
    known = {question.id for question in exam.load_spec().questions}
    people = {member.pk for chosen in wanted.values() for member in chosen}
    if not wanted.keys() <= known or who_may_review(exam).filter(pk__in=people).count() != len(people):
        raise UserError(
            _("The questions of this exam, or the people who may review it, were changed meanwhile"),
            _("look at the list as it is now"),
        )


def _stored(exam: Exam, questions: Collection[str]) -> dict[tuple[str, int], Assignment]:
    rows = Assignment.objects.filter(exam=exam, question__in=questions).select_related("member__user")
    return {(row.question, row.member_id): row for row in rows}


def _named(rows: Collection[Assignment]) -> dict[str, list[str]]:
    """Question -> addresses, as the log keeps them."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(row.member.user.email)
    return found
