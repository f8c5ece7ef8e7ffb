"""The forms of setting up an exam. What an exam may be is checked by ``ExamSpec`` alone, not here again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grading.exams.examfile import MAX_BYTES as MAX_EXAM_BYTES
from grading.exams.questions import QUESTION_TYPES
from grading.exams.roster_columns import Columns
from grading.exams.roster_table import MAX_BYTES as MAX_ROSTER_BYTES
from grading.exams.typed_numbers import with_comma, with_point

TYPE_NAMES = {
    "digits": _("Digits in boxes"),
    "number": pgettext_lazy("type of question", "Number"),
    "text": _("Word or short text"),
    "choice": _("One option"),
    "multi": _("Several options"),
    "manual": _("Open answer, marked by people"),
}
IGNORABLE = [
    ("case", _("capitals")),
    ("accents", _("accents")),
    ("spaces", _("spaces")),
    ("punctuation", _("punctuation")),
]
COUNTS = [
    ("marked", _("as it is marked")),
    ("dropped", _("for nobody: a faulty question")),
    ("full", _("full marks for everybody")),
]
ROWS_WITHOUT_SCRIPT = 6
ID_LENGTH = 24
SHORT_NAME_HELP = _("Letters, digits, - and _; printed on every sheet.")


_with_comma = lazy(with_comma, str)
"""An example of a number, as the reader would write it."""


def _line(label: Any, help_text: Any = "", placeholder: Any = "") -> forms.CharField:
    field = forms.CharField(label=label, help_text=help_text, required=False, strip=True)
    field.widget.attrs.update({"placeholder": placeholder, "autocomplete": "off"})
    return field


def _area(label: Any, help_text: Any = "", rows: int = 2, placeholder: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "placeholder": placeholder})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def at_most(size: int) -> Callable[[UploadedFile[Any]], None]:
    """Refuses a file before any of it is read."""

    def check(file: UploadedFile[Any]) -> None:
        if (file.size or 0) > size:
            raise ValidationError(
                _("This file is larger than %(most)s kB; choose the right one."),
                params={"most": size // 1000},
            )

    return check


def _with_points(data: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return data | {name: with_point(data[name]) for name in names if data.get(name)}


class ExamFileForm(forms.Form):
    """An EXAM.yaml, chosen as a file or pasted."""

    upload = forms.FileField(label=_("Exam file"), required=False, validators=[at_most(MAX_EXAM_BYTES)])
    text = forms.CharField(
        label=_("Exam file as text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "class": "code", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Turns an uploaded file into text, which counts more than what stands in the box."""
        data = super().clean() or {}
        upload = data.get("upload")
        if upload is not None:
            try:
                data["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("upload", _("This is not UTF-8 text; save the file as UTF-8."))
        elif not data.get("text", "").strip() and not self.errors:
            self.add_error("text", _("Choose a file or paste its text."))
        return data


class ExamHeadForm(forms.Form):
    """What holds for the whole exam."""

    title = _line(_("Title"), placeholder="Physics quiz 3")
    id = _line(_("Short name"), SHORT_NAME_HELP, "phys-quiz-3")
    paper = forms.ChoiceField(label=_("Paper"), choices=[("A4", "A4"), ("letter", _("US Letter"))])
    language = forms.ChoiceField(
        label=_("Language of the sheet"), choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
    )
    digits = _line(_("Digits of the student number"), _("Empty when every student's name is printed."), "7")
    pass_mark = _line(_("Pass mark"), _("A share such as 50%, or marks."), "50%")
    error_budget = _line(
        _("Error budget"), _("Share of automatic marks that may be wrong."), _with_comma("0.2%")
    )

    NUMBERS = ("pass_mark", "error_budget")

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._new = new
        if new:
            self.fields["id"].help_text = _(
                "Letters, digits, - and _; printed on every sheet. Left empty, it is made from the title."
            )

    def clean(self) -> dict[str, Any]:
        """A new exam's missing short name is made from the title."""
        data = _with_points(super().clean() or {}, self.NUMBERS)
        if self._new and not data.get("id"):
            data["id"] = slugify(data.get("title", ""))[:ID_LENGTH].strip("-_")
        return data


class QuestionForm(forms.Form):
    """One question of any type; fields of other types are left out of account."""

    id = _line(_("No."))
    type = forms.ChoiceField(label=_("Type"), choices=[(name, TYPE_NAMES[name]) for name in QUESTION_TYPES])
    marks = _line(_("Marks"))
    prompt = _area(_("Question as printed"))
    answer = _area(_("Key"), rows=1)
    options = _area(_("Options"), _("Separated by commas, or one a line."), rows=1, placeholder="A, B, C, D")
    cells = _line(_("Boxes"), _("Empty: as many as the key has digits."))
    tolerance = _line(_("Tolerance"), _("0.02 or 1%"))
    unit = _line(_("Unit"), placeholder="m/s²")
    wrong = _line(_("Marks when wrong"), _("Below 0 takes marks away."), placeholder="0")
    max_edits = _line(_("Wrong letters allowed"), placeholder="0")
    edit_credit = _line(_("Credit then"), placeholder="100%")
    ignore = forms.MultipleChoiceField(
        label=_("Never counts"),
        choices=IGNORABLE,
        required=False,
        initial=["case", "spaces"],  # as in an exam file that does not say
        widget=forms.CheckboxSelectMultiple,
    )
    lines = _line(_("Lines to write on"), placeholder="4")
    rubric = _area(_("Rubric"), _("One a line: names the organelle = 2"))
    accept = _area(_("Part of the marks for"), _("One a line: 9.7 = 50%"), rows=1)
    counts = forms.ChoiceField(label=_("Counts"), choices=COUNTS, required=False)
    order = forms.IntegerField(label=_("Place"), required=False, min_value=0, max_value=9999)
    DELETE = forms.BooleanField(label=_("Delete this question"), required=False)

    NUMBERS = ("marks", "tolerance", "wrong", "edit_credit")

    def clean(self) -> dict[str, Any]:
        """Numbers with the decimal point of exam files; keys of other types stay as they were typed."""
        data = super().clean() or {}
        return _with_points(data, (*self.NUMBERS, *(["answer"] if self.kind == "number" else [])))

    @property
    def kind(self) -> str:
        """The type of the question, as it was chosen."""
        return str(self.cleaned_data.get("type", ""))

    SELDOM = ("wrong", "max_edits", "accept")
    """Folded away until one of them holds something, or one of all the folded fields has a fault."""

    @property
    def unfolded(self) -> bool:
        """Whether a seldom field holds something, or a fault."""
        values = (self[name].value() for name in self.SELDOM)
        faulty = {*self.SELDOM, "cells", "edit_credit"} & set(self.errors)
        return bool(faulty) or any(str(value or "0") != "0" for value in values)


QuestionRows = forms.formset_factory(QuestionForm, extra=ROWS_WITHOUT_SCRIPT, max_num=300, absolute_max=300)


class CopyForm(forms.Form):
    """What the copy of an exam is called."""

    title = forms.CharField(label=_("Title"), max_length=200)
    code = forms.CharField(label=_("Short name"), help_text=SHORT_NAME_HELP, max_length=ID_LENGTH)
    with_roster = forms.BooleanField(label=_("With its roster"), required=False, initial=True)


class RosterForm(forms.Form):
    """A roster as a file or pasted; ``cleaned_data["content"]`` is its bytes, whatever the encoding."""

    upload = forms.FileField(
        label=_("Roster file (CSV or Excel)"),
        required=False,
        validators=[at_most(MAX_ROSTER_BYTES)],
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    text = forms.CharField(
        label=_("Roster as text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 6, "class": "code", "spellcheck": "false", "placeholder": "student_id,name,email"}
        ),
    )

    keep = forms.BooleanField(
        label=_("Only add these students, or correct them; all others stay on the roster"),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        """An uploaded file counts more than what stands in the box."""
        data = super().clean() or {}
        upload = data.get("upload")
        data["content"] = upload.read() if upload else data.get("text", "").encode()
        data["name"] = (upload.name if upload else self.data.get("name")) or "roster.csv"
        if not data["content"].strip() and not self.errors:
            self.add_error("text", _("Choose a file or paste its lines."))
        return data


class ColumnsForm(forms.Form):
    """What each column of a roster is taken for."""

    CHOICES = [
        ("", _("leave out")),
        ("student_id", _("student number")),
        ("name", _("name")),
        ("given", _("first name")),
        ("family", _("last name")),
        ("email", _("e-mail")),
        ("section", _("section")),
    ]

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self.fields["header"] = forms.BooleanField(
            label=_("The first line names the columns"), required=False, initial=columns.header
        )
        for place, field in enumerate(columns.fields):
            label = _("Column %(n)d is") % {"n": place + 1}
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=label, choices=self.CHOICES, initial=field, required=False
            )

    @property
    def selects(self) -> list[forms.BoundField]:
        """The choices, a column each."""
        return [self[name] for name in self.fields if name != "header"]

    @classmethod
    def columns(cls, sent: Mapping[str, str], width: int) -> Columns | None:
        """What a person said; None when nobody was asked yet."""
        if "mapped" not in sent:
            return None
        known = {name for name, _label in cls.CHOICES}
        given = (sent.get(f"column-{place}", "") for place in range(width))
        return Columns(tuple(field if field in known else "" for field in given), header="header" in sent)


class PrintForm(forms.Form):
    """How many sheets of which kind."""

    per_student = forms.BooleanField(label=_("One sheet for every student on the roster"), required=False)
    copies = forms.IntegerField(
        label=_("Numbered sheets without a name"),
        help_text=_("Spares, or the whole class when students write their number themselves."),
        min_value=0,
        max_value=5000,
        initial=0,
        required=False,
    )
    further = forms.BooleanField(
        label=_("Further sheets under new numbers, though the same are printed already"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Something must be asked for."""
        data = super().clean() or {}
        if not self.errors and not data.get("per_student") and not data.get("copies"):
            raise forms.ValidationError(_("Choose sheets for the roster, a number of copies, or both."))
        return data
