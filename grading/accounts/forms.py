"""The forms of log-in and passwords: django-allauth's, in our words and without its placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HELP = _("At least 8 characters, and none of the passwords that everybody uses.")


class _Plain:
    """Labels say what a field is; a text that vanishes on typing does not."""

    fields: dict[str, forms.Field]
    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")


class LoginForm(_Plain, allauth.LoginForm):  # type: ignore[misc]
    """Address and password."""

    labels = {"login": _("E-mail address"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class SignUpForm(_Plain, allauth.SignupForm):  # type: ignore[misc]
    """A new person with a school of their own, or one who was invited to a school."""

    labels = {"email": _("E-mail address"), "password1": _("Password")}
    helps = {"password1": PASSWORD_HELP, "school": _("You can invite colleagues later.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.invitation:
            self.fields["email"].initial = self.invitation.email
            self.initial["email"] = self.invitation.email
            self.fields["email"].disabled = True


class ForgottenForm(_Plain, allauth.ResetPasswordForm):  # type: ignore[misc]
    """The address whose password is forgotten."""

    labels = {"email": _("E-mail address")}


class NewPasswordForm(_Plain, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password for a forgotten one."""

    labels = {"password1": _("New password"), "password2": _("New password again")}
    helps = {"password1": PASSWORD_HELP}


class ChangePasswordForm(_Plain, allauth.ChangePasswordForm):  # type: ignore[misc]
    """A new password for the present one."""

    labels = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    helps = {"password1": PASSWORD_HELP}


class SetPasswordForm(_Plain, allauth.SetPasswordForm):  # type: ignore[misc]
    """A first password for somebody who came by single sign-on."""

    labels = {"password1": _("Password"), "password2": _("Password again")}
    helps = {"password1": PASSWORD_HELP}


class ReauthenticateForm(_Plain, allauth.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    labels = {"password": _("Password")}
