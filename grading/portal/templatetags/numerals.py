"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def plain(value: Decimal | float | None) -> str:
    """Without trailing zeros, with the language's decimal sign; a dash for nothing."""
    if value is None or value == "":
        return "–"
    number = Decimal(str(value)).normalize()
    return number_format(f"{number:f}" if number else "0", use_l10n=True)


@register.filter
def percent(value: float | None, digits: int = 0) -> str:
    """A share of 1 in per cent; a dash for nothing."""
    return "–" if value is None else f"{number_format(round(100 * value, digits), decimal_pos=digits)} %"
