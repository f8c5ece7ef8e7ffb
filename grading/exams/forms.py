"""The forms of setting up an exam. What an exam may be is checked by ``ExamSpec`` alone, not here again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.exams.questions import QUESTION_TYPES

TYPE_NAMES = {
    "digits": _("Digits in boxes"),
    "number": _("Number"),
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
ROWS_WITHOUT_SCRIPT = 6


def _line(label: Any, help_text: Any = "", placeholder: str = "") -> forms.CharField:
    field = forms.CharField(label=label, help_text=help_text, required=False, strip=True)
    field.widget.attrs.update({"placeholder": placeholder, "autocomplete": "off"})
    return field


def _area(label: Any, help_text: Any = "", rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class ExamFileForm(forms.Form):
    """An EXAM.yaml, chosen as a file or pasted."""

    upload = forms.FileField(label=_("Exam file"), required=False)
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
        elif not data.get("text", "").strip():
            self.add_error("text", _("Choose a file or paste its text."))
        return data


class ExamHeadForm(forms.Form):
    """What holds for the whole exam."""

    title = _line(_("Title"), placeholder="Physics quiz 3")
    id = _line(_("Short name"), _("Letters, digits, - and _; printed on every sheet."), "phys-quiz-3")
    paper = forms.ChoiceField(label=_("Paper"), choices=[("A4", "A4"), ("letter", _("US Letter"))])
    language = forms.ChoiceField(
        label=_("Language of the sheet"), choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
    )
    digits = _line(_("Digits of the student number"), _("Empty when every student's name is printed."), "7")
    pass_mark = _line(_("Pass mark"), _("A share such as 50%, or marks."), "50%")
    error_budget = _line(_("Error budget"), _("Share of automatic marks that may be wrong."), "0.2%")


class QuestionForm(forms.Form):
    """One question of any type; fields of other types are left out of account."""

    id = _line(_("No."))
    type = forms.ChoiceField(label=_("Type"), choices=[(name, TYPE_NAMES[name]) for name in QUESTION_TYPES])
    marks = _line(_("Marks"), placeholder="2")
    prompt = _area(_("Question as printed"), _("May stay empty when the questions are on another sheet."))
    answer = _area(_("Key"), _("Text: one spelling a line. Several options: A, C."), rows=1)
    options = _line(_("Options"), _("Separated by commas."), "A, B, C, D")
    cells = _line(_("Boxes"), _("Empty: as many as the key has digits."))
    tolerance = _line(_("Tolerance"), _("0.02 or 1%"))
    unit = _line(_("Unit"), placeholder="m/s²")
    wrong = _line(_("Marks when wrong"), placeholder="-0.25")
    max_edits = _line(_("Wrong letters allowed"), placeholder="0")
    edit_credit = _line(_("Credit then"), placeholder="50%")
    ignore = forms.MultipleChoiceField(
        label=_("Never counts"), choices=IGNORABLE, required=False, widget=forms.CheckboxSelectMultiple
    )
    lines = _line(_("Lines to write on"), placeholder="4")
    accept = _area(_("Part of the marks for"), _("One a line: 9.7 = 50%"), rows=1)
    DELETE = forms.BooleanField(label=_("Leave this question out"), required=False)


QuestionRows = forms.formset_factory(QuestionForm, extra=ROWS_WITHOUT_SCRIPT, max_num=300, absolute_max=300)


class RosterForm(forms.Form):
    """A roster as a file or pasted; ``cleaned_data["content"]`` is its bytes, whatever the encoding."""

    upload = forms.FileField(label=_("Roster file (CSV)"), required=False)
    text = forms.CharField(
        label=_("Roster as text"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 10, "class": "code", "spellcheck": "false", "placeholder": "student_id,name,email"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """An uploaded file counts more than what stands in the box."""
        data = super().clean() or {}
        upload = data.get("upload")
        data["content"] = upload.read() if upload else data.get("text", "").encode()
        if not data["content"].strip():
            self.add_error("text", _("Choose a file or paste its lines."))
        return data


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

    def clean(self) -> dict[str, Any]:
        """Something must be asked for."""
        data = super().clean() or {}
        if not self.errors and not data.get("per_student") and not data.get("copies"):
            raise forms.ValidationError(_("Choose sheets for the roster, a number of copies, or both."))
        return data
