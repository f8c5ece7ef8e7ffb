"""Texts that students write: numbers of every form, and short answers in English, German and French."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from recognition.crops.augment import Rng
from recognition.reader.charset import fold, is_writable

TERMS_FILE = Path(__file__).parent.parent / "configs" / "terms.txt"
DICTIONARIES = tuple(Path("/usr/share/dict") / name for name in ("american-english", "ngerman", "french"))
"""Debian packages wamerican, wngerman, wfrench; used where installed."""

_UNITS = (
    "m", "cm", "mm", "km", "kg", "g", "mg", "s", "min", "h", "J", "kJ", "N", "W", "kW", "V", "A", "mol", "Pa",
    "°C", "K", "Hz", "%", "€", "$", "m/s", "km/h", "m/s²", "cm²", "m³", "L", "ml",
)  # fmt: skip
_FORMULAS = (
    "H2O", "CO2", "NaCl", "O2", "H2SO4", "CH4", "NH3", "C6H12O6", "Fe2O3", "(a+b)²", "2x+3", "n-1"
)  # fmt: skip


def digits(rng: Rng, longest: int = 8) -> str:
    """A string of 1 to `longest` digits; short ones, and repeated digits, more often."""
    length = int(min(longest, 1 + rng.geometric(0.3)))
    if rng.random() < 0.08:
        return str(rng.integers(10)) * length
    return "".join(str(d) for d in rng.integers(0, 10, length))


def number(rng: Rng) -> str:
    """Integer, decimal, signed, grouped by thousands, fraction or date."""
    form = rng.random()
    sign = "-" if rng.random() < 0.2 else "+" if rng.random() < 0.03 else ""
    if form < 0.3:
        return sign + digits(rng, 5)
    if form < 0.75:
        point = "." if rng.random() < 0.55 else ","
        return sign + digits(rng, 4) + point + digits(rng, 4)
    if form < 0.85:
        return sign + _grouped(rng)
    if form < 0.95:
        return sign + digits(rng, 3) + "/" + digits(rng, 3)
    day, month = rng.integers(1, 32), rng.integers(1, 13)
    return f"{day}{rng.choice(['.', '/', '-'])}{month}{rng.choice(['.', ''])}"


def _grouped(rng: Rng) -> str:
    groups = [f"{rng.integers(0, 1000):03d}" for _ in range(int(rng.integers(1, 3)))]
    return str(rng.choice([",", ".", " "])).join([str(rng.integers(1, 1000)), *groups])


def quantity(rng: Rng) -> str:
    """A number with a unit, an equation or a formula, as in a physics or chemistry answer."""
    value, unit = number(rng), str(rng.choice(_UNITS))
    form = rng.random()
    if form < 0.6:
        return f"{value}{'' if rng.random() < 0.3 else ' '}{unit}"
    if form < 0.8:
        return f"{rng.choice(list('xyzabnmtvFEUIR'))} = {value}"
    return str(rng.choice(_FORMULAS))


class Vocabulary:
    """Words and short answers, drawn with the cases that people use."""

    def __init__(self, terms: list[str], words: list[str]) -> None:
        self.terms, self.words = terms, words

    @classmethod
    def standard(cls, transcriptions: list[str], dictionaries: tuple[Path, ...] = DICTIONARIES) -> Vocabulary:
        """Terms of the package, words of the given labels and of the dictionaries that are installed."""
        terms = [fold(t) for t in TERMS_FILE.read_text(encoding="utf-8").splitlines() if t.strip()]
        words = [w for label in transcriptions for w in label.split()]
        for path in dictionaries:
            if path.exists():
                listed = [fold(w) for w in path.read_text(encoding="utf-8").split("\n")]
                words.extend(w for w in listed if 1 < len(w) < 15 and is_writable(w))
        return cls(terms, words or terms)

    def answer(self, rng: Rng) -> str:
        """One short answer: a term, one to three words, or a quantity."""
        form = rng.random()
        if form < 0.12:
            return quantity(rng)
        if form < 0.35:
            text = str(rng.choice(self.terms))
        else:
            count = int(rng.choice([1, 2, 3], p=[0.75, 0.17, 0.08]))
            text = " ".join(self.words[int(rng.integers(len(self.words)))] for _ in range(count))
        return _in_some_case(text, rng)


def _in_some_case(text: str, rng: Rng) -> str:
    form = rng.random()
    if form < 0.1:
        return fold(text.upper())
    if form < 0.25:
        return text[:1].upper() + text[1:]
    if form < 0.4:
        return text.lower()
    if form < 0.46:
        return text + str(rng.choice(np.array([".", "!", "?", ",", ":", ";"])))
    return text
