"""What a marker says about one open answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.marking.rubric import Applied
from grading.marking.rubric_annotations import Annotation, parse

LONGEST_ANNOTATIONS = 400_000  # characters: 200 strokes are far less


class OpenMarkForm(forms.Form):
    """Criteria that apply, points besides, a comment, drawing; ``seen`` and ``act`` as in the review."""

    criteria = forms.MultipleChoiceField(required=False)
    adjust = forms.CharField(max_length=12, required=False)
    reason = forms.CharField(max_length=200, required=False)
    comment = forms.CharField(max_length=1000, required=False)
    annotations = forms.CharField(max_length=LONGEST_ANNOTATIONS, required=False)
    seen = forms.IntegerField(required=False)
    act = forms.UUIDField(required=False)

    def __init__(self, *args: Any, criteria: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criteria"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(name, name) for name in criteria]
        field.error_messages["invalid_choice"] = _(
            "The criteria were changed meanwhile: look at them again and choose those that apply."
        )

    def clean_adjust(self) -> Decimal:
        """Points as a number; a comma counts as the decimal sign, nothing as 0."""
        text = self.cleaned_data["adjust"].replace(",", ".").replace("−", "-") or "0"
        try:
            return forms.DecimalField(max_digits=8, decimal_places=2).clean(text) or Decimal(0)
        except forms.ValidationError as problem:
            raise forms.ValidationError(_("Type the points as a number, such as 1 or -0.5.")) from problem

    def clean_annotations(self) -> tuple[Annotation, ...]:
        """What the page sent, checked."""
        try:
            return parse(self.cleaned_data["annotations"])
        except ValueError as problem:
            raise forms.ValidationError(
                _("What was drawn could not be understood. Reload the page and draw it again.")
            ) from problem

    def faults(self) -> str:
        """What is wrong, in words."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    @property
    def applied(self) -> Applied:
        """What was said, as marking takes it."""
        data = self.cleaned_data
        return Applied(tuple(data["criteria"]), data["adjust"], data["reason"].strip())
