"""What a teacher says about the error budget and about whose sheet it is."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.exams.spec_values import error_budget


class BudgetForm(forms.Form):
    """The share of automatic marks that may be wrong, as people write it: ``0.2%``."""

    budget = forms.CharField(label=_("Error budget"), max_length=12)

    def clean_budget(self) -> float:
        """A number from above 0 to 0.1; the words of a refusal are those of the exam file."""
        text = self.cleaned_data["budget"].replace(",", ".")
        try:
            return error_budget(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class StudentForm(forms.Form):
    """Whose sheet it is: a number, a name, or an entry of the roster's list ``4711003 Amara Okafor``."""

    student = forms.CharField(label=_("Student"), max_length=300)


class SwapForm(forms.Form):
    """Two sheets whose students are to change places."""

    first = forms.CharField(label=_("Sheet"), max_length=16)
    second = forms.CharField(label=_("and sheet"), max_length=16)
