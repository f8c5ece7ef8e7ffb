"""Pages of a PDF as grey images. Runs in the rasterising process only.

A page that is one embedded JPEG is decoded directly (a fifth of the time of rendering); all else is
rendered by PDFium. PDFium draws nothing, without an error, where a picture does not decode, so a
white page that holds a picture is only believed when the picture itself decodes to white.
"""

from __future__ import annotations

import mmap
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from recognition.limits import Limits
from recognition.page.image_header import jpeg_frame
from recognition.page.picture_pages import REDUCE_FROM_SIDE, BadPage, check_pixels, decode_jpeg
from recognition.page.signature import BadFile
from recognition.types import Grey

_RENDER_DPI = 250.0
_RENDER_SIDE = 4300
_MOST_OBJECTS = 20_000
_PAGES_AN_OPENING = 25
_DEPTH = 4
_COVERS = 0.9
_WHITE = 250
_DARK_PAGE = 100.0
_ALTERS_PICTURE = re.compile(rb"/Decode(?!Parms)|/S?Mask\b|/Indexed\b|/Separation\b|/DeviceN\b")
"""Whatever makes a JPEG's samples mean something else; a file that holds any of it is rendered."""


class PdfPages:
    """An open PDF. ``close`` it; pages are opened one at a time and closed again."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._document = _opened(path)
        self._pages_since_opened = 0
        self.count = len(self._document)
        self._limits = limits
        self._plain = not _mentions(path, _ALTERS_PICTURE)
        if not 0 < self.count <= limits.pages:
            self.close()
            raise BadFile(f"the PDF says it has {self.count} pages; 1 to {limits.pages} are taken: split it")

    def close(self) -> None:
        self._document.close()

    def page(self, index: int) -> Grey:
        """Page ``index`` (from 0) upright as a viewer shows it, shape (H, W). Raises BadPage."""
        self._stay_small()
        try:
            page = self._document[index]
        except pdfium.PdfiumError as error:
            raise BadPage("the page is damaged: PDFium cannot load it") from error
        try:
            return self._image(page)
        except pdfium.PdfiumError as error:
            raise BadPage(f"the page cannot be drawn ({error})") from error
        finally:
            page.close()

    def _stay_small(self) -> None:
        """Opens the file anew now and then: PDFium keeps every stream that it has read of an open file."""
        if self._pages_since_opened >= _PAGES_AN_OPENING:
            self.close()
            self._document = _opened(self._path)
            self._pages_since_opened = 0
        self._pages_since_opened += 1

    def _image(self, page: pdfium.PdfPage) -> Grey:
        longest = max(page.get_size())
        if not 1 <= longest <= self._limits.page_points:
            raise BadPage(f"the page is {longest / 72 * 0.0254:.1f} m long: not a scanned sheet")
        objects = list(islice(page.get_objects(max_depth=_DEPTH), _MOST_OBJECTS))
        pictures = [o for o in objects if isinstance(o, pdfium.PdfImage)]
        for picture in pictures:
            width, height = picture.get_px_size()
            check_pixels(width, height, self._limits)
        if len(pictures) == 1 and self._plain and not _shows_more(page, objects):
            direct = _direct(page, pictures[0])
            if direct is not None and direct.mean() > _DARK_PAGE:
                return direct
        return _rendered(page, pictures)


def _opened(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise BadFile(_open_error(str(error))) from error


def _open_error(reason: str) -> str:
    if "assword" in reason or "ecurity" in reason:
        return "the PDF is encrypted: save it without a password"
    return "the PDF is damaged and cannot be opened: send it again or print it to a new PDF"


def _mentions(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return pattern.search(data) is not None


def _shows_more(page: pdfium.PdfPage, objects: list[pdfium.PdfObject]) -> bool:
    """Whether anything but one picture and invisible (OCR) text may be seen on the page."""
    if pdfium_c.FPDFPage_GetAnnotCount(page) > 0:
        return True
    return any(not isinstance(o, pdfium.PdfImage) and not _invisible_text(o) for o in objects)


def _invisible_text(thing: pdfium.PdfObject) -> bool:
    if thing.type != pdfium_c.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(thing) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def _direct(page: pdfium.PdfPage, picture: pdfium.PdfImage) -> Grey | None:
    """The page's only picture without rendering; None unless it is a plain JPEG over the whole page."""
    if picture.get_filters() != ["DCTDecode"] or not _covers(page, picture):
        return None
    data = bytes(picture.get_data(decode_simple=False))
    try:
        frame = jpeg_frame(data)
    except BadFile:
        return None
    if frame.channels not in (1, 3) or (frame.width, frame.height) != tuple(picture.get_px_size()):
        return None
    image = decode_jpeg(data, max(frame.width, frame.height) >= REDUCE_FROM_SIDE, turn=False)
    return np.ascontiguousarray(np.rot90(image, -page.get_rotation() // 90))


def _covers(page: pdfium.PdfPage, picture: pdfium.PdfImage) -> bool:
    """Whether the picture lies upright over nearly all of the visible page, and not far beyond it."""
    matrix = picture.get_matrix()
    if abs(matrix.b) + abs(matrix.c) > 0.01 * abs(matrix.a) or matrix.a <= 0 or matrix.d <= 0:
        return False
    left, bottom, right, top = page.get_bbox()
    seen_x = min(right, matrix.e + matrix.a) - max(left, matrix.e)
    seen_y = min(top, matrix.f + matrix.d) - max(bottom, matrix.f)
    of_page = min(seen_x / (right - left), seen_y / (top - bottom))
    of_picture = min(seen_x / matrix.a, seen_y / matrix.d)
    return bool(of_page > _COVERS and of_picture > _COVERS)


def _rendered(page: pdfium.PdfPage, pictures: list[pdfium.PdfImage]) -> Grey:
    longest = max(page.get_size())
    scale = min(_RENDER_DPI / 72, _RENDER_SIDE / longest)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    try:
        image = np.array(bitmap.to_numpy(), np.uint8)
    finally:
        bitmap.close()
    grey = image[:, :, 0] if image.ndim == 3 else image
    if pictures and int(grey.min()) > _WHITE and not all(_is_white(picture) for picture in pictures):
        raise BadPage("the page holds a picture that could not be drawn: scan it again or save it as JPEG")
    return np.ascontiguousarray(grey)


def _is_white(picture: pdfium.PdfImage) -> bool:
    try:
        bitmap = picture.get_bitmap()
    except pdfium.PdfiumError:
        return False
    try:
        return int(bitmap.to_numpy().min()) > _WHITE
    finally:
        bitmap.close()
