"""The gateway to `recognition`: the only module of the service that imports it, and only inside workers.

Everything below is imported lazily, so that the web process loads neither OpenCV nor ONNX Runtime.
What goes in and comes out are bytes, numbers and the plain values of this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grading.core.errors import UserError
from grading.exams.prints import PageGeometry
from grading.scans.crops import BoxCrop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recognition.engine import Reader
    from recognition.limits import Limits
    from recognition.pipeline import PageResult
    from recognition.types import BubbleReading, CellsReading, Crop, PageCode, PageLayout, Reading

Geometries = Callable[[str, int], PageGeometry | None]
"""(run, page number) -> what was printed there, None when that run has no such page."""

SHOWN_QUALITY = 65
BLANK_CONFIDENCE = 0.999
"""Of a box in which the page stage found no ink; its own audit is the blind sample."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file turned out to be: ``pages`` of a document, or the ``members`` (index, name) of an archive."""

    pages: int
    members: tuple[tuple[int, str], ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A page code that a person typed because the printed one could not be read."""

    run: str
    sheet: str
    page: int


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page stage found: the fate (found, blank, foreign, unreadable) and, if found, the rest."""

    fate: str
    reason: str
    run: str = ""
    sheet: str = ""
    number: int = 0
    rotation: int = 0
    quality: float | None = None
    fingerprint: str = ""
    preview: bytes = b""
    crops: tuple[BoxCrop, ...] = ()


@dataclass(frozen=True, slots=True)
class BoxToRead:
    """A cut box for the reader. ``expected``: the key's spellings, to be verified against."""

    crop: BoxCrop
    allowed: str | None
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MachineReading:
    """What the reader made of a box; ``cells`` are per-cell probabilities of 0-9 and empty."""

    text: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    p_expected: float | None
    blank: bool
    model: str
    cells: tuple[tuple[float, ...], ...] = field(default=())
    error: str | None = None


def inspect_file(path: Path) -> FileFacts:
    """What a file holds, without decoding a page; whatever is wrong with it is in ``error``."""
    from recognition.raster import inspect

    found = inspect(path, _limits())
    return FileFacts(found.pages, tuple((member.index, member.name) for member in found.members), found.error)


def extract_member(path: Path, index: int, target: Path) -> str | None:
    """Write one file of an archive to ``target``; what is wrong with it, None when nothing is."""
    from recognition.archive import extract_member as extract
    from recognition.raster import BadFile

    try:
        extract(path, index, target, _limits())
    except BadFile as error:
        return str(error)
    return None


def page_image(path: Path, index: int) -> NDArray[np.uint8]:
    """Page ``index`` (from 0) of a file in grey. Raises UserError for one that cannot be decoded."""
    from recognition.raster import BadFile, PageError
    from recognition.raster import page_image as decoded

    try:
        return decoded(path, index, _limits())
    except (BadFile, PageError) as error:
        raise UserError(str(error)) from error


def _limits() -> Limits:
    from django.conf import settings

    from recognition.limits import Limits

    return Limits(
        file_bytes=settings.MAX_UPLOAD_BYTES,
        pages=settings.MAX_FILE_PAGES,
        pixels=1_000_000 * settings.MAX_PAGE_MEGAPIXELS,
    )


def alignment_version() -> str:
    """The version of the page pipeline, kept with everything it made."""
    from recognition.pipeline import VERSION

    return VERSION


def same_writing(first: str, second: str) -> bool:
    """Whether two page fingerprints are of one written page, scanned twice."""
    from recognition.fingerprint import SAME_PAGE, similarity

    return similarity(first, second) >= SAME_PAGE


def process(
    image: NDArray[np.uint8], exam_key: str, geometry: Geometries, given: GivenCode | None, exam: str
) -> PageFacts:
    """Find out which page of ``exam`` an image shows and cut its boxes."""
    from recognition.pipeline import process_page
    from recognition.types import PageCode

    def layouts(code: PageCode) -> PageLayout | None:
        found = geometry(code.run, code.page)
        return _page_layout(found) if found else None

    code = PageCode(exam, given.run, given.sheet, given.page) if given else None
    return _page_facts(process_page(image, layouts, exam_key, code))


def read(boxes: Sequence[BoxToRead]) -> list[MachineReading]:
    """Read written boxes, in their order; boxed digits cell by cell, the rest as strips."""
    celled = [box for box in boxes if box.crop.cells]
    strips = [box for box in boxes if not box.crop.cells]
    by_cells = iter(_read_cells(celled))
    by_strip = iter(_read_strips(strips))
    return [next(by_cells) if box.crop.cells else next(by_strip) for box in boxes]


def _read_cells(boxes: Sequence[BoxToRead]) -> list[MachineReading]:
    rows = [[_decoded(cell) for cell in box.crop.cells] for box in boxes]
    return [_of_cells(reading) for reading in _reader().read_cells(rows, [box.expected for box in boxes])]


def _read_strips(boxes: Sequence[BoxToRead]) -> list[MachineReading]:
    from recognition.types import ReadRequest

    inked = [box for box in boxes if not box.crop.blank]
    requests = [
        ReadRequest(_decoded(box.crop.clean), box.crop.kind, box.allowed, box.expected) for box in inked
    ]
    readings = iter(_reader().read(requests))
    return [_empty() if box.crop.blank else _of_strip(next(readings)) for box in boxes]


@lru_cache(maxsize=1)
def _reader() -> Reader:
    """The reader of this process, loaded when it is first needed (never before a fork)."""
    from django.conf import settings

    from recognition.engine import Reader

    return Reader(settings.INKGRADE_WEIGHTS)


def _empty() -> MachineReading:
    return MachineReading("", BLANK_CONFIDENCE, (), None, True, _reader().version)


def _of_strip(reading: Reading) -> MachineReading:
    return MachineReading(
        text=reading.text,
        confidence=reading.confidence,
        alternatives=tuple((other.text, other.confidence) for other in reading.alternatives),
        p_expected=reading.p_expected,
        blank=reading.blank,
        model=reading.model,
        error=reading.error,
    )


def _of_cells(reading: CellsReading) -> MachineReading:
    return MachineReading(
        text=reading.text,
        confidence=reading.confidence,
        alternatives=tuple((other.text, other.confidence) for other in reading.alternatives),
        p_expected=reading.p_expected,
        blank=reading.blank,
        model=reading.model,
        cells=tuple(tuple(round(float(p), 6) for p in row) for row in reading.probabilities),
    )


def _page_layout(geometry: PageGeometry) -> PageLayout:
    from recognition.types import Box, BoxKind, PageLayout, Rect

    boxes = tuple(
        Box(
            box.question,
            BoxKind(box.kind),
            Rect(*box.rect_mm),
            tuple(Rect(*cell) for cell in box.cells_mm),
            {option: Rect(*bubble) for option, bubble in box.bubbles_mm},
        )
        for box in geometry.entry.boxes
    )
    markers = {marker: Rect(*rect) for marker, rect in geometry.markers_mm.items()}
    return PageLayout(geometry.page, geometry.page_size_mm, markers, boxes)


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
        fingerprint=result.fingerprint,
        preview=_jpeg(result.page_preview),
        crops=tuple(_box_crop(crop, result.bubbles.get(crop.box.question)) for crop in result.crops),
    )


def _box_crop(crop: Crop, bubbles: BubbleReading | None) -> BoxCrop:
    return BoxCrop(
        question=crop.box.question,
        kind=crop.box.kind.value,
        shown=_jpeg(crop.image),
        clean=_png(crop.clean),
        cells=tuple(_png(cell) for cell in crop.cells),
        ink=crop.ink.fraction,
        blank=crop.ink.blank,
        aligned=crop.aligned,
        bubbles=_bubbles(bubbles) if bubbles else None,
    )


def _bubbles(reading: BubbleReading) -> dict[str, object]:
    return {
        "marked": list(reading.marked),
        "scores": dict(reading.scores),
        "confidence": reading.confidence,
        "doubt": reading.doubt,
    }


def _jpeg(image: NDArray[np.uint8]) -> bytes:
    import cv2

    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, SHOWN_QUALITY])[1].tobytes()


def _png(image: NDArray[np.uint8]) -> bytes:
    import cv2

    return cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def _decoded(png: bytes) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
