"""layout.json (contracts: millimetres, origin top-left): where every box of every sheet was printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from grading.core.errors import UserError
from grading.exams.paper import PaperName, RectMm, codes_mm, markers_mm

MAX_BYTES = 200_000_000
KINDS = frozenset({"student_id", "digits", "number", "text", "choice", "multi", "manual"})


class LayoutFileError(UserError):
    """A layout.json that cannot be used."""


@dataclass(frozen=True, slots=True)
class BoxEntry:
    """One printed box; ``cells_mm`` of digits, ``bubbles_mm`` of choices in the order of the options.

    ``free_from_mm``: from which x of the page on nothing is printed to the right of a number's box; None in
    layouts that do not say it, and for boxes of other kinds, which have nothing printed there.
    """

    question: str
    kind: str
    rect_mm: RectMm
    cells_mm: tuple[RectMm, ...] = ()
    bubbles_mm: tuple[tuple[str, RectMm], ...] = ()
    free_from_mm: float | None = None


@dataclass(frozen=True, slots=True)
class PageLayoutEntry:
    """One page of a sheet: ``page`` counts from 1, ``pdf_page`` from 0 in sheets.pdf."""

    page: int
    pdf_page: int
    boxes: tuple[BoxEntry, ...]


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet; ``student_id`` is the student whose name is printed on it, if any."""

    sheet: str
    student_id: str | None
    pages: tuple[PageLayoutEntry, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole print. ``run`` is in its page codes, ``exam_key`` checks them; other tools may omit both."""

    exam: str
    page_size_mm: tuple[float, float]
    sheets: tuple[SheetLayout, ...]
    run: str | None = None
    paper: PaperName | None = None
    exam_key: str | None = None


def layout_data(layout: Layout) -> dict[str, Any]:
    """The layout as plain data in the shape of layout.json."""
    return {
        "exam": layout.exam,
        "run": layout.run,
        "exam_key": layout.exam_key,
        "paper": layout.paper,
        "page_size_mm": list(layout.page_size_mm),
        "markers_mm": {str(i): list(rect) for i, rect in markers_mm(layout.page_size_mm).items()},
        "codes_mm": [list(rect) for rect in codes_mm(layout.page_size_mm)],
        "sheets": [_sheet_data(sheet) for sheet in layout.sheets],
    }


def layout_text(layout: Layout) -> str:
    """The text of layout.json."""
    return json.dumps(layout_data(layout), ensure_ascii=False, separators=(",", ":")) + "\n"


def _sheet_data(sheet: SheetLayout) -> dict[str, Any]:
    pages = [
        {"page": page.page, "pdf_page": page.pdf_page, "boxes": [_box_data(box) for box in page.boxes]}
        for page in sheet.pages
    ]
    return {"sheet": sheet.sheet, "student_id": sheet.student_id, "pages": pages}


def _box_data(box: BoxEntry) -> dict[str, Any]:
    data: dict[str, Any] = {"question": box.question, "kind": box.kind, "rect_mm": list(box.rect_mm)}
    if box.cells_mm:
        data["cells_mm"] = [list(cell) for cell in box.cells_mm]
    if box.bubbles_mm:
        data["bubbles_mm"] = {option: list(bubble) for option, bubble in box.bubbles_mm}
    if box.free_from_mm is not None:
        data["free_from_mm"] = box.free_from_mm
    return data


def load_layout(path: Path) -> Layout:
    """The layout of a file. Raises LayoutFileError that names what is wrong and where."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LayoutFileError(f"{path}: is larger than {MAX_BYTES // 1_000_000} MB")
        data = json.loads(path.read_bytes())
    except OSError as problem:
        raise LayoutFileError(f"{path}: {(problem.strerror or 'cannot be read').lower()}") from problem
    except (ValueError, RecursionError) as problem:
        raise LayoutFileError(f"{path}: is not JSON ({problem})") from problem
    try:
        return layout_from_data(data)
    except LayoutFileError as problem:
        raise LayoutFileError(f"{path}: {problem}") from problem


def layout_from_data(data: object) -> Layout:
    """The layout of plain data. Raises LayoutFileError; keys that are not known are left aside."""
    top = _mapping(data, "layout")
    size = tuple(_numbers(top.get("page_size_mm"), 2, "page_size_mm"))
    sheets = tuple(
        _sheet(entry, f"sheets[{i}]", size) for i, entry in enumerate(_list(top.get("sheets"), "sheets"))
    )
    _refuse_doubles([sheet.sheet for sheet in sheets], "sheet number")
    _refuse_doubles([page.pdf_page for sheet in sheets for page in sheet.pages], "pdf_page")
    return Layout(
        exam=_text(top.get("exam"), "exam"),
        page_size_mm=(size[0], size[1]),
        sheets=sheets,
        run=_optional_text(top.get("run"), "run"),
        paper=next((name for name in get_args(PaperName) if name == top.get("paper")), None),
        exam_key=_optional_text(top.get("exam_key"), "exam_key"),
    )


def _sheet(data: object, at: str, size: tuple[float, ...]) -> SheetLayout:
    entry = _mapping(data, at)
    pages = _list(entry.get("pages"), f"{at}.pages")
    return SheetLayout(
        sheet=_text(entry.get("sheet"), f"{at}.sheet"),
        student_id=_optional_text(entry.get("student_id"), f"{at}.student_id"),
        pages=tuple(_page(page, f"{at}.pages[{i}]", size) for i, page in enumerate(pages)),
    )


def _page(data: object, at: str, size: tuple[float, ...]) -> PageLayoutEntry:
    entry = _mapping(data, at)
    boxes = _list(entry.get("boxes"), f"{at}.boxes")
    return PageLayoutEntry(
        page=_whole(entry.get("page"), 1, f"{at}.page"),
        pdf_page=_whole(entry.get("pdf_page"), 0, f"{at}.pdf_page"),
        boxes=tuple(_box(box, f"{at}.boxes[{i}]", size) for i, box in enumerate(boxes)),
    )


def _box(data: object, at: str, size: tuple[float, ...]) -> BoxEntry:
    entry = _mapping(data, at)
    kind = entry.get("kind")
    if kind not in KINDS:
        raise LayoutFileError(f"{at}.kind: expected one of {', '.join(sorted(KINDS))}, not {kind!r}")
    cells = _list(entry.get("cells_mm", []), f"{at}.cells_mm")
    bubbles = _mapping(entry.get("bubbles_mm", {}), f"{at}.bubbles_mm")
    return BoxEntry(
        question=_text(entry.get("question"), f"{at}.question", empty=kind == "student_id"),
        kind=str(kind),
        rect_mm=_rect(entry.get("rect_mm"), size, f"{at}.rect_mm"),
        cells_mm=tuple(_rect(cell, size, f"{at}.cells_mm[{i}]") for i, cell in enumerate(cells)),
        bubbles_mm=tuple((str(k), _rect(v, size, f"{at}.bubbles_mm.{k}")) for k, v in bubbles.items()),
        free_from_mm=_optional_place(entry.get("free_from_mm"), f"{at}.free_from_mm"),
    )


def _rect(value: object, size: tuple[float, ...], at: str) -> RectMm:
    x, y, w, h = _numbers(value, 4, at)
    if w <= 0 or h <= 0 or x < 0 or y < 0 or x + w > size[0] + 0.01 or y + h > size[1] + 0.01:
        raise LayoutFileError(f"{at}: [{x:g}, {y:g}, {w:g}, {h:g}] is not on the page")
    return x, y, w, h


def _optional_place(value: object, at: str) -> float | None:
    return None if value is None else _numbers([value], 1, at)[0]


def _numbers(value: object, count: int, at: str) -> list[float]:
    numbers = _list(value, at)
    right = len(numbers) == count and all(type(n) in (int, float) and 0 <= n <= 10_000 for n in numbers)
    if not right:
        raise LayoutFileError(f"{at}: expected {count} numbers (millimetres)")
    return [float(n) for n in numbers]


def _whole(value: object, least: int, at: str) -> int:
    if type(value) is not int or not least <= value <= 10_000_000:
        raise LayoutFileError(f"{at}: expected a whole number from {least}")
    return value


def _text(value: object, at: str, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise LayoutFileError(f"{at}: expected text")
    return value


def _optional_text(value: object, at: str) -> str | None:
    return None if value is None else _text(value, at)


def _mapping(value: object, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise LayoutFileError(f"{at}: expected an object")
    return value


def _list(value: object, at: str) -> list[Any]:
    if not isinstance(value, list):
        raise LayoutFileError(f"{at}: expected a list")
    return value


def _refuse_doubles(values: Sequence[object], what: str) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise LayoutFileError(f"sheets: the {what} {value} is there twice")
        seen.add(value)
