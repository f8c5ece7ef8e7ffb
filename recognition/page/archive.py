"""Members of a ZIP file, taken out one at a time within limits. Names are never used as paths."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from recognition.limits import LIMITS, Limits
from recognition.page.signature import OFFICE, BadFile, FileKind, file_kind

_CHUNK = 1 << 20
_HIGHEST_RATIO = 400
_RATIO_FROM_BYTES = 20_000_000
_ENCRYPTED = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    IndexError,
)
_OFFICE_PARTS = {"[Content_Types].xml", "META-INF/manifest.xml"}
"""What lies in every document of Office Open XML (docx) and OpenDocument (odt), which are ZIP files."""
_CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: ``name`` for people, ``index`` to take it out, ``size`` as claimed."""

    index: int
    name: str
    size: int


def archive_members(path: Path, limits: Limits = LIMITS) -> tuple[Member, ...]:
    """The files of a ZIP, without folders and what desktops leave behind. Raises BadFile for a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _DAMAGE as error:
        raise BadFile(f"the ZIP file is damaged ({error}): send it again") from error
    if len(entries) > limits.archive_members:
        raise BadFile(f"the ZIP file has {len(entries)} members; at most {limits.archive_members} are taken")
    if not _OFFICE_PARTS.isdisjoint(entry.filename for entry in entries):
        raise BadFile(OFFICE)
    _refuse_bomb(entries, limits)
    members = tuple(
        Member(index, entry.filename, entry.file_size)
        for index, entry in enumerate(entries)
        if not entry.is_dir() and not any(part in _CLUTTER for part in PurePosixPath(entry.filename).parts)
    )
    if not members:
        raise BadFile("the ZIP file holds no files")
    return members


def extract_member(path: Path, index: int, target: Path, limits: Limits = LIMITS) -> FileKind:
    """Writes member ``index`` to ``target`` and says what it is.

    Raises BadFile, leaving no ``target``, for a member that is encrypted, larger than it says, damaged,
    an archive itself, or no scan at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _copy(archive, archive.infolist()[index], target, limits)
        kind = file_kind(target, limits.file_bytes)
        if kind is FileKind.ZIP:
            raise BadFile("an archive within an archive is not opened: send it by itself")
        return kind
    except BadFile:
        target.unlink(missing_ok=True)
        raise
    except _DAMAGE as error:
        target.unlink(missing_ok=True)
        raise BadFile(f"this member of the ZIP file is damaged ({error}): send it again") from error


def _refuse_bomb(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > limits.archive_bytes:
        raise BadFile(f"the ZIP file would unpack to {total // 10**6} MB: split it")
    in_order = sorted(entries, key=lambda entry: entry.header_offset)
    for entry, following in pairwise(in_order):
        if entry.header_offset + entry.compress_size > following.header_offset:
            raise BadFile("members of the ZIP file overlap: it is a zip bomb")
    for entry in entries:
        if entry.file_size > _RATIO_FROM_BYTES and entry.file_size > _HIGHEST_RATIO * max(
            entry.compress_size, 1
        ):
            raise BadFile(
                f"{entry.filename!r} unpacks to {entry.file_size // 10**6} MB from nothing: a zip bomb"
            )


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise BadFile("this member of the ZIP file is encrypted: pack it without a password")
    written = 0
    with archive.open(entry) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > min(entry.file_size, limits.file_bytes):
                raise BadFile("this member of the ZIP file is larger than it says: a zip bomb")
            sink.write(chunk)
