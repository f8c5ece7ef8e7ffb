"""What a student wrote into a number box, as exact values to compare with the key.

Signs, decimal point or comma, thousands separators (English, German, French, Swiss), fractions ``3/4``,
mixed numbers ``1 3/4``, powers of ten ``1,2·10^3`` and ``1.2e3``, percent, and the question's own unit.
Everything is a Fraction: no rounding can move an answer across the bound of a tolerance.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from grading.marking.numerals import decimal_values, plain

NOT_A_NUMBER = "not a number"
OTHER_UNIT = "other unit"
MAX_LENGTH = 60

_NUMERAL = r"[\d.,' ]*\d\.?"
_NUMBER = re.compile(
    rf"""=?\s*(?P<sign>[+-]?)\s*
    (?:(?:(?P<mixed>\d{{1,18}})\s+)?(?P<above>\d{{1,18}})\s*/\s*(?P<below>\d{{1,18}})
      |(?:(?P<mantissa>{_NUMERAL})\s*[*xX]\s*)?10\s*\^\s*\(?\s*(?P<power>[+-]?\d{{1,2}})\s*\)?
      |(?P<numeral>{_NUMERAL})(?:\s*[eE]\s*(?P<exponent>[+-]?\d{{1,2}}))?)
    (?P<tail>\s*(?:[^\d\s.,'+*/^-].*)?)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """The values that a written number may have.

    ``values``: one, two when a separator is ambiguous, none with a ``fault``.
    ``fault``: NOT_A_NUMBER or OTHER_UNIT. ``percent``: a percent sign that the question did not ask
    for; the values are already divided by 100.
    """

    values: tuple[Fraction, ...]
    fault: str | None = None
    percent: bool = False

    def is_within(self, key: Fraction, allowance: Fraction) -> bool:
        """Whether one of the values lies in the closed interval ``key - allowance .. key + allowance``."""
        return any(abs(value - key) <= allowance for value in self.values)


def parse_number(written: str, unit: str | None = None) -> WrittenNumber:
    """The values of what was written where the question's unit is ``unit`` (or None). Never raises."""
    text = plain(written)
    if unit is not None:
        text = _without_leading_unit(text, unit)
    found = _NUMBER.fullmatch(text) if len(text) <= MAX_LENGTH else None
    values = _values(found) if found else ()
    if not found or not values:
        return WrittenNumber((), NOT_A_NUMBER)
    tail = found["tail"].strip()
    if tail == "%" and unit is None:
        return WrittenNumber(tuple(value / 100 for value in values), percent=True)
    if tail and (unit is None or plain_unit(tail) != plain_unit(unit)):
        return WrittenNumber((), OTHER_UNIT)
    return WrittenNumber(values)


def plain_unit(unit: str) -> str:
    """A unit for comparison: no spaces, dots, times signs and carets; case stays (mW is not MW)."""
    folded = unicodedata.normalize("NFKC", plain(unit)).replace("μ", "u").replace("µ", "u")
    return re.sub(r"[\s*^.]", "", folded)


def _without_leading_unit(text: str, unit: str) -> str:
    """Currencies are often written first: ``€ 5``."""
    sign = plain(unit)
    return text[len(sign) :].lstrip() if sign and not sign[0].isalnum() and text.startswith(sign) else text


def _values(found: re.Match[str]) -> tuple[Fraction, ...]:
    sign = -1 if found["sign"] == "-" else 1
    return tuple(sign * value for value in _sizes(found))


def _sizes(found: re.Match[str]) -> tuple[Fraction, ...]:
    if found["below"] is not None:
        below = int(found["below"])
        return (int(found["mixed"] or 0) + Fraction(int(found["above"]), below),) if below else ()
    if found["power"] is not None:
        scale = Fraction(10) ** int(found["power"])
        mantissas = decimal_values(found["mantissa"]) if found["mantissa"] else (Fraction(1),)
    else:
        scale = Fraction(10) ** int(found["exponent"] or 0)
        mantissas = decimal_values(found["numeral"])
    return tuple(mantissa * scale for mantissa in mantissas)
