"""What people say about themselves, their school's members and its courses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.accounts.models import Membership, Role, School, User

ROLE_NAMES = {
    Role.OWNER: _("Owner"),
    Role.TEACHER: _("Teacher"),
    Role.REVIEWER: _("Reviewer"),
    Role.EXAMINER: _("External examiner"),
}
ROLE_MEANINGS = {
    Role.OWNER: _("everything, and decides who belongs to the school"),
    Role.TEACHER: _("sets up exams, scans, reviews, releases"),
    Role.REVIEWER: _("decides doubtful answers, and sees nothing else"),
    Role.EXAMINER: _("reads everything, changes nothing"),
}


class ProfileForm(forms.Form):
    """A person's name and address."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You log in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_email(self) -> str:
        """One spelling; not somebody else's."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self._user.pk).exists():
            raise forms.ValidationError(_("There is another account with this address."))
        return email


class RoleForm(forms.Form):
    """One of the four roles."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_NAMES.items()))

    def clean_role(self) -> Role:
        """As the role itself."""
        return Role(self.cleaned_data["role"])


class InvitationForm(RoleForm):
    """Who is invited, and as what."""

    email = forms.EmailField(label=_("E-mail address"))

    field_order = ["email", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.TEACHER


class CourseNameForm(forms.Form):
    """A new course."""

    name = forms.CharField(label=_("Name"), max_length=100)


class MembersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Members of a school, by name and role."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Membership) -> str:
        """As people know them."""
        return f"{obj.user} ({ROLE_NAMES[Role(obj.role)]})"


class CourseForm(CourseNameForm):
    """A course and who is in it."""

    members = MembersField(label=_("Members"), queryset=Membership.objects.none(), required=False)

    def __init__(self, school: School, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = Membership.objects.filter(school=school, role__in=[Role.REVIEWER, Role.TEACHER])
        field = self.fields["members"]
        if not isinstance(field, MembersField):
            raise TypeError("members is a choice of members")
        field.queryset = working.select_related("user").order_by("user__name", "user__email")
