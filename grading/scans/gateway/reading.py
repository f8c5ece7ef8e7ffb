"""Written boxes: what the reader makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from grading.scans.gateway.facts import BoxToRead, MachineReading
from grading.scans.gateway.images import decoded

if TYPE_CHECKING:
    from recognition.reader.engine import Reader
    from recognition.types import CellsReading, Reading

BLANK_CONFIDENCE = 0.999
"""Of a box in which the page stage found no ink; its own audit is the blind sample."""


def read(boxes: Sequence[BoxToRead]) -> list[MachineReading]:
    """Read written boxes, in their order; boxed digits cell by cell, the rest as strips."""
    celled = [box for box in boxes if box.crop.cells]
    strips = [box for box in boxes if not box.crop.cells]
    by_cells = iter(_read_cells(celled))
    by_strip = iter(_read_strips(strips))
    return [next(by_cells) if box.crop.cells else next(by_strip) for box in boxes]


def _read_cells(boxes: Sequence[BoxToRead]) -> list[MachineReading]:
    rows = [[decoded(cell) for cell in box.crop.cells] for box in boxes]
    return [_of_cells(reading) for reading in _reader().read_cells(rows, [box.expected for box in boxes])]


def _read_strips(boxes: Sequence[BoxToRead]) -> list[MachineReading]:
    from recognition.types import ReadRequest

    inked = [box for box in boxes if not box.crop.blank]
    requests = [
        ReadRequest(decoded(box.crop.clean), box.crop.kind, box.allowed, box.expected) for box in inked
    ]
    readings = iter(_reader().read(requests))
    return [_empty() if box.crop.blank else _of_strip(next(readings)) for box in boxes]


@lru_cache(maxsize=1)
def _reader() -> Reader:
    """The reader of this process, loaded when it is first needed (never before a fork)."""
    from django.conf import settings

    from recognition.reader.engine import Reader

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
