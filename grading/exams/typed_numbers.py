"""Numbers as people type them into a form: with a decimal comma where their language has one."""

from __future__ import annotations

import re
from typing import Final

from django.utils.formats import get_format

_DECIMAL: Final = r"(?P<whole>[+\-\u2212\u2013]?\d+){sign}(?P<part>\d+(?:[eE][+-]?\d+)?\s*%?)"
_DECIMAL_COMMA: Final = re.compile(_DECIMAL.replace("{sign}", ","))
_DECIMAL_POINT: Final = re.compile(_DECIMAL.replace("{sign}", r"\."))


def with_point(text: str) -> str:
    """``9,81`` as ``9.81`` for readers who write so; for others a comma parts thousands, and is left."""
    return _with_sign(".", _DECIMAL_COMMA, text)


def with_comma(text: str) -> str:
    """``9.81`` as ``9,81`` for readers who write so; ``with_point`` takes it back."""
    return _with_sign(",", _DECIMAL_POINT, text)


def _with_sign(sign: str, numbers: re.Pattern[str], text: str) -> str:
    number = numbers.fullmatch(text.strip())
    if number is None or get_format("DECIMAL_SEPARATOR") != ",":
        return text
    return f"{number['whole']}{sign}{number['part']}"
