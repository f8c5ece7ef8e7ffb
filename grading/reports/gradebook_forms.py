"""The forms of filling a gradebook: the file, then what is written where."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from grading.exams.forms import at_most
from grading.exams.typed_numbers import with_comma
from grading.reports.gradebook_carrying import MAX_BYTES
from grading.reports.gradebook_columns import cell_of, header_row, positive, targets
from grading.reports.gradebook_file import width
from grading.reports.gradebook_filling import Choices, Gradebook
from grading.reports.gradebook_matching import Columns, options
from grading.reports.tables import plain

NAME_SHOWN = 60


class GradebookForm(forms.Form):
    """The file that was exported by the other system."""

    upload = forms.FileField(
        label=_("Gradebook file (CSV, TSV or Excel)"),
        validators=[at_most(MAX_BYTES)],
        error_messages={"required": _("Choose the file that the other system gave you.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xls,.xlsx"}),
    )


class ChoicesForm(forms.Form):
    """Which column says whose row it is, which one is filled, and how marks are written."""

    who = forms.ChoiceField(label=_("Students are found by"))
    into = forms.ChoiceField(label=_("Marks go into"))
    write = forms.ChoiceField(
        label=_("Written as"),
        choices=[
            ("points", _("points of the exam")),
            ("percent", _("per cent")),
            ("own", _("scaled to the column's maximum")),
        ],
    )
    most = forms.CharField(label=_("The column's maximum"), required=False)
    sign = forms.ChoiceField(label=_("Decimals"), choices=[(".", "12.5"), (",", "12,5")])
    overwrite = forms.BooleanField(label=_("Write over marks that are there already"), required=False)

    def __init__(self, book: Gradebook, choices: Choices, data: Mapping[str, Any] | None = None) -> None:
        """``choices``: what is shown; with ``data``, what a person made of it."""
        own = book.maximum(choices.who, choices.into)
        initial = {
            "most": with_comma(plain(choices.most)) if choices.most != own else "",
            "who": _value(choices.who),
            "into": str(choices.into),
            "write": choices.write,
            "sign": choices.sign,
            "overwrite": choices.overwrite,
        }
        super().__init__(data, initial=initial)
        self.book = book
        matching = book.matching(choices.who)
        header = header_row(book.file.rows, matching)
        self._names = book.file.rows[0 if header is None else header]
        self._choose("who", [(_value(columns), self._called(columns)) for columns in options(book.file.rows)])
        free = [target.place for target in targets(book.file, header) if not target.read_only]
        self._choose(
            "into",
            [
                (str(width(book.file.rows)), _("a new column: %(name)s") % {"name": book.column_name}),
                *((str(place), self._called((place,))) for place in free),
            ],
        )
        self.fields["most"].widget.attrs["placeholder"] = with_comma(plain(own))

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _called(self, columns: Columns) -> str:
        """A column as spreadsheets and people name it: ``C · ID number``."""
        letters = " + ".join(get_column_letter(column + 1) for column in columns)
        names = " + ".join(cell_of(self._names, column) for column in columns)
        return f"{letters} · {names[:NAME_SHOWN]}" if names else letters

    def clean(self) -> dict[str, Any]:
        """Without a maximum that was typed the file's own holds; there must be one where it is needed."""
        data = super().clean() or {}
        typed = data.get("most", "").strip()
        data["out_of"] = positive(typed)
        if typed and data["out_of"] is None:
            self.add_error("most", _("Type a number above 0."))
        elif not self.errors and data["out_of"] is None:
            data["out_of"] = self.book.maximum(_columns(data["who"]), int(data["into"]))
            if data["write"] == "own" and data["out_of"] is None:
                self.add_error("most", _("The file does not say what this column is out of: type it here."))
        if not self.errors and int(data["into"]) in _columns(data["who"]):
            self.add_error("into", _("This column says whose row it is; choose another one for the marks."))
        return data

    @property
    def choices(self) -> Choices:
        """What was chosen, of a valid form."""
        data = self.cleaned_data
        out_of: Decimal | None = data["out_of"]
        into, who = int(data["into"]), _columns(data["who"])
        return Choices(who, into, data["write"], out_of, data["sign"], data["overwrite"])


def _value(columns: Columns) -> str:
    return "+".join(map(str, columns))


def _columns(value: str) -> Columns:
    return tuple(map(int, value.split("+")))
