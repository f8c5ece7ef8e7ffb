"""Small files that do harm when nobody looks, and plain ones to compare with."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import cv2
import numpy as np


def pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of the given object bodies, numbered from 1; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def one_page(
    content: bytes = b"",
    resources: bytes = b"",
    size: str = "595 842",
    page: bytes = b"",
    more: tuple[bytes, ...] = (),
) -> bytes:
    """A PDF of one page; ``more`` are its objects from number 5 on."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R /Resources << %s >> %s >>"
            % (size.encode(), resources, page),
            stream(content),
            *more,
        ]
    )


def picture_pdf(data: bytes, entries: bytes, place: bytes = b"595 0 0 842 0 0", page: bytes = b"") -> bytes:
    """A page that shows one picture."""
    picture = stream(data, b"/Type /XObject /Subtype /Image " + entries)
    return one_page(b"q %s cm /P Do Q" % place, b"/XObject << /P 5 0 R >>", page=page, more=(picture,))


def jpeg_pdf(image: np.ndarray, page: bytes = b"", more_entries: bytes = b"") -> bytes:
    """A scan as office scanners pack it: one JPEG over the whole page."""
    space = b"/DeviceGray" if image.ndim == 2 else b"/DeviceRGB"
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    entries = b"/Filter /DCTDecode /Width %d /Height %d /BitsPerComponent 8 /ColorSpace %s %s"
    return picture_pdf(data, entries % (image.shape[1], image.shape[0], space, more_entries), page=page)


def jpeg_pages_pdf(image: np.ndarray, count: int) -> bytes:
    """``count`` pages, each with its own copy of one grey JPEG."""
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    entries = b"/Type /XObject /Subtype /Image /Filter /DCTDecode /Width %d /Height %d /BitsPerComponent 8 "
    picture = stream(data, entries % (image.shape[1], image.shape[0]) + b"/ColorSpace /DeviceGray")
    content = stream(b"q 595 0 0 842 0 0 cm /P Do Q")
    first = 3
    pages, pictures = [], []
    for number in range(count):
        place = first + 1 + count + number
        pages.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R "
            b"/Resources << /XObject << /P %d 0 R >> >> >>" % place
        )
        pictures.append(picture)
    kids = b" ".join(b"%d 0 R" % (first + 1 + number) for number in range(count))
    catalog = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
    ]
    return pdf([*catalog, content, *pages, *pictures])


def endless_image_pdf(side: int = 40_000) -> bytes:
    """A picture of side x side pixels, Flate twice, in some kB."""
    row = zlib.compress(b"\0" * (side * side // 8 // 100), 9)
    data = zlib.compress(row * 100, 9)
    entries = b"/Filter [/FlateDecode /FlateDecode] /ColorSpace /DeviceGray /BitsPerComponent 1 "
    return picture_pdf(data, entries + b"/Width %d /Height %d" % (side, side))


def nested_forms_pdf(depth: int = 12, fan: int = 10) -> bytes:
    """Forms that each draw the next ten times: fan ** depth objects."""
    forms = []
    for level in range(depth):
        draw = b"/F Do " * fan if level + 1 < depth else b"0 0 10 10 re f "
        resources = b"/Resources << /XObject << /F %d 0 R >> >>" % (level + 6) if level + 1 < depth else b""
        forms.append(stream(draw, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + resources))
    return one_page(b"/F Do " * fan, b"/XObject << /F 5 0 R >>", more=tuple(forms))


def many_pages_claim_pdf(claim: int = 200_000) -> bytes:
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count %d >>" % claim,
            b"<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] /Count %d >>" % claim,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
    )


def encrypted_pdf() -> bytes:
    """A page under a password that nobody knows (standard handler, revision 2)."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"ab" * 32, b"cd" * 32),
        ],
        b"/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )


def huge_png(side: int = 32_000) -> bytes:
    """side x side pixels of one colour, 1 bit each."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\xff" * (side // 8)) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()
