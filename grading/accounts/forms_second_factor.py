"""The forms of the second factor: django-allauth's, in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as allauth
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _


class _Code:
    """One field for the code of the app, or a recovery code."""

    fields: dict[str, forms.Field]
    help: Any = _("The six digits that your app shows, or one of your recovery codes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = _("Code"), self.help
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"autofocus": True, "inputmode": "numeric"}


class CodeForm(_Code, allauth.AuthenticateForm):  # type: ignore[misc]
    """At log-in."""


class CodeAgainForm(_Code, allauth.ReauthenticateForm):  # type: ignore[misc]
    """Once more, before something that matters."""


class ActivateForm(_Code, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    help = _("The six digits that the app shows now.")
