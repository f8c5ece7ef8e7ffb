"""One scanned page from pixels to boxes: codes and markers, one warp, crops, bubbles.

    result = process_page(image, layouts=lambda code: ..., exam_key="...")

A page is known by its printed code alone, never by its place in the file. Whatever cannot be placed
comes back with a fate and a reason in words, never with a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from recognition.page.align import align
from recognition.page.beside import room_beside
from recognition.page.blank import is_blank
from recognition.page.boxes import cut_box
from recognition.page.bubbles import read_bubbles, unmarked_unsure
from recognition.page.fingerprint import page_fingerprint
from recognition.page.markers import Corners, FoundCode, find_codes, find_markers, quick_view, refined_code
from recognition.page.placing import PlacedPage, place
from recognition.pagecode import ExamKey, ForeignCode, NotACode, decode
from recognition.types import BubbleReading, Crop, Grey, PageCode, PageFate, PageLayout

PREVIEW_PIXELS_PER_MM = 4
"""Resolution of the page preview, about 102 dpi."""

VERSION = "3"
"""Changes whenever the same scan may give other crops or bubble readings; kept with every reading."""

Layouts = Callable[[PageCode], PageLayout | None]

_HIGHEST_DPI_SIDE = 4300
_UNSURE = 0.4

cv2.setNumThreads(1)  # a worker process a core: OpenCV's own threads would only get in each other's way


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of a scanned page.

    ``reason`` says in words what is wrong and what to do; "" for a found page. The rest is filled for
    found pages only, ``page_preview`` always: upright when the page was placed, else as scanned.
    ``quality``: median distance in mm of the markers from where the transform puts them.
    ``fingerprint``: compare with ``recognition.page.fingerprint.similarity``.
    ``bubbles``: by question, choice and multi only.
    """

    fate: PageFate
    reason: str
    page_preview: Grey
    code: PageCode | None = None
    rotation: int = 0
    quality: float | None = None
    dpi: float | None = None
    fingerprint: str = ""
    crops: tuple[Crop, ...] = ()
    bubbles: Mapping[str, BubbleReading] = field(default_factory=dict)


def process_page(
    image: Grey, layouts: Layouts, exam_key: ExamKey, given: PageCode | None = None
) -> PageResult:
    """The page that ``image`` (any rotation, about 100 to 600 dpi) shows.

    ``layouts`` gives the geometry of a page code, None for a page that was never printed.
    ``given``: the code that a person typed for a page whose own could not be read.
    """
    grey = _workable(image)
    quick, factor = quick_view(grey)
    codes = find_codes(grey, quick, factor)
    known = _known(codes, exam_key) if given is None else _Known(given, ())
    if isinstance(known, _Refused):
        return PageResult(known.fate, known.reason, _preview(quick))
    markers = find_markers(grey, quick, factor)
    if known is None:
        return _without_code(quick, markers)
    result = _placed(grey, quick, codes if given else known.codes, markers, known.code, layouts)
    return result if result.dpi is None else replace(result, dpi=result.dpi * _reduction(image))


@dataclass(frozen=True, slots=True)
class _Known:
    code: PageCode
    codes: tuple[FoundCode, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    fate: PageFate
    reason: str


def _known(codes: Sequence[FoundCode], exam_key: ExamKey) -> _Known | _Refused | None:
    """The page code of this exam; why the page is refused; None when there is no code."""
    own: dict[PageCode, list[FoundCode]] = {}
    foreign = ""
    for found in codes:
        try:
            own.setdefault(decode(found.text, exam_key), []).append(found)
        except ForeignCode as error:
            foreign = str(error)
        except NotACode:
            continue
    if len(own) > 1:
        names = " and ".join(sorted(f"sheet {code.sheet} page {code.page}" for code in own))
        return _Refused(PageFate.UNREADABLE, f"two pages lie on this scan ({names}): scan them one at a time")
    if own:
        code, places = next(iter(own.items()))
        return _Known(code, tuple(places))
    return _Refused(PageFate.FOREIGN, foreign) if foreign else None


def _placed(
    grey: Grey,
    quick: Grey,
    codes: Sequence[FoundCode],
    markers: Mapping[int, Corners],
    code: PageCode,
    layouts: Layouts,
) -> PageResult:
    layout = layouts(code)
    if layout is None:
        reason = f"run {code.run} printed no page {code.page} of sheet {code.sheet}: is it of an older print?"
        return PageResult(PageFate.FOREIGN, reason, _preview(quick), code)
    if len(markers) < 3:
        codes = tuple(refined_code(grey, found) for found in codes)
    alignment = align(layout, markers, codes)
    placed = None if alignment is None else place(grey, layout, alignment)
    if placed is None:
        reason = (
            f"sheet {code.sheet} page {code.page}: only {len(markers)} of 4 corner markers can be seen; "
            "scan the page again, flat and whole"
        )
        return PageResult(PageFate.UNREADABLE, reason, _preview(quick), code)
    return _cut(placed, layout, code)


def _cut(placed: PlacedPage, layout: PageLayout, code: PageCode) -> PageResult:
    shifts, alignment = placed.shifts, placed.alignment
    crops = tuple(
        cut_box(placed.flat, box, shift, room_beside(box, layout))
        for box, shift in zip(layout.boxes, shifts, strict=True)
    )
    bubbles = read_bubbles(placed.flat, layout.boxes, shifts)
    if placed.too_light:
        crops = tuple(_empty_unsure(crop) for crop in crops)
        bubbles = {name: unmarked_unsure(reading) for name, reading in bubbles.items()}
    size = tuple(round(side * PREVIEW_PIXELS_PER_MM) for side in layout.page_size)
    preview = cv2.resize(placed.upright, (size[0], size[1]), interpolation=cv2.INTER_AREA)
    return PageResult(
        PageFate.FOUND, "", np.asarray(preview, np.uint8), code, alignment.rotation, alignment.residual_mm,
        alignment.dpi, page_fingerprint(crops, bubbles), crops, bubbles,
    )  # fmt: skip


def _empty_unsure(crop: Crop) -> Crop:
    """On a scan too light to show box lines an empty box may be one whose pencil was lost: a person looks."""
    return replace(crop, aligned=min(crop.aligned, _UNSURE)) if crop.ink.blank else crop


def _without_code(quick: Grey, markers: Mapping[int, Corners]) -> PageResult:
    preview = _preview(quick)
    if len(markers) >= 2:
        reason = (
            "an answer sheet whose codes cannot be read: type the sheet and page number printed beside them"
        )
        return PageResult(PageFate.UNREADABLE, reason, preview)
    if is_blank(quick):
        return PageResult(PageFate.BLANK, "an empty page", preview)
    return PageResult(
        PageFate.FOREIGN, "no Inkgrade code found: not an answer sheet, or both codes are cut off", preview
    )


def _reduction(image: Grey) -> int:
    longest: int = max(image.shape)
    return math.ceil(longest / _HIGHEST_DPI_SIDE)


def _workable(image: Grey) -> Grey:
    """``image`` reduced by a whole factor to at most about 360 dpi."""
    factor = _reduction(image)
    if factor == 1:
        return image
    height, width = (side // factor for side in image.shape)
    whole = image[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _preview(quick: Grey) -> Grey:
    factor = 1188 / max(quick.shape)
    if factor >= 1:
        return quick
    return np.asarray(cv2.resize(quick, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
