"""Making accounts."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import MACHINE, Actor
from grading.core.audit import record
from grading.core.errors import UserError

LOCAL_EMAIL = "teacher@localhost"
LOCAL_SCHOOL = "My school"


@transaction.atomic
def create_member(
    *,
    email: str,
    password: str,
    school: str,
    name: str = "",
    role: Role = Role.TEACHER,
    actor: Actor = MACHINE,
) -> Membership:
    """A person with a login and a role in a school, which is made if there is none of that name.

    Raises UserError for an address that is taken or wrong, and for a password that is too easy to guess.
    """
    user = User(email=email.strip().lower(), name=name)
    try:
        validate_email(user.email)
        validate_password(password, user)
    except ValidationError as error:
        raise UserError(" ".join(error.messages)) from None
    if User.objects.filter(email__iexact=user.email).exists():
        raise UserError(f"{user.email} has an account already.", "Choose another address.")
    user.set_password(password)
    user.save()
    place, _new = School.objects.get_or_create(name=school)
    return join(user=user, school=place, role=role, actor=actor)


@transaction.atomic
def found_school(*, user: User, name: str) -> Membership:
    """A school of the person's own; a name that others use too is no obstacle, for schools see no others."""
    founder = Actor(user_id=user.pk, label=user.email)
    school = School.objects.create(name=name)
    data = {"name": school.name}
    record("school.founded", actor=founder, obj=school, school_id=school.pk, data=data)
    return join(user=user, school=school, role=Role.OWNER, actor=founder)


def first_login() -> str | None:
    """On a machine without any account: make its owner, teacher@localhost, and return the password."""
    with transaction.atomic():
        if User.objects.exists():
            return None
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(LOCAL_EMAIL, password, name="Teacher")
        join(user=user, school=School.objects.create(name=LOCAL_SCHOOL), role=Role.OWNER, actor=MACHINE)
        return password


def join(*, user: User, school: School, role: Role, actor: Actor) -> Membership:
    """Make a person a member. Raises UserError for one who is a member already."""
    if Membership.objects.filter(user=user, school=school).exists():
        raise UserError(_("You are a member of this school already."))
    membership = Membership.objects.create(user=user, school=school, role=role)
    data = {"email": user.email, "role": role.value}
    record("member.added", actor=actor, obj=membership, school_id=school.pk, data=data)
    return membership
