"""Sizes of pictures read from their headers, so that nothing large is decoded unawares.

PNG: IHDR; JPEG: the frame header SOFn (ITU-T T.81 B.2.2); TIFF: the chain of image file directories
(TIFF 6.0, section 2).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from recognition.page.signature import BadFile

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xDA)))
_WIDTH, _HEIGHT = 256, 257
_PLACES = ((273, 279), (324, 325))
_INTEGERS = {1: "B", 3: "H", 4: "I"}
_MOST_VALUES = 200_000


@dataclass(frozen=True, slots=True)
class Frame:
    """Size of a picture in pixels and its number of colour components (1 grey, 3 colour, 4 CMYK)."""

    width: int
    height: int
    channels: int = 1


def png_frame(data: bytes) -> Frame:
    """The size of a PNG. Raises BadFile."""
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise BadFile("the PNG file has no header")
    return Frame(*struct.unpack(">II", data[16:24]))


def jpeg_frame(data: bytes) -> Frame:
    """The size and channels of a JPEG. Raises BadFile."""
    at = 2
    while at + 10 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width, channels = struct.unpack(">HHB", data[at + 5 : at + 10])
            return Frame(width, height, channels)
        at += (
            1
            if marker == 0xFF
            else 2
            if marker in _ALONE
            else 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        )
    raise BadFile("the JPEG file has no frame header")


def tiff_frames(path: Path, most_pages: int) -> list[Frame]:
    """The size of every page of a TIFF. Raises BadFile when the chain is broken, endless or cut off."""
    with path.open("rb") as file:
        head = file.read(8)
        order = "<" if head[:2] == b"II" else ">"
        at = struct.unpack(order + "I", head[4:])[0]
        seen: set[int] = set()
        frames = []
        while at:
            if at in seen or len(seen) >= most_pages:
                raise BadFile(f"the TIFF file has more than {most_pages} pages or runs in a circle")
            seen.add(at)
            tags, at = _Directory(file, order, at).read()
            frames.append(_frame(tags, path.stat().st_size))
    if not frames:
        raise BadFile("the TIFF file holds no page")
    return frames


@dataclass(frozen=True, slots=True)
class _Directory:
    """One image file directory at ``at``; ``read`` gives its integer tags and where the next one is."""

    file: BinaryIO
    order: str
    at: int

    def read(self) -> tuple[dict[int, tuple[int, ...]], int]:
        (count,) = self._unpack("H", 1, self.at)
        tags = {}
        for index in range(count):
            tag, kind, values, _ = self._unpack("HHII", 1, self.at + 2 + 12 * index)
            if kind in _INTEGERS and 0 < values <= _MOST_VALUES:
                tags[tag] = self._values(_INTEGERS[kind], values, self.at + 10 + 12 * index)
        (following,) = self._unpack("I", 1, self.at + 2 + 12 * count)
        return tags, following

    def _values(self, code: str, count: int, place: int) -> tuple[int, ...]:
        if struct.calcsize(code) * count > 4:
            (place,) = self._unpack("I", 1, place)
        return self._unpack(code, count, place)

    def _unpack(self, code: str, count: int, place: int) -> tuple[int, ...]:
        form = f"{self.order}{count if count > 1 else ''}{code}"
        self.file.seek(place)
        data = self.file.read(struct.calcsize(form))
        if len(data) < struct.calcsize(form):
            raise BadFile("the TIFF file is cut off: its end is missing; send it again")
        return struct.unpack(form, data)


def _frame(tags: dict[int, tuple[int, ...]], size: int) -> Frame:
    for offsets, counts in _PLACES:
        ends = [
            start + length for start, length in zip(tags.get(offsets, ()), tags.get(counts, ()), strict=False)
        ]
        if ends and max(ends) > size:
            raise BadFile("the TIFF file is cut off: its end is missing; send it again")
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise BadFile("a page of the TIFF file has no size")
    return Frame(tags[_WIDTH][0], tags[_HEIGHT][0])
