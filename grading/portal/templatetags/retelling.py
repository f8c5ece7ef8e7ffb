"""What workers stored and rules raised in English, in the reader's language."""

from __future__ import annotations

from django import template

from grading.core.retelling import retold

register = template.Library()


@register.filter(name="retold")
def in_my_language(text: object) -> str:
    """The text as the reader speaks; empty for nothing."""
    return retold(str(text)) if text else ""
