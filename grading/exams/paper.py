"""Where things stand on a printed page before any question is laid out: millimetres, origin top-left.

Corner markers and page codes depend on the paper alone, so they are known for any scanned page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PaperName = Literal["A4", "letter"]
RectMm = tuple[float, float, float, float]
"""x, y, width, height."""

PAGE_SIZES_MM: dict[PaperName, tuple[float, float]] = {"A4": (210.0, 297.0), "letter": (215.9, 279.4)}

MARKER_MM = 8.0
MARKER_INSET_MM = 10.0
MARKER_QUIET_MM = MARKER_MM / 6
"""One module of white around a marker: 4 bits and a border of one on each side make 6 modules."""

CODE_MM = 17.0
CODE_QUIET_MM = 2.5
SIDE_MARGIN_MM = 21.5


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of a page that text and boxes may use: a head, the body, and a foot."""

    left: float
    right: float
    head_top: float
    head_right: float
    body_top: float
    body_bottom: float
    foot_left: float
    foot_top: float
    foot_bottom: float

    @property
    def width(self) -> float:
        """The width of the body."""
        return self.right - self.left


def markers_mm(page_size: tuple[float, float]) -> dict[int, RectMm]:
    """ArUco id (0 top-left, 1 top-right, 2 bottom-right, 3 bottom-left) -> the marker's outer square."""
    width, height = page_size
    near, far_x, far_y = (
        MARKER_INSET_MM,
        width - MARKER_INSET_MM - MARKER_MM,
        height - MARKER_INSET_MM - MARKER_MM,
    )
    corners = ((near, near), (far_x, near), (far_x, far_y), (near, far_y))
    return {i: (x, y, MARKER_MM, MARKER_MM) for i, (x, y) in enumerate(corners)}


def codes_mm(page_size: tuple[float, float]) -> tuple[RectMm, RectMm]:
    """The two page codes without their quiet zones: top right and bottom left."""
    width, height = page_size
    top = (width - SIDE_MARGIN_MM - CODE_MM, MARKER_INSET_MM, CODE_MM, CODE_MM)
    bottom = (SIDE_MARGIN_MM, height - MARKER_INSET_MM - CODE_MM, CODE_MM, CODE_MM)
    return top, bottom


def frame(page_size: tuple[float, float]) -> Frame:
    """The head beside the upper code, the body between the codes, the foot beside the lower code."""
    width, height = page_size
    top, bottom = codes_mm(page_size)
    return Frame(
        left=SIDE_MARGIN_MM,
        right=width - SIDE_MARGIN_MM,
        head_top=MARKER_INSET_MM,
        head_right=top[0] - 5,
        body_top=top[1] + CODE_MM + 5,
        body_bottom=bottom[1] - 4,
        foot_left=bottom[0] + CODE_MM + 5,
        foot_top=bottom[1],
        foot_bottom=height - MARKER_INSET_MM,
    )
