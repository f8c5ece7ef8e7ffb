"""What a laid-out page is made of: texts, ruled lines and boxes, all in millimetres from the top-left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grading.exams.layout_json import BoxEntry
from grading.exams.paper import RectMm
from grading.exams.typeface import REGULAR

INK = 0.1
SOFT = 0.42


@dataclass(frozen=True, slots=True)
class TextItem:
    """One line of text at a baseline; ``size`` in points, ``grey`` from 0 (black) to 1."""

    x: float
    y: float
    text: str
    font: str = REGULAR
    size: float = 10.5
    grey: float = INK
    right: bool = False
    """True: the text ends at ``x``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page that is never split, from y = 0 down to ``height``."""

    height: float
    texts: tuple[TextItem, ...] = ()
    rules: tuple[Rule, ...] = ()
    boxes: tuple[BoxEntry, ...] = ()
    compact: bool = False
    """A row without a prompt: rows of this kind may stand closer."""

    def lowered(self, by: float) -> Block:
        """The same block further down."""
        return replace(
            self,
            texts=tuple(replace(text, y=text.y + by) for text in self.texts),
            rules=tuple(replace(rule, y=rule.y + by) for rule in self.rules),
            boxes=tuple(_lowered_box(box, by) for box in self.boxes),
        )


def rounded(x: float, y: float, w: float, h: float) -> RectMm:
    """A rectangle to a hundredth of a millimetre, as layout.json holds it and as it is drawn."""
    return round(x, 2), round(y, 2), round(w, 2), round(h, 2)


def _lowered_box(box: BoxEntry, by: float) -> BoxEntry:
    return replace(
        box,
        rect_mm=_lowered_rect(box.rect_mm, by),
        cells_mm=tuple(_lowered_rect(cell, by) for cell in box.cells_mm),
        bubbles_mm=tuple((option, _lowered_rect(bubble, by)) for option, bubble in box.bubbles_mm),
    )


def _lowered_rect(rect: RectMm, by: float) -> RectMm:
    return rounded(rect[0], rect[1] + by, rect[2], rect[3])
