"""Numbers in the form of the language that is active."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format

NOTHING = "–"


def localized(value: Decimal | float | None, *, signed: bool = False) -> str:
    """Without trailing zeros, with the language's decimal sign; a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    number = Decimal(str(value)).normalize()
    return number_format(f"{number:+f}" if signed else f"{number:f}" if number else "0", use_l10n=True)


def percent(value: float | None, digits: int = 0) -> str:
    """A share of 1 in per cent; a dash for nothing."""
    return NOTHING if value is None else f"{fixed(100 * value, digits)} %"


def fixed(value: float | None, digits: int) -> str:
    """With so many decimals; a dash for nothing."""
    return NOTHING if value is None else number_format(round(value, digits), decimal_pos=digits)
