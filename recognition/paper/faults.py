"""What goes wrong between desk and scanner: pages lost, doubled, of somebody else, empty, upside down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from recognition.paper.handwriting import Placed, words
from recognition.paper.ink import blank_layer, inked
from recognition.paper.pen import Rng
from recognition.paper.printed import Colour, PrintedSheet
from recognition.paper.writer import Writer

_NOTES: Final = (
    "the",
    "and",
    "we",
    "have to",
    "read",
    "chapter",
    "two",
    "of a",
    "book",
    "for",
    "monday",
    "field",
)
_NOTE_LINES: Final = 9
_FIRST_RULE_MM: Final = 25.0


class Fault(StrEnum):
    """What is wrong with a page of the stack."""

    DUPLICATE = "duplicate"
    """The same sheet of paper scanned once more."""
    MISSING = "missing"
    BLANK = "blank"
    FOREIGN = "foreign"
    UPSIDE_DOWN = "upside_down"


@dataclass(frozen=True, slots=True)
class FaultCounts:
    """How many pages of each fault a stack gets."""

    duplicate: int = 1
    missing: int = 1
    blank: int = 1
    foreign: int = 1
    upside_down: int = 1

    @classmethod
    def none(cls) -> FaultCounts:
        """A stack without faults."""
        return cls(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class StackEntry:
    """One page of the scanned stack: a printed page by sheet index and page index, or none of the exam's."""

    sheet: int | None
    page: int | None
    fault: Fault | None = None


def stacked(
    sheets: Sequence[PrintedSheet], faults: FaultCounts, shuffled: bool, rng: Rng
) -> list[StackEntry]:
    """The pages of `sheets` as they go into the scanner, with faults at random places.

    ValueError when there are not enough pages for the faults asked for.
    """
    places = [(s, p) for s, sheet in enumerate(sheets) for p in range(len(sheet.pages))]
    wanted = faults.duplicate + faults.missing + faults.upside_down
    if wanted > len(places):
        raise ValueError(f"{wanted} faulty pages asked for, but the class has {len(places)} pages")
    chosen = [places[k] for k in rng.permutation(len(places))[:wanted]]
    missing = set(chosen[: faults.missing])
    turned = set(chosen[faults.missing : faults.missing + faults.upside_down])
    stack = [
        StackEntry(s, p, Fault.UPSIDE_DOWN if (s, p) in turned else None)
        for s, p in places
        if (s, p) not in missing
    ]
    extra = [StackEntry(s, p, Fault.DUPLICATE) for s, p in chosen[faults.missing + faults.upside_down :]]
    extra += [StackEntry(None, None, Fault.BLANK)] * faults.blank
    extra += [StackEntry(None, None, Fault.FOREIGN)] * faults.foreign
    for entry in extra:
        stack.insert(int(rng.integers(_earliest(stack, entry), len(stack) + 1)), entry)
    return [stack[k] for k in rng.permutation(len(stack))] if shuffled else stack


def _earliest(stack: Sequence[StackEntry], entry: StackEntry) -> int:
    """A duplicate comes after its first scan."""
    if entry.fault is not Fault.DUPLICATE:
        return 0
    first = (entry.sheet, entry.page)
    return next(k for k, other in enumerate(stack) if (other.sheet, other.page) == first) + 1


def blank_sheet(page_mm: tuple[float, float], dpi: int) -> Colour:
    """White paper."""
    return np.full((round(page_mm[1] * dpi / 25.4), round(page_mm[0] * dpi / 25.4), 3), 255, np.uint8)


def foreign_sheet(page_mm: tuple[float, float], dpi: int, writer: Writer, rng: Rng) -> Colour:
    """A page of somebody's ruled notebook that slipped into the stack."""
    dots, pitch = dpi / 25.4, float(rng.uniform(7, 10))
    page = _ruled(blank_sheet(page_mm, dpi), dots, pitch)
    layer = blank_layer((page.shape[0], page.shape[1]), dots)
    for line in range(_NOTE_LINES):
        noted = " ".join(str(word) for word in rng.choice(_NOTES, 4))
        ink = words(noted, writer, 0.8 * pitch * dots, writer.pen.width * dots, rng)
        layer.stamp(Placed(ink, 32 * dots, (_FIRST_RULE_MM + pitch * (line + 0.1)) * dots))
    return inked(page, layer, writer.pen, rng)


def _ruled(page: Colour, dots: float, pitch: float) -> Colour:
    thin = max(1, round(0.2 * dots))
    for y in np.arange(_FIRST_RULE_MM * dots, page.shape[0] - 15 * dots, pitch * dots):
        cv2.line(page, (0, round(y)), (page.shape[1], round(y)), (190, 205, 225), thin)
    margin = round(28 * dots)
    cv2.line(page, (margin, 0), (margin, page.shape[0]), (225, 170, 170), thin)
    return page
