"""The values that pass between the stages of a page: layout, page codes, crops, readings.

Lengths are millimetres with the origin at the top-left corner of the printed page; images are
uint8 arrays, grey ``(H, W)``, ink dark on light paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""A grey image, shape (H, W), 0 = black."""


class BoxKind(StrEnum):
    """What an answer box holds; the values are those of layout.json."""

    STUDENT_ID = "student_id"
    DIGITS = "digits"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    MULTI = "multi"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in millimetres, ``x, y`` the top-left corner."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Box:
    """One answer box of a printed page: ``cells`` for boxed digits, ``bubbles`` for choices.

    ``free_from``: the x from where on nothing is printed to the right of a box for numbers, which a unit may
    follow; None when that is not known. To the right of other boxes nothing is printed.
    """

    question: str
    kind: BoxKind
    rect: Rect
    cells: tuple[Rect, ...] = ()
    bubbles: Mapping[str, Rect] = field(default_factory=dict)
    free_from: float | None = None


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The geometry of one printed page: its paper, the corner markers and the boxes to cut."""

    page: int
    page_size: tuple[float, float]
    markers: Mapping[int, Rect]
    """ArUco id -> the marker's outer square."""
    boxes: tuple[Box, ...]
    codes: tuple[Rect, ...] = ()
    """The printed page codes without quiet zone; they stand in for lost markers."""


@dataclass(frozen=True, slots=True)
class PageCode:
    """What the printed code of a page says."""

    exam: str
    run: str
    sheet: str
    page: int


class PageFate(StrEnum):
    """What the geometry stage found of one scanned page (before duplicates are known)."""

    FOUND = "found"
    BLANK = "blank"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Ink:
    """How much pen a crop holds after printed lines were removed.

    ``fraction`` is the share of ink pixels; ``blank`` says that there is nothing to read.
    """

    fraction: float
    blank: bool


@dataclass(frozen=True, slots=True)
class Crop:
    """One cut answer box: ``image`` as a person sees it, ``clean`` with printed lines removed.

    ``cells`` are the cleaned cells of boxed digits, left to right, empty for other kinds.
    ``aligned`` is the box's own alignment check in 0..1 (1: printed lines lie where expected).
    ``beside``: something is written to the right of the box; ``image`` then shows it too.
    """

    box: Box
    image: Grey
    clean: Grey
    cells: tuple[Grey, ...]
    ink: Ink
    aligned: float
    beside: bool = False


@dataclass(frozen=True, slots=True)
class BubbleReading:
    """Marked options of a choice or multi question.

    ``doubt`` is None when the marks are plain; else the reason why a person must look.
    ``scores`` gives each option's probability of being meant as marked.
    """

    marked: tuple[str, ...]
    scores: Mapping[str, float]
    confidence: float
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rival transcription and its calibrated probability."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A crop to read.

    ``kind``: digits, number or text. ``allowed``: the alphabet of the box, None for the kind's own.
    ``expected``: the equivalent spellings of the keyed answer; empty when there is no key to verify.
    """

    image: Grey
    kind: str
    allowed: str | None = None
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of a crop.

    ``confidence``: calibrated probability that ``text`` is exactly what was written.
    ``p_expected``: calibrated probability that one of the expected spellings was written.
    ``error``: what is wrong with the image; then text is "" and confidence 0.
    ``model``: version of the weights, decoder and calibrator that made it.
    """

    text: str
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    p_expected: float | None = None
    blank: bool = False
    error: str | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class CellsReading:
    """Boxed digits read cell by cell.

    ``probabilities`` has shape (cells, 11): calibrated P(digit 0..9) and, last, P(cell left empty);
    rows sum to at most 1, what is missing is "something else".
    ``text`` joins the likeliest digits, empty cells left out; ``confidence`` is that of the whole.
    """

    text: str
    confidence: float
    probabilities: NDArray[np.float64]
    alternatives: tuple[Alternative, ...] = ()
    p_expected: float | None = None
    blank: bool = False
    model: str = ""
