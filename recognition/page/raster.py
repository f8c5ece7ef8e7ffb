"""Scanned files to pages, one at a time: PDF, TIFF, PNG, JPEG; ZIP through ``recognition.page.archive``.

Every file is decoded in a child process with limits on memory, processor time and wall clock, so a
hostile or broken page costs only itself. This module loads neither OpenCV nor PDFium.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recognition.limits import LIMITS, Limits
from recognition.page.archive import Member, archive_members
from recognition.page.rasteriser import PageError, Rasteriser
from recognition.page.signature import BadFile, FileKind, file_kind
from recognition.types import Grey

__all__ = ["BadFile", "FileInfo", "FileKind", "PageError", "inspect", "page_image", "pages"]

_FAILURES_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What a file is. ``error`` says why it cannot be used; then ``pages`` is 0.

    ``members``: of a ZIP, in its order; a ZIP has no ``pages`` of its own.
    """

    kind: FileKind | None
    pages: int
    members: tuple[Member, ...] = ()
    error: str | None = None


def inspect(path: Path, limits: Limits = LIMITS) -> FileInfo:
    """Kind and page count of a file without decoding any page; never raises for what a file holds."""
    kind = None
    try:
        kind = file_kind(path, limits.file_bytes)
        if kind is FileKind.ZIP:
            return FileInfo(kind, 0, archive_members(path, limits))
        with Rasteriser(limits) as rasteriser:
            return FileInfo(kind, int(rasteriser.look(path)["pages"]))
    except BadFile as error:
        return FileInfo(kind, 0, error=str(error))


def pages(
    path: Path, first: int = 0, last: int | None = None, limits: Limits = LIMITS
) -> Iterator[tuple[int, Grey | PageError]]:
    """Pages ``first`` to ``last`` (from 0, last excluded) in order, each an image or its own error.

    The next page is decoded while the caller works on this one. Raises BadFile when the file as a
    whole cannot be used. After four pages in a row that hang or crash, the rest is given up on.
    """
    with Rasteriser(limits) as rasteriser:
        count = int(rasteriser.look(path)["pages"])
        stop = count if last is None else min(last, count)
        failures = 0
        if first < stop:
            rasteriser.ask(path, first)
        for index in range(first, stop):
            page = _fetched(rasteriser) if failures < _FAILURES_IN_A_ROW else _given_up()
            failures = failures + 1 if isinstance(page, PageError) and page.fatal else 0
            if index + 1 < stop and failures < _FAILURES_IN_A_ROW:
                rasteriser.ask(path, index + 1)
            yield index, page


def page_image(path: Path, index: int, limits: Limits = LIMITS) -> Grey:
    """Page ``index`` (from 0) in grey, shape (H, W), as a viewer would show it.

    The child process is kept for the next call of this process. Raises BadFile or PageError.
    """
    rasteriser = _shared_rasteriser(limits)
    rasteriser.ask(path, index)
    return rasteriser.fetch()


def _fetched(rasteriser: Rasteriser) -> Grey | PageError:
    try:
        return rasteriser.fetch()
    except PageError as error:
        return error


def _given_up() -> PageError:
    return PageError("given up: the pages before it could not be decoded in time", fatal=True)


_shared: dict[tuple[int, Limits], Rasteriser] = {}


def _shared_rasteriser(limits: Limits) -> Rasteriser:
    key = (os.getpid(), limits)  # a forked worker must not read its parent's pipe
    if key not in _shared:
        _shared.clear()
        _shared[key] = Rasteriser(limits)
    return _shared[key]


@atexit.register
def _end_shared() -> None:
    for (process, _), rasteriser in _shared.items():
        if process == os.getpid():
            rasteriser.close()
