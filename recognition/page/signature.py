"""What a file is by its first bytes, never by its name, and whether it is whole and only that.

A file that two programs would take for two different things (a polyglot) is refused, and so is one
that ends before its format says it does: its last pages would be missing without a word.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from pathlib import Path

_HEAD = 1024
_TAIL = 66_000
_PDF_END = 2048
_IMAGE_END = 4096


class FileKind(StrEnum):
    """The kinds of files that pages come in."""

    PDF = "pdf"
    TIFF = "tiff"
    PNG = "png"
    JPEG = "jpeg"
    ZIP = "zip"


class BadFile(ValueError):
    """The file as a whole cannot be used; the message says why and what to do."""


OFFICE = "an office document, not a scan: scan the sheets to a PDF, or print the document to one"
_HEIC = "a HEIC photo, which cannot be read: save it as JPEG, or set the camera to JPEG"
_SIGNATURES = (
    (b"%PDF-", FileKind.PDF),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),
)


def file_kind(path: Path, most_bytes: int) -> FileKind:
    """The kind of a whole, unambiguous file of at most ``most_bytes``. Raises BadFile."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
    except OSError as error:
        raise BadFile(f"the file cannot be opened ({error.strerror})") from error
    if not size:
        raise BadFile("the file is empty")
    if size > most_bytes:
        raise BadFile(
            f"the file has {size // 10**6} MB; at most {most_bytes // 10**6} MB are taken: split it"
        )
    kind = _by_head(head)
    _refuse_polyglot(kind, head, tail)
    _refuse_cut_off(kind, tail)
    return kind


def _by_head(head: bytes) -> FileKind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \x00") if b"%PDF-" in head[:16] else head
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise BadFile(OFFICE)
    if head[4:11] in (b"ftyphei", b"ftypmif"):
        raise BadFile(_HEIC)
    raise BadFile("not a PDF, TIFF, PNG, JPEG or ZIP file")


def _refuse_polyglot(kind: FileKind, head: bytes, tail: bytes) -> None:
    if kind is FileKind.ZIP:
        return
    also = "ZIP" if _ends_as_zip(tail) else "PDF" if kind is not FileKind.PDF and b"%PDF-" in head else None
    if also is not None:
        raise BadFile(f"the file is {kind.value.upper()} and {also} at once: print it to a plain PDF")


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an end-of-central-directory record closes the file (APPNOTE.TXT 4.3.16)."""
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return False
    entries, _, _, comment = struct.unpack("<HIIH", tail[at + 10 : at + 22])
    return entries > 0 and at + 22 + comment <= len(tail) and b"PK\x01\x02" in tail


def _refuse_cut_off(kind: FileKind, tail: bytes) -> None:
    whole = {
        FileKind.PDF: lambda: b"%%EOF" in tail[-_PDF_END:],
        FileKind.PNG: lambda: b"IEND\xaeB`\x82" in tail[-_IMAGE_END:],
        FileKind.JPEG: lambda: b"\xff\xd9" in tail[-_IMAGE_END:],
        FileKind.ZIP: lambda: b"PK\x05\x06" in tail,
    }.get(kind)
    if whole is not None and not whole():
        raise BadFile(f"the {kind.value.upper()} file is cut off: its end is missing; send it again")
