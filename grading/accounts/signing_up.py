"""What a new person is asked besides address and password, and what they become.

A base of allauth's forms, of those for passwords and of those for single sign-on alike; so it must not
import them.
"""

from __future__ import annotations

from typing import Any

from allauth.core import context
from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grading.accounts.models import User


class SignUpFields(forms.Form):
    """Name and school; who was invited to a school is asked for no other, and keeps the invited address."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    school = forms.CharField(
        label=_("School"),
        max_length=200,
        help_text=_("You can invite colleagues later."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    field_order = ["name", "email", "school", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from grading.accounts.invitations import remembered

        super().__init__(*args, **kwargs)
        request: HttpRequest | None = context.request
        self.invitation = remembered(request) if request else None
        if self.invitation:
            del self.fields["school"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the saved user: give them a name and a school."""
        from grading.accounts import invitations, services
        from grading.accounts.access import SESSION_SCHOOL
        from grading.accounts.person_log import record_of_person

        if not isinstance(user, get_user_model()):
            raise TypeError("allauth made a user of another kind")
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])
        if self.invitation:
            membership = invitations.accept(invitation=self.invitation, user=user)
        else:
            membership = services.found_school(user=user, name=self.cleaned_data["school"].strip())
        request.session.pop(invitations.SESSION_INVITATION, None)
        request.session[SESSION_SCHOOL] = membership.school_id
        record_of_person("person.signed_up", user=user, data={"email": user.email})
