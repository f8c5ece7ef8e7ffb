"""Invitations: a link that makes one person a member of a school, once, for a limited time."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.accounts.models import Invitation, Membership, Role, School, User
from grading.accounts.services import join
from grading.core.actor import Actor
from grading.core.audit import record
from grading.core.errors import UserError

SESSION_INVITATION = "invitation"
_SIGNER = Signer(salt="grading.accounts.invitation")


@transaction.atomic
def invite(*, actor: Actor, school: School, email: str, role: Role) -> Invitation:
    """Hold a place for somebody; an older invitation of the same address ends.

    Raises UserError for an address whose owner is a member already.
    """
    School.objects.select_for_update().get(pk=school.pk)
    email = email.strip().lower()
    if Membership.objects.filter(school=school, user__email__iexact=email).exists():
        raise UserError(_("%(email)s is a member of this school already.") % {"email": email})
    for older in _unanswered(school, email):
        revoke(actor=actor, invitation=older)
    invitation = Invitation.objects.create(
        school=school,
        email=email,
        role=role,
        invited_by_id=actor.user_id,
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    data = {"email": email, "role": role.value}
    record("invitation.made", actor=actor, obj=invitation, school_id=school.pk, data=data)
    return invitation


@transaction.atomic
def revoke(*, actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back. Raises UserError for one that was accepted."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at:
        raise UserError(_("This invitation was accepted already. You can remove the member instead."))
    if locked.revoked_at:
        return
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    data = {"email": locked.email}
    record("invitation.revoked", actor=actor, obj=locked, school_id=locked.school_id, data=data)


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """Make the person a member. Raises UserError when it is too late, or they are one already."""
    locked = Invitation.objects.select_for_update().select_related("school").get(pk=invitation.pk)
    if not locked.open:
        raise UserError(
            _("This invitation has been used, taken back or has expired."), _("Ask for a new one.")
        )
    actor = Actor(user_id=user.pk, label=user.email, school_id=locked.school_id)
    membership = join(user=user, school=locked.school, role=Role(locked.role), actor=actor)
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    record("invitation.accepted", actor=actor, obj=locked, data={"email": locked.email, "by": user.email})
    return membership


def link(request: HttpRequest, invitation: Invitation) -> str:
    """The address that whoever is invited opens; signed, so that it cannot be guessed."""
    path = reverse("accounts:invitation", args=[_SIGNER.sign(str(invitation.pk))])
    return request.build_absolute_uri(path)


def from_token(token: str) -> Invitation | None:
    """The invitation of a link that can still be accepted."""
    try:
        number = int(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    found = Invitation.objects.select_related("school", "invited_by").filter(pk=number).first()
    return found if found and found.open else None


def send(request: HttpRequest, invitation: Invitation) -> None:
    """Mail the link."""
    context = {"invitation": invitation, "link": link(request, invitation)}
    text = render_to_string("accounts/invitation_mail.txt", context, request)
    subject = _("%(school)s invites you to Inkgrade") % {"school": " ".join(invitation.school.name.split())}
    send_mail(subject, text, None, [invitation.email])


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep in mind that this visitor came by an invitation, while they make an account."""
    request.session[SESSION_INVITATION] = invitation.pk


def remembered(request: HttpRequest) -> Invitation | None:
    """The invitation that this visitor came by, as long as it can be accepted."""
    number = request.session.get(SESSION_INVITATION)
    if number is None:
        return None
    found = Invitation.objects.select_related("school").filter(pk=number).first()
    return found if found and found.open else None


def _unanswered(school: School, email: str) -> list[Invitation]:
    found = Invitation.objects.filter(school=school, email__iexact=email, accepted_at=None, revoked_at=None)
    return list(found)
