"""What the machine has on one answer: stored with it, so that its mark can be derived again at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

OPTION_KINDS = frozenset({"choice", "multi"})
KINDS = frozenset({"digits", "number", "text", "manual"}) | OPTION_KINDS
UNMEASURED_BLANK = 0.999
"""Confidence of a blank box whose ink stage gives none: above any audit so far, below certainty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The machine's findings on one answer box.

    ``kind``: the question type. ``text``, ``confidence``, ``alternatives`` (text, probability): the reading.
    ``p_expected``: calibrated probability that one of the spellings in ``expected`` was written; both are
    kept, for the key may change later. ``marked``, ``option_scores`` (option, probability of being meant as
    marked): choice and multi. ``doubt``: why a person must look although something was read.
    ``blank``: no ink, with ``blank_confidence``. ``aligned``: 0..1, how well the printed box lies where it
    should. ``page_sound``: the page was found well enough to trust its boxes. ``error``: why none was read.
    ``ValueError`` when the parts contradict each other.
    """

    kind: str
    text: str = ""
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    expected: tuple[str, ...] = ()
    p_expected: float | None = None
    marked: frozenset[str] | None = None
    option_scores: tuple[tuple[str, float], ...] = ()
    doubt: str | None = None
    blank: bool = False
    blank_confidence: float | None = None
    aligned: float = 1.0
    page_sound: bool = True
    error: str | None = None
    model: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of answer {self.kind!r}: use one of {', '.join(sorted(KINDS))}")
        if self.kind in OPTION_KINDS and self.marked is None and self.error is None and not self.blank:
            raise ValueError(f"evidence on a {self.kind} answer needs its marked options (or an error)")
        if self.p_expected is not None and not self.expected:
            raise ValueError("p_expected needs the spellings it speaks of: give expected as well")
        for name, value in self._probabilities():
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} is {value}: expected a probability from 0 to 1")

    def _probabilities(self) -> list[tuple[str, float]]:
        single = {
            "confidence": self.confidence,
            "p_expected": self.p_expected,
            "blank_confidence": self.blank_confidence,
            "aligned": self.aligned,
        }
        return [
            *((name, value) for name, value in single.items() if value is not None),
            *((f"alternative {text!r}", value) for text, value in self.alternatives),
            *((f"option {option}", value) for option, value in self.option_scores),
        ]

    @property
    def read(self) -> str:
        """What was read, as people see it: the text, or the marked options."""
        return self.text if self.marked is None else ", ".join(sorted(self.marked))

    @property
    def is_blank(self) -> bool:
        """Nothing was written: no ink, or no option marked and nothing doubtful about it."""
        return self.blank or (self.marked is not None and not self.marked)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; ``from_json`` gives an equal Evidence."""
        values = asdict(self)
        if self.marked is not None:
            values["marked"] = sorted(self.marked)
        for name in ("alternatives", "option_scores"):
            values[name] = [list(pair) for pair in values[name]]
        values["expected"] = list(self.expected)
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Evidence:
        """Evidence from ``to_json``; missing fields take their defaults. ``ValueError`` if damaged."""
        known = dict(values)
        try:
            if known.get("marked") is not None:
                known["marked"] = frozenset(known["marked"])
            for name in ("alternatives", "option_scores"):
                known[name] = tuple((str(text), float(value)) for text, value in known.get(name, ()))
            known["expected"] = tuple(known.get("expected", ()))
            return cls(**known)
        except TypeError as problem:
            raise ValueError(f"stored evidence is damaged ({problem}); read the answer again") from problem
