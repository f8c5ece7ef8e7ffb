"""Somebody who lost the device of their second factor, and the recovery codes with it."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from grading.accounts.models import User
from grading.accounts.person_log import record_of_person
from grading.core.actor import Actor
from grading.core.errors import UserError


@transaction.atomic
def reset_second_factor(*, actor: Actor, user: User) -> int:
    """Remove app and recovery codes, and end every session: how many. The password alone lets in then.

    Raises UserError for somebody who does not log in in two steps.
    """
    removed, _kinds = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise UserError(_("%(person)s does not log in in two steps.") % {"person": user})
    ended = _end_sessions(user)
    record_of_person("second_factor.reset", user=user, actor=actor, data={"email": user.email})
    return ended


def _end_sessions(user: User) -> int:
    """A session says only inside whose it is, so all are looked through; it is seldom that they are."""
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)
