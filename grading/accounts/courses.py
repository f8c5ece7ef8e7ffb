"""Courses: a light grouping of a school's exams, and who reviews in which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grading.accounts.models import Course, Membership, School
from grading.core.actor import Actor
from grading.core.audit import record
from grading.core.errors import UserError


def create_course(*, actor: Actor, school: School, name: str) -> Course:
    """A new course. Raises UserError for a name that is taken."""
    with _unique(name), transaction.atomic():
        course = Course.objects.create(school=school, name=name)
        record("course.created", actor=actor, obj=course, school_id=school.pk, data={"name": name})
    return course


def change_course(*, actor: Actor, course: Course, name: str, members: Iterable[Membership]) -> Course:
    """Another name, other members. Raises UserError for a name that is taken."""
    with _unique(name), transaction.atomic():
        locked = Course.objects.select_for_update().get(pk=course.pk)
        locked.name = name
        locked.save(update_fields=["name"])
        chosen = list(members)
        locked.members.set(chosen)
        data = {"name": name, "members": [member.user.email for member in chosen]}
        record("course.changed", actor=actor, obj=locked, school_id=locked.school_id, data=data)
    return locked


@transaction.atomic
def remove_course(*, actor: Actor, course: Course) -> None:
    """End a course; its exams stay, in no course."""
    record("course.removed", actor=actor, obj=course, school_id=course.school_id, data={"name": course.name})
    course.delete()


@contextmanager
def _unique(name: str) -> Iterator[None]:
    """Turn the database's refusal of a second course of that name into words."""
    try:
        yield
    except IntegrityError:
        refusal = _("There is a course %(name)s already.") % {"name": name}
        raise UserError(refusal, _("Choose another name.")) from None
