"""Fields that are written without templates are those that Django's templates write."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grading.exams.forms import QuestionForm
from grading.portal.form_renderer import QuickRenderer

ODD = {"class": "small", "data-x": '"<&>"', "required": True, "disabled": False, "maxlength": 12}
CHOICES = [("", _("Exam")), ("a", "<A>"), ("groups & more", [("b", "B"), (3, SafeString("<i>3</i>"))])]


def squeezed(html: str) -> str:
    return re.sub(r"\s*(<)\s*|>\s+(?=<)", lambda found: found[1] or ">", html.strip())


@pytest.mark.parametrize("value", [None, "", "plain", 'a "quoted" <b> & more\nlines', 7, SafeString("&amp;")])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(ODD),
        forms.NumberInput(ODD),
        forms.HiddenInput(),
        forms.PasswordInput(render_value=True),
        forms.EmailInput(),
        forms.Textarea(ODD),
        forms.Select(ODD, choices=CHOICES),
        forms.CheckboxInput(),
        forms.ClearableFileInput(),
    ],
)
def test_a_field_is_written_as_django_writes_it(widget: forms.Widget, value: object) -> None:
    slow = widget.render("the-name", value, {"id": "id_x"}, renderer=DjangoTemplates())
    assert squeezed(widget.render("the-name", value, {"id": "id_x"}, renderer=QuickRenderer())) == squeezed(
        slow
    )


def test_the_rows_of_the_editor_are_the_same() -> None:
    quick, slow = QuestionForm(renderer=QuickRenderer()), QuestionForm(renderer=DjangoTemplates())
    assert [squeezed(str(field)) for field in quick] == [squeezed(str(field)) for field in slow]
    assert isinstance(QuestionForm().renderer, QuickRenderer)
