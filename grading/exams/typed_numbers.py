"""Numbers as people type them into a form: with a decimal comma where their language has one."""

from __future__ import annotations

import re
from typing import Final

from django.utils.formats import get_format

_DECIMAL_COMMA: Final = re.compile(r"(?P<whole>[+\-\u2212\u2013]?\d+),(?P<part>\d+(?:[eE][+-]?\d+)?\s*%?)")


def with_point(text: str) -> str:
    """``9,81`` as ``9.81`` for readers who write so; for others a comma parts thousands, and is left."""
    number = _DECIMAL_COMMA.fullmatch(text.strip())
    if number is None or get_format("DECIMAL_SEPARATOR") != ",":
        return text
    return f"{number['whole']}.{number['part']}"
