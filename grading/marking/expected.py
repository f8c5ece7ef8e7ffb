"""What the reader should look for: the spellings that earn full marks, and the characters of a box.

The reader sums its exact probability over the spellings; the sum is the evidence that the keyed answer was
written. Full marks only: a spelling that earns a part of the marks is a rival, not the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import ceil, floor

from grading.exams.spec import DigitsQuestion, NumberQuestion, Question, TextQuestion
from grading.marking.numerals import plain
from grading.marking.score import Verdict, score
from grading.marking.texts import without_accents, without_punctuation

MAX_SPELLINGS = 32
MAX_DECIMALS = 12
DIGITS = "0123456789"
NUMBER = DIGITS + ".,-+/ "
_LIKE_A_DIGIT = frozenset("lIi|oODQsSzZbBgqGTtA/.,-+ ")
_FRACTIONS_UP_TO = 16


@dataclass(frozen=True, slots=True)
class Expected:
    """``spellings``, likeliest first; ``covers``: whether they hold every value worth full marks.

    A tolerance can admit more values than fit; then a low probability of the spellings proves nothing.
    """

    spellings: tuple[str, ...] = ()
    covers: bool = True


def expected_spellings(question: Question, language: str = "en") -> tuple[str, ...]:
    """At most 32 spellings of the key, likeliest first; none for options and open questions."""
    return expected(question, language).spellings


@lru_cache(maxsize=2048)
def expected(question: Question, language: str = "en") -> Expected:
    """The spellings of the key and whether they cover it. ``language`` orders comma and point."""
    if isinstance(question, DigitsQuestion):
        return Expected(_kept(question, _digits(question)))
    if isinstance(question, NumberQuestion):
        decimals = _decimals(question)
        values = list(_values(question, decimals))
        alphabet = frozenset(allowed_characters(question, language) or "")
        written = (
            form for form in _number(question, values, decimals, language) if alphabet.issuperset(form)
        )
        spellings = _kept(question, written)
        return Expected(spellings, _covers(question, decimals) and len(values) <= len(spellings))
    if isinstance(question, TextQuestion):
        return Expected(_kept(question, _text(question)))
    return Expected()


def allowed_characters(question: Question, language: str = "en") -> str | None:
    """The alphabet of a question's box; None for the reader's whole alphabet, or where nothing is read.

    A number box also admits its unit, since students copy it, except letters that look like digits: a unit
    that the alphabet forbids would be forced into digits and read as another number. Very large and very
    small keys admit powers of ten.
    """
    if isinstance(question, DigitsQuestion):
        return DIGITS
    if not isinstance(question, NumberQuestion):
        return None
    characters = NUMBER + ("'" if language != "en" and abs(question.value) >= 1000 else "")
    if question.value and not Fraction(1, 1000) <= abs(question.value) < 100_000:
        characters += "eE*^xX"
    unit = dict.fromkeys(plain(question.unit or ""))
    return characters + "".join(sign for sign in unit if sign not in _LIKE_A_DIGIT | set(characters))


def _kept(question: Question, spellings: Iterable[str]) -> tuple[str, ...]:
    """The first spellings without repetition; what would not earn full marks is no spelling of the key."""
    kept: dict[str, None] = {}
    for spelling in spellings:
        if len(kept) == MAX_SPELLINGS:
            break
        if spelling not in kept and score(question, spelling).verdict is Verdict.CORRECT:
            kept[spelling] = None
    return tuple(kept)


def _digits(question: DigitsQuestion) -> Iterator[str]:
    for cells in range(len(question.answer), question.cells + 1):
        yield question.answer.rjust(cells, "0")


def _decimals(question: NumberQuestion) -> int:
    """Decimals that write the key exactly; for a third and its like, the fewest that the tolerance admits."""
    value, allowance = question.value, question.tolerance.allowance(question.value)
    exact = next((n for n in range(MAX_DECIMALS) if (value * 10**n).denominator == 1), None)
    near = (n for n in range(MAX_DECIMALS) if abs(round(value, n) - value) <= allowance)
    return exact if exact is not None else next(near, MAX_DECIMALS)


def _covers(question: NumberQuestion, decimals: int) -> bool:
    """Whether students would write no other value: the key ends, or it must be given exactly."""
    ends = (question.value * 10**decimals).denominator == 1
    return ends or not question.tolerance.allowance(question.value)


def _values(question: NumberQuestion, decimals: int) -> Iterator[Fraction]:
    """The key, then the values in the tolerance with as many decimals as the key, the nearest first."""
    yield question.value
    allowance = question.tolerance.allowance(question.value)
    step = Fraction(1, 10**decimals)
    low, high = ceil((question.value - allowance) / step), floor((question.value + allowance) / step)
    middle = round(question.value / step)
    reach = min(max(middle - low, high - middle), 2 * MAX_SPELLINGS)
    for away in range(reach + 1):
        for place in dict.fromkeys((middle - away, middle + away)):
            if low <= place <= high and place * step != question.value:
                yield place * step


def _number(question: NumberQuestion, values: list[Fraction], decimals: int, language: str) -> Iterator[str]:
    """All forms of the key, then its neighbours in the tolerance in their plain forms."""
    points = (".", ",") if language == "en" else (",", ".")
    numerals = [_plain_numeral(question.value, decimals, point) for point in points]
    yield from numerals
    yield from _grouped(question.value, decimals, points)
    yield from _as_fraction(question.value, decimals)
    yield from _longer(question.value, decimals, points)
    for value, point in product(values, points):
        yield from _shorter(value, decimals, point)
    if question.value > 0:
        yield "+" + numerals[0]
    yield from _as_power(question.value, points)
    if question.unit:
        yield from (f"{numerals[0]} {question.unit}", f"{numerals[0]}{question.unit}")


def _plain_numeral(value: Fraction, decimals: int, point: str) -> str:
    digits = str(abs(round(value * 10**decimals))).rjust(decimals + 1, "0")
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return ("-" if value < 0 else "") + whole + (point + part if part else "")


def _shorter(value: Fraction, decimals: int, point: str) -> Iterator[str]:
    """9.80 and 9.8, the longest first."""
    for fewer in range(decimals, max(-1, decimals - 3), -1):
        if fewer == decimals or (value * 10**fewer).denominator == 1:
            yield _plain_numeral(value, fewer, point)


def _longer(value: Fraction, decimals: int, points: tuple[str, ...]) -> Iterator[str]:
    """0.5 as 0.50, 0.500 and .5."""
    for point in points:
        yield from (_plain_numeral(value, decimals + more, point) for more in (1, 2))
        if abs(value) < 1:
            yield _plain_numeral(value, decimals, point).replace("0" + point, point, 1)


def _grouped(value: Fraction, decimals: int, points: tuple[str, ...]) -> Iterator[str]:
    """12345.6 as ``12,345.6``, ``12.345,6``, ``12 345,6``, ``12'345.6``."""
    if abs(value) < 1000:
        return
    for point, group in (*zip(points, reversed(points), strict=True), *product(points, " '")):
        numeral = _plain_numeral(value, decimals, point)
        whole, mark, part = numeral.partition(point) if decimals else (numeral, "", "")
        yield f"{int(whole):,}".replace(",", group) + mark + part


def _as_fraction(value: Fraction, decimals: int) -> Iterator[str]:
    """1/3 and 1 1/3; of what a decimal writes only where people write its denominator, of the rest always."""
    ends = (value * 10**decimals).denominator == 1
    if value.denominator == 1 or (ends and value.denominator > _FRACTIONS_UP_TO):
        return
    sign, above, below = "-" if value < 0 else "", abs(value.numerator), value.denominator
    yield f"{sign}{above}/{below}"
    if above > below:
        yield f"{sign}{above // below} {above % below}/{below}"


def _as_power(value: Fraction, points: tuple[str, ...]) -> Iterator[str]:
    """1.6e-19 as ``1.6*10^-19``, ``1.6x10^-19``, ``1.6e-19``; for keys whose box admits powers of ten."""
    mantissa, _, power = f"{Decimal(value.numerator) / Decimal(value.denominator):e}".partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    for point, times in product(points, ("*10^", "x10^", "e", "E")):
        yield mantissa.replace(".", point) + times + str(int(power))


def _text(question: TextQuestion) -> Iterator[str]:
    """Every answer in its own form first, then every answer in the next form, so that the cap cuts fairly."""
    answers = [*question.answers, *(entry.answer for entry in question.accept if entry.credit == 1)]
    for rank in zip(*(_forms(answer, question.ignore) for answer in answers), strict=True):
        yield from rank


def _forms(answer: str, ignore: frozenset[str]) -> list[str]:
    """One answer with and without what is ignored; always the same number of forms."""
    bare = without_punctuation(answer) if "punctuation" in ignore else answer
    shapes = [answer, bare]
    shapes += [without_accents(shape) if "accents" in ignore else shape for shape in shapes]
    shapes += ["".join(shape.split()) if "spaces" in ignore else shape for shape in shapes]
    cases = (str, str.lower, _capitalised, str.upper, str.title) if "case" in ignore else (str,)
    return [case(shape) for case in cases for shape in shapes]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:].lower()
