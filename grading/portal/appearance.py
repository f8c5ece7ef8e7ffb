"""Language and light or dark: two cookies say them, so that the first byte of a page is already right.

An account remembers them too; at log-in they are copied into the browser's cookies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from grading.accounts.models import User
from grading.portal.models import Appearance

THEME_COOKIE = "inkgrade_theme"
THEMES = {"system": _("System"), "light": _("Light"), "dark": _("Dark")}
LANGUAGES = dict(settings.LANGUAGES)
YEAR_SECONDS = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """``light``, ``dark`` or ``system``."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def remember(user: object, *, language: str, theme: str) -> None:
    """Keep what a person chose with their account; an empty choice changes nothing."""
    chosen = {name: value for name, value in (("language", language), ("theme", theme)) if value}
    if isinstance(user, User) and chosen:
        Appearance.objects.update_or_create(user=user, defaults=chosen)


def write_cookies(response: HttpResponse, *, language: str, theme: str) -> None:
    """Tell the browser what was chosen."""
    for name, value, known in (
        (settings.LANGUAGE_COOKIE_NAME, language, LANGUAGES),
        (THEME_COOKIE, theme, THEMES),
    ):
        if value in known:
            response.set_cookie(
                name, value, YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True
            )


@receiver(user_logged_in)
def recall(request: HttpRequest | None, user: User, **_more: Any) -> None:
    """At log-in, have the answer carry what the account remembers."""
    found = Appearance.objects.filter(user=user).first()
    if request is not None and found is not None:
        request.recalled = found  # type: ignore[attr-defined]


class AppearanceMiddleware:
    """Writes the cookies of a person who has just logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found: Appearance | None = getattr(request, "recalled", None)
        if found is not None:
            write_cookies(response, language=found.language, theme=found.theme)
        return response
