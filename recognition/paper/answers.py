"""What a pupil puts into one answer box, and in which manner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Manner(StrEnum):
    """How an answer is written."""

    PLAIN = "plain"
    FAINT = "faint"
    TOUCHING = "touching"
    """It reaches over the printed lines."""
    REWRITTEN = "rewritten"
    """Another answer was written first, crossed out, and this one set beside it."""
    CROSSED_OUT = "crossed_out"
    """Crossed out, nothing in its place: it counts as empty."""
    CORRECTED = "corrected"
    """Another bubble was marked first and blacked out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer as the pupil means it: `text`, or the `marked` options; both empty when nothing is answered.

    discarded: what was written (or the options that were marked) first and taken back.
    """

    text: str = ""
    marked: tuple[str, ...] = ()
    manner: Manner = Manner.PLAIN
    discarded: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the pupil answers nothing (which is not to say that there is no ink)."""
        return not self.text and not self.marked
