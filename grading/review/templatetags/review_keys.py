"""Keys on the controls of the bench; ``keys`` in the context is the person's ``KeyMap``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from grading.review import keys as bench_keys

register = template.Library()


@register.simple_tag(takes_context=True)
def shortcut(context: dict[str, Any], action: str) -> SafeString | str:
    """The attributes that give a control its key; nothing when the person has switched keys off."""
    key = context["keys"].keys.get(action)
    if not key:
        return ""
    says = bench_keys.SAYS[action]
    return format_html(' aria-keyshortcuts="{}" data-cap="{}" data-says="{}"', key, bench_keys.cap(key), says)


@register.simple_tag(takes_context=True)
def cap(context: dict[str, Any], action: str) -> SafeString | str:
    """The key as it is printed beside the control's name."""
    key = context["keys"].keys.get(action)
    return format_html(' <kbd aria-hidden="true">{}</kbd>', bench_keys.cap(key)) if key else ""
