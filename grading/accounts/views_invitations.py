"""Inviting somebody, and what they find behind the link."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from grading.accounts import invitations
from grading.accounts.access import OWNERS, SESSION_SCHOOL, actor_of, get_or_404, person, requires
from grading.accounts.forms_school import ROLE_MEANINGS, ROLE_NAMES, InvitationForm
from grading.accounts.models import Invitation, Role, School, User
from grading.accounts.views_members import members_page
from grading.core.errors import UserError


@requires(OWNERS)
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Hold a place; the link is mailed, or shown for handing over."""
    actor, form = actor_of(request), InvitationForm(request.POST)
    if not form.is_valid():
        return members_page(request, form, status=422)
    school = get_or_404(School.objects.all(), actor)
    try:
        made = invitations.invite(actor=actor, school=school, **form.cleaned_data)
    except UserError as error:
        form.add_error("email", str(error))
        return members_page(request, form, status=422)
    messages.success(request, _told(request, made))
    return redirect("accounts:members")


@requires(OWNERS)
@require_POST
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    actor = actor_of(request)
    found = get_or_404(Invitation.objects.all(), actor, pk=invitation_id)
    try:
        invitations.revoke(actor=actor, invitation=found)
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation is taken back; its link no longer works."))
    return redirect("accounts:members")


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the invited person sees: to log in or sign up first, then to accept."""
    found = invitations.from_token(token)
    if found is None:
        return render(request, "accounts/invitation_over.html", status=404)
    if request.user.is_authenticated and request.method == "POST":
        return _accept(request, found)
    invitations.remember(request, found)
    back = urlencode({"next": request.path})
    context = {
        "invitation": found,
        "role": ROLE_NAMES[Role(found.role)],
        "meaning": ROLE_MEANINGS[Role(found.role)],
        "known": User.objects.filter(email__iexact=found.email).exists(),
        "login_url": f"{reverse('account_login')}?{back}",
    }
    return render(request, "accounts/invitation.html", context)


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    try:
        member = invitations.accept(invitation=found, user=person(request))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("portal:exams")
    request.session.pop(invitations.SESSION_INVITATION, None)
    request.session[SESSION_SCHOOL] = member.school_id
    messages.success(request, _("Welcome to %(school)s.") % {"school": member.school})
    return redirect("portal:exams")


def _told(request: HttpRequest, made: Invitation) -> str:
    """Mail the link if that is possible; what became of it, in words."""
    if not settings.SENDS_MAIL:
        return _("Copy the link below and hand it to %(email)s.") % {"email": made.email}
    try:
        invitations.send(request, made)
    except OSError:
        return _("The mail could not be sent. Copy the link below and hand it to %(email)s.") % {
            "email": made.email
        }
    return _("The invitation is on its way to %(email)s.") % {"email": made.email}
