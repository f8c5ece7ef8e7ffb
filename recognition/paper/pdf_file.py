"""A PDF as scanners write it: one compressed picture a page, nothing else. Same pages, same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from recognition.paper.presets import Mode
from recognition.paper.scan import ScannedPage


def write_pdf(path: Path, pages: Iterable[ScannedPage]) -> int:
    """Writes the pages in their order, one at a time, beside `path` and renames; returns how many there were.

    ValueError when there is no page.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            count = _write(file, pages)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _write(file: IO[bytes], pages: Iterable[ScannedPage]) -> int:
    file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    starts: dict[int, int] = {}
    kids: list[int] = []
    for page in pages:
        first = 3 + 3 * len(kids)
        for number, body in zip(range(first, first + 3), _page_objects(page, first), strict=True):
            starts[number] = _object(file, number, body)
        kids.append(first)
    if not kids:
        raise ValueError("a PDF needs at least one page")
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    starts[1] = _object(file, 1, b"<< /Type /Catalog /Pages 2 0 R >>")
    starts[2] = _object(file, 2, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed))
    _cross_references(file, starts)
    return len(kids)


def _page_objects(page: ScannedPage, first: int) -> tuple[bytes, bytes, bytes]:
    wide, high = page.width * 72 / page.dpi, page.height * 72 / page.dpi
    box = f"[0 0 {wide:.3f} {high:.3f}]"
    leaf = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents {first + 1} 0 R"
        f" /Resources << /XObject << /I {first + 2} 0 R >> >> >>"
    )
    paint = f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm /I Do Q".encode()
    return leaf.encode(), _stream(b"", paint), _stream(_picture_keys(page).encode(), page.data)


def _picture_keys(page: ScannedPage) -> str:
    size = f"/Type /XObject /Subtype /Image /Width {page.width} /Height {page.height}"
    if page.mode is Mode.BILEVEL:
        fax = f"<< /K -1 /Columns {page.width} /Rows {page.height} /BlackIs1 true >>"
        one_bit = "/ColorSpace /DeviceGray /BitsPerComponent 1"
        return f"{size} {one_bit} /Filter /CCITTFaxDecode /DecodeParms {fax} "
    space = "/DeviceRGB" if page.mode is Mode.COLOUR else "/DeviceGray"
    return f"{size} /ColorSpace {space} /BitsPerComponent 8 /Filter /DCTDecode "


def _stream(keys: bytes, data: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (keys, len(data), data)


def _object(file: IO[bytes], number: int, body: bytes) -> int:
    start = file.tell()
    file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    return start


def _cross_references(file: IO[bytes], starts: dict[int, int]) -> None:
    table = file.tell()
    size = len(starts) + 1
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        file.write(b"%010d 00000 n \n" % starts[number])
    file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, table))
