"""Files that came in: what they hold, and their pages as images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grading.core.errors import UserError
from grading.scans.gateway.facts import FileFacts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recognition.limits import Limits


def inspect_file(path: Path) -> FileFacts:
    """What a file holds, without decoding a page; whatever is wrong with it is in ``error``."""
    from recognition.page.raster import inspect

    found = inspect(path, _limits())
    return FileFacts(found.pages, tuple((member.index, member.name) for member in found.members), found.error)


def extract_member(path: Path, index: int, target: Path) -> str | None:
    """Write one file of an archive to ``target``; what is wrong with it, None when nothing is."""
    from recognition.page.archive import extract_member as extract
    from recognition.page.raster import BadFile

    try:
        extract(path, index, target, _limits())
    except BadFile as error:
        return str(error)
    return None


def page_image(path: Path, index: int) -> NDArray[np.uint8]:
    """Page ``index`` (from 0) of a file in grey. Raises UserError for one that cannot be decoded."""
    from recognition.page.raster import BadFile, PageError
    from recognition.page.raster import page_image as decoded

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
