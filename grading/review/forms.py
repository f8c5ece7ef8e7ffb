"""What a reviewer says about one answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.marking.models import Decision

CHOICES = [kind for kind in Decision.Kind.choices if kind[0] != Decision.Kind.UNDO]


class DecisionForm(forms.Form):
    """One decision; ``seen`` is the newest decision that the reviewer was shown, empty for none."""

    kind = forms.ChoiceField(choices=CHOICES)
    text = forms.CharField(max_length=500, required=False)
    marks = forms.CharField(max_length=12, required=False)
    comment = forms.CharField(max_length=1000, required=False)
    seen = forms.IntegerField(required=False)

    def faults(self) -> list[str]:
        """What is wrong, in words."""
        return [str(error) for errors in self.errors.values() for error in errors]

    def clean(self) -> dict[str, Any]:
        """Marks are a number when marks are what was decided; a comma counts as the decimal sign."""
        data = super().clean() or {}
        if data.get("kind") != Decision.Kind.MARKS:
            data["marks"] = None
            return data
        field = forms.DecimalField(max_digits=8, decimal_places=3)
        try:
            data["marks"] = field.clean(data.get("marks", "").replace(",", "."))
        except forms.ValidationError:
            self.add_error("marks", _("Type the marks as a number, such as 2 or 1.5."))
        return data
