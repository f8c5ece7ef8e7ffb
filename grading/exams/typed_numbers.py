"""Numbers as people type them into a form: with a decimal comma where it can be nothing else."""

from __future__ import annotations

import re
from typing import Final

from django.utils.formats import get_format

_DECIMAL: Final = r"(?P<whole>[+\-\u2212\u2013]?\d+){sign}(?P<part>\d+(?:[eE][+-]?\d+)?\s*%?)"
_WHOLE: Final = re.compile(r"[+\-\u2212\u2013]?[1-9]\d{0,2}")
"""What may stand before a comma that parts thousands."""
_DECIMAL_COMMA: Final = re.compile(_DECIMAL.replace("{sign}", ","))
_DECIMAL_POINT: Final = re.compile(_DECIMAL.replace("{sign}", r"\."))


def with_point(text: str) -> str:
    """``9,81`` as ``9.81``; where a comma parts thousands, ``1,234`` is left, for this one may do so."""
    number = _DECIMAL_COMMA.fullmatch(text.strip())
    if number is None or (not _has_comma() and _may_be_thousands(number)):
        return text
    return f"{number['whole']}.{number['part']}"


def with_comma(text: str) -> str:
    """``9.81`` as ``9,81`` for readers who write so; ``with_point`` takes it back."""
    number = _DECIMAL_POINT.fullmatch(text.strip())
    return f"{number['whole']},{number['part']}" if number and _has_comma() else text


def _has_comma() -> bool:
    return bool(get_format("DECIMAL_SEPARATOR") == ",")


def _may_be_thousands(number: re.Match[str]) -> bool:
    return bool(_WHOLE.fullmatch(number["whole"]) and re.fullmatch(r"\d{3}", number["part"]))
