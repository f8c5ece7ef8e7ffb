"""The choice of language and of light or dark, and the page that shows every component to developers."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from grading.portal.appearance import LANGUAGES, THEMES, remember, write_cookies


class AppearanceForm(forms.Form):
    """One or both choices."""

    language = forms.ChoiceField(choices=list(LANGUAGES.items()), required=False)
    theme = forms.ChoiceField(choices=list(THEMES.items()), required=False)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the choice and go back to where it was made; open to everybody, for it shows nothing."""
    form = AppearanceForm(request.POST)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    if form.is_valid():
        remember(request.user, **form.cleaned_data)
        write_cookies(response, **form.cleaned_data)
    return response


@login_required
def components(request: HttpRequest) -> HttpResponse:
    """Everything the pages are made of, on one page."""
    return render(request, "portal/components.html")
