"""What a person says about scans: files handed in, and what a page is that the machine could not place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from grading.scans.models import Page


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to the list of files that were chosen, at least one."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Every file by itself; an empty file is kept, for the service says what to do about it."""
        files = list(data) if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]


class ScansForm(forms.Form):
    """Scanned files of any kind that the machine takes."""

    scans = ManyFilesField(
        label=_("Scans"),
        allow_empty_file=True,
        widget=ManyFilesInput(attrs={"accept": ".pdf,.tif,.tiff,.png,.jpg,.jpeg,.zip", "multiple": True}),
    )


class UploadForm(forms.Form):
    """A file that is about to come in piece by piece."""

    name = forms.CharField(max_length=1000)
    size = forms.IntegerField(min_value=0)
    fingerprint = forms.RegexField(r"^[0-9a-f]{64}$")


class FinishForm(forms.Form):
    """What the sender says the whole file's SHA-256 is."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$")


class RescanForm(forms.Form):
    """A new scan of one page."""

    scan = forms.FileField(
        label=_("The new scan"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.tif,.tiff,.png,.jpg,.jpeg,.zip"}),
    )


class CodeForm(forms.Form):
    """Which page of which sheet it is, as a person reads it beside the code, or whose sheet it is."""

    sheet_number = forms.CharField(
        label=_("Sheet number, or the student"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "students", "autocomplete": "off"}),
    )
    number = forms.IntegerField(label=_("Page"), min_value=1, max_value=99, initial=1)

    def clean_sheet_number(self) -> str:
        """Of "1001 Ada", as the list of students offers it, the number counts."""
        text: str = self.cleaned_data["sheet_number"].strip()
        return text.partition(" · ")[0].strip()


class DropForm(forms.Form):
    """What a page is that does not count."""

    state = forms.ChoiceField(
        choices=[
            (Page.State.FOREIGN, _("It is not part of this exam")),
            (Page.State.BLANK, _("It is empty")),
            (Page.State.DUPLICATE, _("It was scanned twice")),
        ]
    )
