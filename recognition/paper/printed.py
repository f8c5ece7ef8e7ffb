"""The printed sheets of an exam: what `layout.json` says of them, and their blank pages as pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2

from recognition.types import Box, BoxKind, Rect

Colour = npt.NDArray[np.uint8]
"""A colour picture, shape (H, W, 3), red, green, blue."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """`page` counts from 1 within the sheet, `pdf_page` from 0 within sheets.pdf."""

    page: int
    pdf_page: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """`student_id` is None for numbered copies on which the pupil writes the number."""

    sheet: str
    student_id: str | None
    pages: tuple[PrintedPage, ...]


@dataclass(frozen=True, slots=True)
class PrintRun:
    """All sheets of one exam; `page_size` is width and height in mm."""

    exam: str
    page_size: tuple[float, float]
    sheets: tuple[PrintedSheet, ...]


def read_layout(path: Path) -> PrintRun:
    """The print run that a layout.json describes. ValueError says what is wrong with the file."""
    try:
        return print_run(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no layout.json as `manage.py sheets` writes it: {error!r}") from error


def print_run(layout: Mapping[str, Any]) -> PrintRun:
    """The print run of a layout in layout.json's shape. KeyError, TypeError, ValueError on another one."""
    width, height = layout["page_size_mm"]
    sheets = tuple(
        PrintedSheet(sheet["sheet"], sheet.get("student_id"), tuple(_page(page) for page in sheet["pages"]))
        for sheet in layout["sheets"]
    )
    return PrintRun(layout["exam"], (float(width), float(height)), sheets)


def _page(page: Mapping[str, Any]) -> PrintedPage:
    return PrintedPage(int(page["page"]), int(page["pdf_page"]), tuple(_box(box) for box in page["boxes"]))


def _box(box: Mapping[str, Any]) -> Box:
    return Box(
        question=box["question"],
        kind=BoxKind(box["kind"]),
        rect=_rect(box["rect_mm"]),
        cells=tuple(_rect(cell) for cell in box.get("cells_mm", ())),
        bubbles={name: _rect(place) for name, place in box.get("bubbles_mm", {}).items()},
        free_from=box.get("free_from_mm"),
    )


def _rect(numbers: Sequence[float]) -> Rect:
    x, y, w, h = (float(number) for number in numbers)
    return Rect(x, y, w, h)


def render_blank(pdf: Path, pdf_page: int, dpi: int) -> Colour:
    """Page `pdf_page` (from 0) of a PDF at `dpi` dots an inch. IndexError when there is no such page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if not 0 <= pdf_page < len(document):
            raise IndexError(f"{pdf} has {len(document)} pages: there is no page {pdf_page + 1}")
        bitmap = document[pdf_page].render(scale=dpi / 72, rev_byteorder=True)
        return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    finally:
        document.close()
