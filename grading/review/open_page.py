"""The page under an open answer, in millimetres: what is shown of it, and what is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from grading.marking.models import Answer
from grading.marking.rubric_annotations import Annotation
from grading.review.addresses import crop_url
from grading.scans.overlay import OverlayBox, overlay

AROUND_MM = 7.0
"""What is seen around the box at first."""
CROP_MARGIN_MM, BUBBLES_MARGIN_MM = 1.5, 3.0
"""How far a stored crop reaches beyond its box (recognition.page.boxes)."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def view_box(self) -> str:
        """As an SVG says it."""
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"


@dataclass(frozen=True, slots=True)
class PageView:
    """``shown``: the part around the box; ``crop``: where its sharper picture lies."""

    page: Area
    shown: Area
    box: Area
    crop: Area
    image_url: str
    crop_url: str

    @property
    def pictures(self) -> str:
        """What the browser may fetch before it is needed, parted by blanks."""
        return f"{self.image_url} {self.crop_url}"


def page_view(answer: Answer) -> PageView | None:
    """None for an answer whose page has no picture."""
    found = overlay(answer.page, only=answer.question) if answer.page else None
    if found is None or not found.boxes:
        return None
    box = found.boxes[0]
    margin = BUBBLES_MARGIN_MM if answer.kind in ("choice", "multi") else CROP_MARGIN_MM
    page = Area(0, 0, found.width, found.height)
    return PageView(
        page=page,
        shown=_around(box, AROUND_MM, page),
        box=Area(box.x, box.y, box.width, box.height),
        crop=_around(box, margin, page),
        image_url=reverse("scans:image", args=[answer.exam_id, answer.page_id]),
        crop_url=crop_url(answer),
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """One annotation as an SVG takes it."""

    kind: str
    x: float
    y: float
    line: str
    text: str


def drawn(annotations: Sequence[Annotation]) -> list[Drawn]:
    """The annotations with their points as text."""
    return [
        Drawn(a.kind.value, *a.points[0], " ".join(f"{x:g},{y:g}" for x, y in a.points), a.text)
        for a in annotations
    ]


def _around(box: OverlayBox, margin: float, page: Area) -> Area:
    left, top = max(box.x - margin, 0), max(box.y - margin, 0)
    right = min(box.x + box.width + margin, page.width)
    bottom = min(box.y + box.height + margin, page.height)
    return Area(left, top, right - left, bottom - top)
