"""Fields of forms as Django's templates write them, put together without a template for each.

The editor of an exam has some twenty fields a question; most of its time went into their templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

FOLDER = "django/forms/widgets"
INPUTS = {f"{FOLDER}/{kind}.html" for kind in ("input", "text", "number", "email", "password", "hidden")}
Widget = Mapping[str, Any]


class QuickRenderer(DjangoTemplates):
    """Django's own, but for inputs, text areas and selections."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """The HTML of one field."""
        if template_name in INPUTS:
            return SafeString(_input(context["widget"]))
        if template_name == f"{FOLDER}/textarea.html":
            return SafeString(_textarea(context["widget"]))
        if template_name == f"{FOLDER}/select.html":
            return SafeString(_select(context["widget"]))
        return SafeString(super().render(template_name, context, request))


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return (
        f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{_attributes(widget)}>'
    )


def _textarea(widget: Widget) -> str:
    value = _text(widget["value"] or "")
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _place in widget["optgroups"])
    return f'<select name="{_text(widget["name"])}"{_attributes(widget)}>{groups}</select>'


def _group(name: str | None, options: list[Widget]) -> str:
    inside = "".join(_option(option) for option in options)
    return f'<optgroup label="{_text(name)}">{inside}</optgroup>' if name else inside


def _option(option: Widget) -> str:
    value, label = _text(option["value"]), conditional_escape(option["label"])
    return f'<option value="{value}"{_attributes(option)}>{label}</option>'


def _attributes(widget: Widget) -> str:
    found = (_attribute(name, value) for name, value in widget["attrs"].items() if value is not False)
    return "".join(found)


def _attribute(name: str, value: object) -> str:
    return f" {name}" if value is True else f' {name}="{_text(value)}"'


def _text(value: object) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))
