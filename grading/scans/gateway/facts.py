"""What passes through the gateway: bytes, numbers and words, nothing of the library's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from grading.exams.prints import PageGeometry
from grading.scans.crops import BoxCrop

Geometries = Callable[[str, int], PageGeometry | None]
"""(run, page number) -> what was printed there, None when that run has no such page."""

ExamKeys = Callable[[str], str]
"""run -> the key that its page codes are checked with."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file turned out to be: ``pages`` of a document, or ``members`` (index, name) of an archive."""

    pages: int
    members: tuple[tuple[int, str], ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A page code that a person typed because the printed one could not be read."""

    run: str
    sheet: str
    page: int


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page stage found: the fate (found, blank, foreign, unreadable) and, if found, the rest."""

    fate: str
    reason: str
    run: str = ""
    sheet: str = ""
    number: int = 0
    rotation: int = 0
    quality: float | None = None
    dpi: float | None = None
    fingerprint: str = ""
    preview: bytes = b""
    thumbnail: bytes = b""
    crops: tuple[BoxCrop, ...] = ()


@dataclass(frozen=True, slots=True)
class BoxToRead:
    """A cut box for the reader. ``expected``: the key's spellings, to be verified against."""

    crop: BoxCrop
    allowed: str | None
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MachineReading:
    """What the reader made of a box; ``cells`` are per-cell probabilities of 0-9 and empty."""

    text: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    p_expected: float | None
    blank: bool
    model: str
    cells: tuple[tuple[float, ...], ...] = field(default=())
    error: str | None = None
