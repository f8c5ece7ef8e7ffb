"""The printed boxes of a page, to be drawn over its image: in millimetres of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grading.scans.models import Page


@dataclass(frozen=True, slots=True)
class OverlayBox:
    """One box; ``look`` is a class of the stylesheet."""

    question: str
    x: float
    y: float
    width: float
    height: float
    look: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """All boxes of a page of ``width`` by ``height``."""

    width: float
    height: float
    boxes: tuple[OverlayBox, ...]


def overlay(page: Page, only: str | None = None, looks: Mapping[str, str] | None = None) -> Overlay | None:
    """The boxes of ``page``, or that of question ``only``; None for a page that has no place on a sheet."""
    if page.sheet is None or page.number is None or not page.preview:
        return None
    layout = page.sheet.print_run.layout
    boxes = [box for leaf in layout["pages"] if leaf["page"] == page.number for box in leaf["boxes"]]
    shown = tuple(
        _box(box, (looks or {}).get(box["question"], ""))
        for box in boxes
        if only is None or box["question"] == only
    )
    width, height = layout["page_size_mm"]
    return Overlay(width, height, shown)


def _box(box: Mapping[str, Any], look: str) -> OverlayBox:
    x, y, width, height = box["rect_mm"]
    return OverlayBox(box["question"], x, y, width, height, look)
