"""A small printed quiz, two postcards with one box of each kind, as layout.json and sheets.pdf."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from recognition.paper.classroom import Class, Student
from recognition.paper.exam_file import Question
from recognition.paper.faults import FaultCounts
from recognition.paper.pdf_file import write_pdf
from recognition.paper.presets import Mode
from recognition.paper.printed import read_layout
from recognition.paper.scan import ScannedPage, jpeg_bytes

PAGE_MM = (148.0, 105.0)
_DPI = 150

QUESTIONS = (
    Question("1", "digits", ("360",), cells=3),
    Question("2", "number", ("-9.81",)),
    Question("3", "text", ("gravity", "gravitation")),
    Question("4", "choice", ("B",), ("A", "B", "C")),
    Question("5", "multi", ("A", "C"), ("A", "B", "C")),
    Question("6", "manual", ()),
)

_FRONT: list[dict[str, Any]] = [
    {"question": "", "kind": "student_id", "cells_mm": [[50 + 10.5 * k, 8, 9, 11] for k in range(7)]},
    {"question": "1", "kind": "digits", "cells_mm": [[20 + 10.5 * k, 25, 9, 11] for k in range(3)]},
    {"question": "2", "kind": "number", "rect_mm": [20, 45, 60, 13]},
    {"question": "3", "kind": "text", "rect_mm": [20, 70, 90, 13]},
]
_BACK: list[dict[str, Any]] = [
    {
        "question": "4",
        "kind": "choice",
        "bubbles_mm": {o: [20 + 18 * k, 12, 5.5, 5.5] for k, o in enumerate("ABC")},
    },
    {
        "question": "5",
        "kind": "multi",
        "bubbles_mm": {o: [20 + 18 * k, 30, 5.5, 5.5] for k, o in enumerate("ABC")},
    },
    {"question": "6", "kind": "manual", "rect_mm": [20, 50, 110, 36]},
]


def _whole(box: dict[str, Any]) -> dict[str, Any]:
    parts = box.get("cells_mm") or list(box.get("bubbles_mm", {}).values())
    if not parts:
        return box
    left, top = min(p[0] for p in parts), min(p[1] for p in parts)
    right, bottom = max(p[0] + p[2] for p in parts), max(p[1] + p[3] for p in parts)
    return {**box, "rect_mm": [left, top, right - left, bottom - top]}


def layout(sheets: int) -> dict[str, Any]:
    """layout.json of `sheets` numbered copies."""
    pages = [[_whole(box) for box in boxes] for boxes in (_FRONT, _BACK)]
    return {
        "exam": "small-quiz",
        "page_size_mm": list(PAGE_MM),
        "sheets": [
            {
                "sheet": f"{s + 1:04d}",
                "student_id": None,
                "pages": [{"page": p + 1, "pdf_page": 2 * s + p, "boxes": pages[p]} for p in range(2)],
            }
            for s in range(sheets)
        ],
    }


def printed(folder: Path, sheets: int) -> tuple[Path, Path]:
    """Writes layout.json and sheets.pdf into `folder`."""
    paths = folder / "layout.json", folder / "sheets.pdf"
    paths[0].write_text(json.dumps(layout(sheets)), encoding="utf-8")
    write_pdf(paths[1], [_print(boxes) for _ in range(sheets) for boxes in (_FRONT, _BACK)])
    return paths


def _print(boxes: list[dict[str, Any]]) -> ScannedPage:
    dots = _DPI / 25.4
    page = np.full((round(PAGE_MM[1] * dots), round(PAGE_MM[0] * dots)), 255, np.uint8)
    for box in map(_whole, boxes):
        for x, y, w, h in box.get("cells_mm") or list(box.get("bubbles_mm", {"": box["rect_mm"]}).values()):
            corners = (round(x * dots), round(y * dots)), (round((x + w) * dots), round((y + h) * dots))
            cv2.rectangle(page, corners[0], corners[1], 140, 1)
    return ScannedPage(jpeg_bytes(page, 95), Mode.GREY, page.shape[1], page.shape[0], _DPI)


def small_class(folder: Path, sheets: int = 3, **changes: Any) -> Class:
    """A class of as many pupils as sheets, printed into `folder`, without faults unless given."""
    layout_path, pdf = printed(folder, sheets)
    students = tuple(Student(f"471{k:04d}", f"Pupil {k}") for k in range(sheets))
    settings: dict[str, Any] = {
        "preset": "office",
        "seed": 5,
        "faults": FaultCounts.none(),
        "shuffled": False,
    }
    return Class(read_layout(layout_path), pdf, QUESTIONS, students, **{**settings, **changes})
