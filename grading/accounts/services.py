"""Making accounts."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

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
    place, _ = School.objects.get_or_create(name=school)
    return _join(user, place, role, actor)


def first_login() -> str | None:
    """On a machine without any account: make its owner, teacher@localhost, and return the password."""
    with transaction.atomic():
        if User.objects.exists():
            return None
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(LOCAL_EMAIL, password, name="Teacher")
        _join(user, School.objects.create(name=LOCAL_SCHOOL), Role.OWNER, MACHINE)
        return password


def _join(user: User, school: School, role: Role, actor: Actor) -> Membership:
    membership = Membership.objects.create(user=user, school=school, role=role)
    data = {"email": user.email, "role": role.value}
    record("member.added", actor=actor, obj=membership, school_id=school.pk, data=data)
    return membership
