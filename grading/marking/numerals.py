"""The digits, points, commas and spaces of one written decimal number: what it may be worth.

A comma or point before three digits is ambiguous (``1,234`` is 1234 in London and 1.234 in Berlin), and
pupils of one class write both. So a numeral has one value or two, and the key decides which was meant.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

DECIMAL_MARKS = ".,"
GROUP_MARKS = ".,' "
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("＋﹢", "+"),
        **dict.fromkeys("‘’‛`´′＇", "'"),
        **dict.fromkeys("×·⋅∙•✕∗", "*"),
        **dict.fromkeys("⁄∕÷", "/"),
        **dict.fromkeys("\t\n\u00a0\u2007\u2008\u2009\u202f", " "),
        "٫": ".",
        "٬": ",",
    }
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_VULGAR = re.compile("[¼-¾⅐-⅞]")
_SPACED_MARK = re.compile(r"(?<=\d) ?([.,']) ?(?=\d)")


def plain(written: str) -> str:
    """One dash, one apostrophe, one times sign, ``^`` before raised digits, single spaces inside only."""
    raised = _RAISED.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), written)
    apart = _VULGAR.sub(lambda found: " " + unicodedata.normalize("NFKC", found[0]), raised)
    signs = unicodedata.normalize("NFKC", apart.translate(_SIGNS)).translate(_SIGNS)
    return " ".join(signs.split())


def decimal_values(numeral: str) -> tuple[Fraction, ...]:
    """Every value that an unsigned numeral may have; none when its marks make no number.

    ``12`` -> 12; ``9,81`` -> 9.81; ``1 000`` -> 1000; ``1.234,5`` -> 1234.5; ``1,234`` -> 1.234 and 1234;
    ``12,34,5`` -> nothing. A point at the very end is a full stop.
    """
    body = _SPACED_MARK.sub(r"\1", numeral.strip())
    if body.endswith(".") and body[:-1].isdecimal():
        body = body[:-1]
    marks = [character for character in body if not character.isdecimal()]
    if not body or any(mark not in GROUP_MARKS for mark in marks):
        return ()
    if not marks:
        return (Fraction(int(body)),)
    if len(set(marks)) == 1:
        return _with_one_kind_of_mark(body, marks)
    return _grouped_and_decimal(body, marks)


def _with_one_kind_of_mark(body: str, marks: list[str]) -> tuple[Fraction, ...]:
    values = []
    parts = body.split(marks[0])
    if len(marks) == 1 and marks[0] in DECIMAL_MARKS and parts[1]:
        values.append(_decimal(parts[0], parts[1]))
    if _is_grouped(parts):
        values.append(Fraction(int("".join(parts))))
    return tuple(values)


def _grouped_and_decimal(body: str, marks: list[str]) -> tuple[Fraction, ...]:
    group, point = marks[0], marks[-1]
    if set(marks) != {group, point} or marks.count(point) != 1 or point not in DECIMAL_MARKS:
        return ()
    whole, decimals = body.split(point)
    parts = whole.split(group)
    if not decimals.isdecimal() or not _is_grouped(parts):
        return ()
    return (_decimal("".join(parts), decimals),)


def _is_grouped(parts: list[str]) -> bool:
    first, *others = parts
    return 1 <= len(first) <= 3 and first[0] != "0" and all(len(part) == 3 for part in others)


def _decimal(whole: str, decimals: str) -> Fraction:
    return Fraction(int((whole or "0") + decimals), 10 ** len(decimals))
