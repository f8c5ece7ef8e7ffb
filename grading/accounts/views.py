"""One's own account and the choice of school."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts import people
from grading.accounts.access import SESSION_SCHOOL, person
from grading.accounts.forms_school import ProfileForm
from grading.accounts.models import Membership
from grading.core.errors import UserError
from grading.core.sent import whole_number


@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def profile(request: HttpRequest) -> HttpResponse:
    """One's name and address, and the ways to password and second factor."""
    user = person(request)
    form = ProfileForm(user, request.POST or None, initial={"name": user.name, "email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            people.change_person(user=user, **form.cleaned_data)
        except UserError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:profile")
    memberships = user.memberships.select_related("school")
    context = {"form": form, "memberships": memberships, "has_password": user.has_usable_password()}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def choose_school(request: HttpRequest) -> HttpResponse:
    """Look at another of one's schools."""
    school_id = whole_number(request.POST.get("school", "")) or 0
    if not Membership.objects.filter(user__in=[request.user.pk], school_id=school_id).exists():
        raise Http404("You are not a member of that school.")
    request.session[SESSION_SCHOOL] = school_id
    return redirect("/")
