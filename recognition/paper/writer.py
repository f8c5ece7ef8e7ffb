"""One pupil's way of writing, the same on every page: pen, size, slant, neatness, habits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from recognition.paper.hands import Hand
from recognition.paper.pen import Rng


class MarkStyle(StrEnum):
    """How a bubble is marked."""

    FILL = "fill"
    CROSS = "cross"
    TICK = "tick"
    CIRCLE = "circle"


_INKS: Final = (
    ((28, 42, 128), 0.42),
    ((18, 20, 26), 0.36),
    ((40, 70, 160), 0.1),
    ((70, 72, 78), 0.12),
)
_MARK_HABITS: Final = {
    MarkStyle.FILL: 0.3,
    MarkStyle.CROSS: 0.45,
    MarkStyle.TICK: 0.15,
    MarkStyle.CIRCLE: 0.1,
}


@dataclass(frozen=True, slots=True)
class Pen:
    """colour: RGB of full ink; width: mm; density: share of light that full ink takes (faint pens less)."""

    colour: tuple[int, int, int]
    width: float
    density: float


@dataclass(frozen=True, slots=True)
class Writer:
    """Lengths in mm. `neatness` runs from 0 (a scrawl) to 1; `slant` is the lean of words, as a tangent."""

    hand: Hand
    pen: Pen
    digit_height: float
    text_height: float
    slant: float
    neatness: float
    decimal_mark: str
    mark_style: MarkStyle


def new_writer(hand: Hand, rng: Rng) -> Writer:
    """A writer with the given handwriting and everything else drawn at random."""
    styles = list(_MARK_HABITS)
    return Writer(
        hand=hand,
        pen=new_pen(rng),
        digit_height=float(rng.uniform(5.2, 7.6)),
        text_height=float(rng.uniform(5.6, 7.6)),
        slant=float(rng.normal(0.08, 0.12)),
        neatness=float(rng.beta(4, 1.6)),
        decimal_mark="," if rng.random() < 0.25 else ".",
        mark_style=styles[rng.choice(len(styles), p=list(_MARK_HABITS.values()))],
    )


def new_pen(rng: Rng) -> Pen:
    """A ball pen, a fineliner or a pencil."""
    colour, _ = _INKS[rng.choice(len(_INKS), p=[share for _, share in _INKS])]
    shade = tuple(int(np.clip(c + rng.integers(-12, 13), 0, 200)) for c in colour)
    pencil = colour[0] == 70
    return Pen(
        colour=(shade[0], shade[1], shade[2]),
        width=float(rng.uniform(0.38, 0.55) if pencil else rng.uniform(0.34, 0.62)),
        density=float(rng.uniform(0.75, 0.9) if pencil else rng.uniform(0.84, 1.0)),
    )
