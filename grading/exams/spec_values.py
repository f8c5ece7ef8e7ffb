"""The small values of an exam file: shares, decimals, texts, tolerances and pass marks.

Every parser takes what a YAML or JSON file, a form or a test may hold (text or number) and raises
``ValueError`` with words that tell the writer of the file what is expected.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,24}")
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?")
FRACTION = re.compile(r"([+-]?\d{1,18})\s*/\s*(\d{1,18})")
MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})
MAX_MARKS = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be from its key: an absolute distance, or a share of the key's size."""

    absolute: Decimal | None = None
    relative: Decimal | None = None

    def allowance(self, key: Fraction) -> Fraction:
        """The largest distance from ``key`` that still counts as right."""
        if self.relative is not None:
            return abs(key) * Fraction(self.relative)
        return Fraction(self.absolute or 0)

    def __str__(self) -> str:
        return percent_text(self.relative) if self.relative is not None else f"{self.absolute or 0}"


@dataclass(frozen=True, slots=True)
class Share:
    """A pass mark as a share (0 to 1) of the marks of the exam."""

    share: Decimal

    def of(self, max_marks: Decimal) -> Decimal:
        """The marks needed to pass an exam of ``max_marks``."""
        return self.share * max_marks

    def __str__(self) -> str:
        return percent_text(self.share)


@dataclass(frozen=True, slots=True)
class Points:
    """A pass mark in marks."""

    points: Decimal

    def of(self, max_marks: Decimal) -> Decimal:
        """The marks needed to pass, whatever the exam's ``max_marks``."""
        return self.points

    def __str__(self) -> str:
        return f"{self.points}"


def percent_text(share: Decimal) -> str:
    """0.005 -> ``0.5%``."""
    return f"{(share * 100).normalize():f}%"


def plain_decimal(value: object) -> Decimal:
    """A finite decimal from text or a number; a comma as the decimal sign is refused, not guessed."""
    text = _text(value).translate(MINUS_SIGNS)
    if NUMBER.fullmatch(text) is None:
        comma = " (write a decimal point, not a comma)" if "," in text else ""
        raise ValueError(f"expected a number such as 2 or 0.5, not {shown(text)}{comma}")
    try:
        return Decimal(text)
    except InvalidOperation as problem:
        raise ValueError(f"expected a number such as 2 or 0.5, not {shown(text)}") from problem


def share_of_one(value: object) -> Decimal:
    """A share from ``0.5`` or ``50%``; between 0 and 1."""
    text = _text(value)
    share = plain_decimal(text[:-1].rstrip()) / 100 if text.endswith("%") else plain_decimal(text)
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1 (0% to 100%), not {shown(text)}")
    return share


def error_budget(value: object) -> float:
    """The tolerable share of wrong automatic marks: above 0, at most 10 %."""
    text = _text(value)
    share = plain_decimal(text[:-1].rstrip()) / 100 if text.endswith("%") else plain_decimal(text)
    if not 0 < share <= Decimal("0.1"):
        hint = f'; did you mean "{text}%"?' if Decimal("0.1") < share <= 10 and "%" not in text else ""
        raise ValueError(f"expected a share above 0% and up to 10%, such as 0.2%, not {shown(text)}{hint}")
    return float(share)


def tolerance(value: object) -> Tolerance:
    """``0.02`` is an absolute distance, ``1%`` a share of the key; never negative."""
    if isinstance(value, Tolerance):
        return value
    text = _text(value)
    if text.endswith("%"):
        return Tolerance(relative=share_of_one(text))
    absolute = plain_decimal(text)
    if absolute < 0:
        raise ValueError(f"expected 0 or more, such as 0.02 or 1%, not {shown(text)}")
    return Tolerance(absolute=absolute)


def pass_mark(value: object) -> Share | Points:
    """``50%`` is a share of all marks, ``12`` is 12 marks."""
    if isinstance(value, Share | Points):
        return value
    text = _text(value)
    if not text.endswith("%"):
        points = plain_decimal(text)
        if points < 0:
            raise ValueError(f"expected 0 marks or more, or a share such as 50%, not {shown(text)}")
        return Points(points)
    share = plain_decimal(text[:-1].rstrip()) / 100
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0% to 100%, not {shown(text)}")
    return Share(share)


def number_key(value: object) -> str:
    """The key of a number question as it was written: ``9.81``, ``-3``, ``1e3`` or a fraction ``3/4``."""
    text = _text(value).translate(MINUS_SIGNS)
    if NUMBER.fullmatch(text) is None and FRACTION.fullmatch(text) is None:
        comma = "; write a decimal point, students may write a comma" if "," in text else ""
        raise ValueError(f"expected a number such as 9.81, -3, 1e3 or 3/4, not {shown(text)}{comma}")
    fraction = FRACTION.fullmatch(text)
    if fraction is not None and int(fraction[2]) == 0:
        raise ValueError(f"a fraction cannot have 0 below the line: {shown(text)}")
    return text


def exact_value(text: str) -> Fraction:
    """The exact value of a text that ``number_key`` accepts."""
    fraction = FRACTION.fullmatch(text)
    if fraction is not None:
        return Fraction(int(fraction[1]), int(fraction[2]))
    return Fraction(Decimal(text))


def digits_key(value: object) -> str:
    """A key of digits as text, so that ``007`` keeps its zeros."""
    text = _text(value)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"expected digits only, such as 42 or 007, not {shown(text)}")
    return text


def identifier(value: object) -> str:
    """An id: 1 to 24 of the letters a-z and A-Z, digits, ``_`` and ``-``."""
    text = _text(value)
    if IDENTIFIER.fullmatch(text) is None:
        raise ValueError(f"expected 1 to 24 letters (a-z), digits, _ or -, not {shown(text)}")
    return text


def clean_text(value: object) -> str:
    """Text in Unicode NFC without surrounding space and without control characters (newlines stay)."""
    text = unicodedata.normalize("NFC", _text(value))
    hidden = next(
        (sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t"), None
    )
    if hidden is not None:
        raise ValueError(f"contains the control character U+{ord(hidden):04X}; remove it")
    return text


def shown(text: str) -> str:
    """A text quoted for an error message, cut when it is long."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"expected text or a number, not {_kind(value)}")  # noqa: TRY004 (pydantic reports it)
    return str(value).strip()


def _kind(value: object) -> str:
    names = {dict: "a mapping", list: "a list", tuple: "a list", type(None): "nothing", bool: "true or false"}
    return names.get(type(value), type(value).__name__)


def _marks(value: Decimal) -> Decimal:
    if not 0 <= value <= MAX_MARKS:
        raise ValueError(f"expected from 0 to {MAX_MARKS} marks, not {value}")
    return value


def _points(value: Decimal) -> Decimal:
    if abs(value) > MAX_MARKS:
        raise ValueError(f"expected from -{MAX_MARKS} to {MAX_MARKS} points, not {value}")
    return value


TEXT_OR_NUMBER = {"type": ["string", "number"]}
SHARE_SCHEMA = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%?\s*$"},
    ]
}
NUMBER_OR_PERCENT = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%?\s*$"}]
}
NUMBER_KEY_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[+-]?\d+"}]}
DIGITS_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\s*[0-9]+\s*$"}]
}
ID_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}]
}
MARKS_SCHEMA = {"type": ["number", "string"], "minimum": 0, "maximum": int(MAX_MARKS)}
POINTS_SCHEMA = {"type": ["number", "string"], "minimum": -int(MAX_MARKS), "maximum": int(MAX_MARKS)}
WRONG_SCHEMA = {"type": ["number", "string"], "maximum": 0}

Identifier = Annotated[str, BeforeValidator(identifier), WithJsonSchema(ID_SCHEMA)]
CleanText = Annotated[str, BeforeValidator(clean_text), WithJsonSchema(TEXT_OR_NUMBER)]
DigitsKey = Annotated[str, BeforeValidator(digits_key), WithJsonSchema(DIGITS_SCHEMA)]
NumberKey = Annotated[str, BeforeValidator(number_key), WithJsonSchema(NUMBER_KEY_SCHEMA)]
PlainDecimal = Annotated[Decimal, BeforeValidator(plain_decimal), WithJsonSchema(WRONG_SCHEMA)]
Marks = Annotated[
    Decimal, BeforeValidator(plain_decimal), AfterValidator(_marks), WithJsonSchema(MARKS_SCHEMA)
]
RubricPoints = Annotated[
    Decimal, BeforeValidator(plain_decimal), AfterValidator(_points), WithJsonSchema(POINTS_SCHEMA)
]
Credit = Annotated[Decimal, BeforeValidator(share_of_one), WithJsonSchema(SHARE_SCHEMA)]
ErrorBudget = Annotated[float, BeforeValidator(error_budget), WithJsonSchema(NUMBER_OR_PERCENT)]
ToleranceField = Annotated[
    Tolerance, PlainValidator(tolerance), PlainSerializer(str), WithJsonSchema(NUMBER_OR_PERCENT)
]
PassMark = Annotated[
    Share | Points, PlainValidator(pass_mark), PlainSerializer(str), WithJsonSchema(NUMBER_OR_PERCENT)
]
