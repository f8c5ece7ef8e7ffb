"""Pages without names: the head of a page, where name and student number stand, painted over.

Done on every request rather than stored: few people look at whole pages, and an exam can be made anonymous,
or stop being so, at any time.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw

from grading.exams.layout import NAME_ROOM
from grading.exams.paper import RectMm, frame
from grading.scans.models import Page

PAINT = (205, 201, 192)
QUALITY = 80
ROOM = 4.0
"""Millimetres below the place for the name that handwriting may reach into."""
IDENTITY_KINDS = frozenset({"student_id", "name"})


def without_names(page: Page, image: bytes) -> bytes:
    """The page's image as JPEG without name and number; nothing is left where their place is unknown."""
    with Image.open(io.BytesIO(image)) as opened:
        picture = opened.convert("RGB")
    brush = ImageDraw.Draw(picture)
    placed = _printed(page)
    if placed is None:
        brush.rectangle((0, 0, *picture.size), fill=PAINT)
    else:
        size, boxes = placed
        across, down = picture.width / size[0], picture.height / size[1]
        for x, y, width, height in hidden_areas(page.number or 1, size, boxes):
            brush.rectangle((x * across, y * down, (x + width) * across, (y + height) * down), fill=PAINT)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def hidden_areas(number: int, size: tuple[float, float], boxes: list[Mapping[str, Any]]) -> list[RectMm]:
    """What is painted over on page ``number`` of a sheet, in mm: its head, and boxes for identity."""
    identity = [tuple(box["rect_mm"]) for box in boxes if box["kind"] in IDENTITY_KINDS]
    top = frame(size).body_top
    bottom = top - 1.0
    if number == 1:
        bottom = max([top + NAME_ROOM, *(y + height for _, y, _, height in identity)]) + ROOM
    grown = [(x - 2, y - 2, width + 4, height + 4) for x, y, width, height in identity]
    return [(0.0, 0.0, size[0], bottom), *grown]


def _printed(page: Page) -> tuple[tuple[float, float], list[Mapping[str, Any]]] | None:
    """Paper size and boxes of the printed page, if the scan was laid on it."""
    if page.sheet is None or page.number is None or page.quality is None:
        return None
    layout = page.sheet.print_run.layout
    boxes = [box for leaf in layout["pages"] if leaf["page"] == page.number for box in leaf["boxes"]]
    width, height = layout["page_size_mm"]
    return (width, height), boxes
