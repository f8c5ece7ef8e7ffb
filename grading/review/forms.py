"""What a reviewer says about answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grading.core.sent import whole_number
from grading.marking.acting import Verdict
from grading.marking.models import Decision

TYPED = "typed"  # Enter in a field: marks where there are any, else the text
VERDICTS = (Decision.Kind.RIGHT, Decision.Kind.WRONG, Decision.Kind.READING, Decision.Kind.MARKS)
CHOICES = [(kind.value, kind.label) for kind in VERDICTS]


class DecisionForm(forms.Form):
    """One verdict; ``seen`` is the newest decision that the reviewer was shown, empty for none.

    ``by_key``: the key that was shown. ``credit`` is the button of a partial credit: marks of its own,
    whatever is typed.
    """

    kind = forms.ChoiceField(choices=[*CHOICES, (TYPED, TYPED)], required=False)
    credit = forms.CharField(max_length=12, required=False)
    text = forms.CharField(max_length=500, required=False)
    marks = forms.CharField(max_length=12, required=False)
    comment = forms.CharField(max_length=1000, required=False)
    seen = forms.IntegerField(required=False)
    act = forms.UUIDField(required=False)
    by_key = forms.CharField(max_length=16, required=False)

    def faults(self) -> list[str]:
        """What is wrong, in words."""
        return [str(error) for errors in self.errors.values() for error in errors]

    def clean(self) -> dict[str, Any]:
        """Marks are a number when marks are what was decided; a comma counts as the decimal sign."""
        data = super().clean() or {}
        data["kind"] = self._kind(data)
        if data["kind"] != Decision.Kind.MARKS:
            data["marks"] = None
            return data
        field = forms.DecimalField(max_digits=8, decimal_places=3)
        try:
            data["marks"] = field.clean((data.get("credit") or data.get("marks", "")).replace(",", "."))
        except forms.ValidationError:
            self.add_error("marks", _("Type the marks as a number, such as 2 or 1.5."))
        return data

    def _kind(self, data: dict[str, Any]) -> str:
        if data.get("credit"):
            return Decision.Kind.MARKS
        kind = data.get("kind") or TYPED
        if kind != TYPED:
            return str(kind)
        return Decision.Kind.READING if data.get("text") and not data.get("marks") else Decision.Kind.MARKS

    def verdict(self) -> Verdict:
        """What was said, once the form is valid."""
        data = self.cleaned_data
        return Verdict(
            Decision.Kind(data["kind"]), data["text"], data["marks"], data["comment"], by_key=data["by_key"]
        )


class UndoForm(forms.Form):
    """The name that the script gives an undo, so that sending it twice counts once; it may have none."""

    act = forms.UUIDField(required=False)


def members(request: HttpRequest) -> dict[int, int | None]:
    """Answer -> the newest decision seen on it, from fields ``member`` of the form ``12:345`` or ``12:``."""
    found: dict[int, int | None] = {}
    for text in request.POST.getlist("member"):
        answer, _colon, seen = text.partition(":")
        if (key := whole_number(answer)) is not None:
            found[key] = whole_number(seen)
    return found
