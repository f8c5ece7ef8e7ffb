"""What an owner decides about the members of a school; a school is never left without an owner."""

from __future__ import annotations

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grading.accounts import lost_factor
from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import Actor
from grading.core.audit import record
from grading.core.errors import UserError


@transaction.atomic
def change_role(*, actor: Actor, membership: Membership, role: Role) -> Membership:
    """Give a member another role. Raises UserError for the last owner."""
    locked = _locked(membership)
    before = locked.role
    if before == role:
        return locked
    if before == Role.OWNER:
        _another_owner(locked)
    locked.role = role
    locked.save(update_fields=["role"])
    data = {"email": locked.user.email, "before": before, "role": role.value}
    record("member.role_changed", actor=actor, obj=locked, school_id=locked.school_id, data=data)
    return locked


@transaction.atomic
def remove(*, actor: Actor, membership: Membership) -> None:
    """End a membership; login and other schools stay. Raises UserError for the last owner."""
    locked = _locked(membership)
    if locked.role == Role.OWNER:
        _another_owner(locked)
    data = {"email": locked.user.email, "role": locked.role}
    record("member.removed", actor=actor, obj=locked, school_id=locked.school_id, data=data)
    locked.delete()


def password_link(*, actor: Actor, membership: Membership, request: HttpRequest) -> str:
    """A link by which the member sets a new password, for the owner to hand over.

    Raises UserError for a member of schools that the actor does not own: it would open those too; and for
    the actor, who changes the password with the present one: an unlocked screen gives away no account.
    """
    user = membership.user
    if user.pk == actor.user_id:
        raise UserError(
            _("You cannot make a link for your own password."),
            _("Change it on the page of your account, or ask another owner for a link if you forgot it."),
        )
    if _belongs_elsewhere(user, actor):
        raise UserError(
            _("%(person)s belongs to another school too, so you cannot set a new password for them.")
            % {"person": user}
        )
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    data = {"email": user.email}
    record("password.link_made", actor=actor, obj=user, school_id=membership.school_id, data=data)
    kept = {"uidb36": user_pk_to_url_str(user), "key": token}
    return request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=kept))


def reset_second_factor(*, actor: Actor, membership: Membership) -> None:
    """Let a member who lost the second factor in with the password alone.

    Raises UserError for a member of schools that the actor does not own, and for the actor: who is logged
    in turns it off with the password, not without.
    """
    user = membership.user
    if user.pk == actor.user_id:
        raise UserError(_("Turn off your own log-in in two steps on the page of your account."))
    if _belongs_elsewhere(user, actor):
        raise UserError(
            _("%(person)s belongs to another school too: ask the operator of this service.")
            % {"person": user}
        )
    lost_factor.reset_second_factor(actor=actor, user=user)


def _belongs_elsewhere(user: User, actor: Actor) -> bool:
    owned = Membership.objects.filter(user__in=[actor.user_id], role=Role.OWNER).values("school_id")
    return user.memberships.exclude(school_id__in=owned).exists()


def _locked(membership: Membership) -> Membership:
    """The membership as it is now, with its school locked: two owners cannot remove each other at once."""
    School.objects.select_for_update().get(pk=membership.school_id)
    return Membership.objects.select_related("user").get(pk=membership.pk)


def _another_owner(membership: Membership) -> None:
    others = Membership.objects.filter(school_id=membership.school_id, role=Role.OWNER)
    if not others.exclude(pk=membership.pk).exists():
        raise UserError(
            _("%(person)s is the only owner of this school.") % {"person": membership.user},
            _("Make somebody else an owner first."),
        )
