"""What a scanned file may cost. The defaults take what offices send and stop what only harms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on a file and on each page of it.

    ``page_points``: longest side of a PDF page, 1/72 inch. ``memory_bytes``: address space of the
    rasterising process beyond what its libraries take. ``page_seconds``: wall clock and CPU a page.
    ``archive_bytes``: what all members of a ZIP may hold together.
    """

    file_bytes: int = 2_000_000_000
    pages: int = 5_000
    pixels: int = 80_000_000
    page_points: float = 8_000.0
    memory_bytes: int = 900_000_000
    page_seconds: float = 15.0
    archive_members: int = 2_000
    archive_bytes: int = 8_000_000_000


LIMITS = Limits()
