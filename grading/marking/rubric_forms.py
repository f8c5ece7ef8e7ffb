"""What a teacher says about the criteria of a question, and about who marks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.core.sent import whole_number
from grading.marking.models import Rubric
from grading.marking.rubric import HUNDREDTH, Criterion, RubricSpec, Scoring, next_version

SPARE_ROWS = 3
MOST_POINTS = Decimal(1000)
MOST_CRITERIA, LONGEST_CRITERION = 30, 300


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form as it was typed; ``fault``: what is wrong with it, in words."""

    id: str = ""
    text: str = ""
    points: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RubricForm:
    """The criteria as they were typed."""

    rows: tuple[Row, ...]
    scoring: str
    version: int

    @property
    def is_valid(self) -> bool:
        """Whether every line can be read."""
        return not any(row.fault for row in self.rows)

    def proposed(self) -> RubricSpec:
        """The rubric that was typed, as the next version after the one it was typed over."""
        found = [Criterion(row.id, row.text, _points(row.points)) for row in self.rows if row.text]
        scoring = Scoring(self.scoring) if found else Scoring.UP
        return next_version(RubricSpec(version=self.version), found, scoring)

    def spare(self) -> range:
        """Empty lines at the end."""
        return range(min(SPARE_ROWS, MOST_CRITERIA - len(self.rows)))


def form_of(rubric: RubricSpec) -> RubricForm:
    """The form for a rubric as it is."""
    rows = tuple(Row(c.id, c.text, f"{c.points.normalize():f}") for c in rubric.criteria)
    return RubricForm(rows, rubric.scoring, rubric.version)


def read_form(sent: QueryDict, known: RubricSpec) -> RubricForm:
    """The form as it was sent; a line with an empty text is taken out, ids that the rubric lacks are new."""
    lines = zip(sent.getlist("id"), sent.getlist("text"), sent.getlist("points"), strict=False)
    ids = {criterion.id for criterion in known.criteria}
    rows = tuple(
        _row(name if name in ids else "", " ".join(text.split()), points.strip())
        for name, text, points in list(lines)[:MOST_CRITERIA]
        if text.strip() or points.strip()
    )
    scoring = sent.get("scoring", "")
    version = whole_number(sent.get("version", ""))
    return RubricForm(
        tuple(row for row in rows if row.text or row.fault),
        scoring if scoring in Rubric.Scoring.values else Scoring.UP,
        -1 if version is None else version,
    )


def _row(name: str, text: str, points: str) -> Row:
    if not text:
        return Row() if name else Row(name, text, points, _("Say what these points are for."))
    try:
        _points(points)
    except ValueError:
        return Row(name, text, points, _("Type the points as a number, such as 1 or -0.5."))
    return Row(name, text[:LONGEST_CRITERION], points)


def _points(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", ".").replace("−", "-"))
    except InvalidOperation as problem:
        raise ValueError(text) from problem
    if not found.is_finite() or abs(found) > MOST_POINTS or found != found.quantize(HUNDREDTH):
        raise ValueError(text)
    return found


class RulesForm(forms.Form):
    """Who marks a question, and how much of it twice."""

    by_people = forms.BooleanField(
        label=gettext_lazy("People mark this question"),
        help_text=gettext_lazy("The machine still reads it, but gives no marks."),
        required=False,
    )
    second = forms.CharField(
        label=gettext_lazy("Marked by two people"),
        help_text=gettext_lazy("0 % for none, 100 % for all, or a random share such as 20 %."),
        max_length=8,
        required=False,
    )
    tolerance = forms.CharField(
        label=gettext_lazy("They may differ by"),
        help_text=gettext_lazy("Marks. Up to this the mean counts; beyond it a third person decides."),
        max_length=8,
        required=False,
    )

    def clean_second(self) -> float:
        """A share from 0 to 1."""
        text = self.cleaned_data["second"].replace("%", "").replace(",", ".").strip() or "0"
        try:
            return float(forms.DecimalField(min_value=0, max_value=100).clean(text)) / 100
        except forms.ValidationError as problem:
            raise forms.ValidationError(_("Type a share from 0 % to 100 %.")) from problem

    def clean_tolerance(self) -> Decimal:
        """Marks, 0 or more."""
        text = self.cleaned_data["tolerance"].replace(",", ".").strip() or "0"
        try:
            return Decimal(forms.DecimalField(min_value=0, max_digits=8, decimal_places=2).clean(text))
        except forms.ValidationError as problem:
            raise forms.ValidationError(_("Type the marks as a number, such as 0, 0.5 or 1.")) from problem

    def values(self) -> Mapping[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "by_people": data["by_people"],
            "second_share": data["second"],
            "tolerance": data["tolerance"],
        }
