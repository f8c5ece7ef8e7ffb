"""The distribution of marks as bars of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.formats import number_format

WIDTH, HEIGHT, FOOT, HEAD = 640.0, 204.0, 26.0, 32.0
"""The pass mark is named above the counts, in the upper half of the head."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One band of a tenth; ``fails``: it lies wholly below the pass mark."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int
    label: str
    fails: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with the pass mark as an upright line; ``pass_x`` is None where there is none."""

    bars: tuple[Bar, ...]
    pass_x: float | None
    width: float = WIDTH
    height: float = HEIGHT
    ground: float = HEIGHT - FOOT
    label_y: float = HEIGHT - 8
    unit: str = " %"

    @property
    def pass_named_left(self) -> bool:
        """Whether the pass mark stands so far to the right that its name goes before it."""
        return self.pass_x is not None and self.pass_x > 0.8 * self.width


def chart(counts: Sequence[int], pass_share: float | None = None, marks: Sequence[float] = ()) -> Chart:
    """Bars of equal width for ``counts``; the pass mark is a share of the whole.

    ``marks``: what each bar stands for, where it is no band.
    """
    if marks:
        named = zip(bars(counts, 0.0), marks, strict=True)
        return Chart(
            tuple(replace(bar, label=number_format(f"{mark:g}", use_l10n=True)) for bar, mark in named),
            None,
            unit="",
        )
    pass_x = None if pass_share is None else round(WIDTH * min(1.0, max(0.0, pass_share)), 1)
    return Chart(tuple(bars(counts, pass_share or 0.0)), pass_x)


def bars(counts: Sequence[int], pass_share: float) -> list[Bar]:
    """Bars of equal width for ``counts``, the highest as high as the drawing."""
    most = max([*counts, 1])
    step = WIDTH / len(counts)
    room = HEIGHT - FOOT - HEAD
    found = []
    for place, count in enumerate(counts):
        height = room * count / most
        low, high = round(100 * place / len(counts)), round(100 * (place + 1) / len(counts))
        found.append(
            Bar(
                x=place * step + 4,
                y=HEIGHT - FOOT - height,
                width=step - 8,
                height=height,
                middle=place * step + step / 2,
                count=count,
                label=f"{low}–{high}",
                fails=high <= 100 * pass_share,
            )
        )
    return found
