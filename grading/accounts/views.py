"""Login, logout and the choice of school."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from grading.accounts.access import SESSION_SCHOOL
from grading.accounts.forms import LoginForm
from grading.accounts.models import Membership


class Login(LoginView):
    """Asks for e-mail address and password; repeated failures are held off by django-axes."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


class Logout(LogoutView):
    """Ends the session (POST only)."""


@login_required
@require_POST
def choose_school(request: HttpRequest) -> HttpResponse:
    """Look at another of one's schools."""
    wanted = request.POST.get("school", "")
    school_id = int(wanted) if wanted.isdecimal() else 0
    if not Membership.objects.filter(user__in=[request.user.pk], school_id=school_id).exists():
        raise Http404("You are not a member of that school.")
    request.session[SESSION_SCHOOL] = school_id
    return redirect("/")
