"""A scanned page: which one it is, and its boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grading.exams.prints import PageGeometry
from grading.scans.crops import BoxCrop
from grading.scans.gateway.facts import ExamKeys, Geometries, GivenCode, PageFacts
from grading.scans.gateway.images import jpeg, png, shown_crop, thumbnail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recognition.page.pipeline import PageResult
    from recognition.types import BubbleReading, Crop, PageCode, PageLayout


def alignment_version() -> str:
    """The version of the page pipeline, kept with everything it made."""
    from recognition.page.pipeline import VERSION

    return VERSION


def same_writing(first: str, second: str) -> bool:
    """Whether two page fingerprints are of one written page, scanned twice."""
    from recognition.page.fingerprint import SAME_PAGE, similarity

    return similarity(first, second) >= SAME_PAGE


def process(
    image: NDArray[np.uint8], exam_key: ExamKeys, geometry: Geometries, given: GivenCode | None, exam: str
) -> PageFacts:
    """Find out which page of ``exam`` an image shows and cut its boxes."""
    from recognition.page.pipeline import process_page
    from recognition.types import PageCode

    def layouts(code: PageCode) -> PageLayout | None:
        found = geometry(code.run, code.page)
        return _page_layout(found) if found else None

    code = PageCode(exam, given.run, given.sheet, given.page) if given else None
    return _page_facts(process_page(image, layouts, exam_key, code))


def _page_layout(geometry: PageGeometry) -> PageLayout:
    from recognition.types import Box, BoxKind, PageLayout, Rect

    boxes = tuple(
        Box(
            box.question,
            BoxKind(box.kind),
            Rect(*box.rect_mm),
            tuple(Rect(*cell) for cell in box.cells_mm),
            {option: Rect(*bubble) for option, bubble in box.bubbles_mm},
            box.free_from_mm,
        )
        for box in geometry.entry.boxes
    )
    markers = {marker: Rect(*rect) for marker, rect in geometry.markers_mm.items()}
    codes = tuple(Rect(*rect) for rect in geometry.codes_mm)
    return PageLayout(geometry.page, geometry.page_size_mm, markers, boxes, codes)


def _page_facts(result: PageResult) -> PageFacts:
    code = result.code
    return PageFacts(
        fate=result.fate.value,
        reason=result.reason,
        run=code.run if code else "",
        sheet=code.sheet if code else "",
        number=code.page if code else 0,
        rotation=result.rotation,
        quality=result.quality,
        dpi=result.dpi,
        fingerprint=result.fingerprint,
        preview=jpeg(result.page_preview),
        thumbnail=thumbnail(result.page_preview),
        crops=tuple(_box_crop(crop, result.bubbles.get(crop.box.question)) for crop in result.crops),
    )


def _box_crop(crop: Crop, bubbles: BubbleReading | None) -> BoxCrop:
    return BoxCrop(
        question=crop.box.question,
        kind=crop.box.kind.value,
        shown=shown_crop(crop.image),
        clean=png(crop.clean),
        cells=tuple(png(cell) for cell in crop.cells),
        ink=crop.ink.fraction,
        blank=crop.ink.blank,
        aligned=crop.aligned,
        bubbles=_bubbles(bubbles) if bubbles else None,
        beside=crop.beside,
    )


def _bubbles(reading: BubbleReading) -> dict[str, object]:
    return {
        "marked": list(reading.marked),
        "scores": dict(reading.scores),
        "confidence": reading.confidence,
        "doubt": reading.doubt,
    }
