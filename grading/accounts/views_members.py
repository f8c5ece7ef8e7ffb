"""The members of a school, as its owners see and change them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from grading.accounts import invitations
from grading.accounts import members as services
from grading.accounts.access import OWNERS, actor_of, get_or_404, requires, visible
from grading.accounts.forms_school import ROLE_MEANINGS, ROLE_NAMES, InvitationForm, RoleForm
from grading.accounts.models import Invitation, Membership, Role
from grading.core.errors import UserError


@requires(OWNERS)
def members(request: HttpRequest) -> HttpResponse:
    """Who belongs to the school, and who is invited."""
    return members_page(request, InvitationForm())


@requires(OWNERS)
@require_POST
def change_role(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give a member another role."""
    member, form = _member(request, member_id), RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role."))
        return redirect("accounts:members")
    role: Role = form.cleaned_data["role"]
    said = _("%(person)s: %(role)s") % {"person": member.user, "role": ROLE_NAMES[role]}
    return _done(request, said, partial(services.change_role, membership=member, role=role))


@requires(OWNERS)
@require_POST
def remove(request: HttpRequest, member_id: int) -> HttpResponse:
    """End a membership."""
    member = _member(request, member_id)
    said = _("%(person)s is no member any more.") % {"person": member.user}
    return _done(request, said, partial(services.remove, membership=member))


@requires(OWNERS)
@never_cache
@require_POST
def password_link(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show a link by which a member sets a new password."""
    member = _member(request, member_id)
    try:
        link = services.password_link(actor=actor_of(request), membership=member, request=request)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("accounts:members")
    return render(request, "accounts/password_link.html", {"member": member, "link": link})


@requires(OWNERS)
@require_POST
def reset_second_factor(request: HttpRequest, member_id: int) -> HttpResponse:
    """Let a member in who lost the second factor."""
    member = _member(request, member_id)
    said = _("%(person)s logs in without a second step now.") % {"person": member.user}
    return _done(request, said, partial(services.reset_second_factor, membership=member))


def members_page(request: HttpRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    """The page with the form for inviting as it stands."""
    actor = actor_of(request)
    found = visible(Membership.objects.all(), actor).select_related("user").prefetch_related("courses")
    waiting = visible(Invitation.objects.all(), actor).filter(accepted_at=None, revoked_at=None)
    second_factors = Authenticator.objects.filter(user=OuterRef("user"))
    context = {
        "members": found.order_by("user__name", "user__email").annotate(two_steps=Exists(second_factors)),
        "waiting": [
            {
                "row": row,
                "link": invitations.link(request, row),
                "role": ROLE_NAMES[Role(row.role)],
                "expired": row.expires_at <= timezone.now(),
            }
            for row in waiting
        ],
        "form": form,
        "roles": [(role.value, name, ROLE_MEANINGS[role]) for role, name in ROLE_NAMES.items()],
    }
    return render(request, "accounts/members.html", context, status=status)


def _member(request: HttpRequest, member_id: int) -> Membership:
    return get_or_404(Membership.objects.select_related("user"), actor_of(request), pk=member_id)


def _done(request: HttpRequest, said: str, act: Callable[..., object]) -> HttpResponse:
    """Have a member changed, and say so on the page of members, or why not."""
    try:
        act(actor=actor_of(request))
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("accounts:members")
