"""Numbers in the form of the language that is active."""

from __future__ import annotations

from decimal import Decimal
from math import floor

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


def certainty(value: float | None) -> str:
    """A probability in per cent that never says 0 or 100: what is nearly sure shows how nearly."""
    if value is None:
        return NOTHING
    if value >= 0.9995:
        return f"> {percent(0.999, 1)}"
    if value >= 0.985:
        return percent(floor(1000 * value) / 1000, 1)
    return f"< {percent(0.01)}" if value < 0.01 else percent(value)


def fixed(value: float | None, digits: int) -> str:
    """With so many decimals; a dash for nothing."""
    return NOTHING if value is None else number_format(round(value, digits), decimal_pos=digits)
