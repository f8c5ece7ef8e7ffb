"""The four corner markers: ids 0 to 3 of OpenCV's ArUco dictionary DICT_4X4_50.

Kept as constants because the process that prints must not load OpenCV; a test compares them with it.
"""

from __future__ import annotations

MODULES = 6
"""Modules along a marker's side, its black border included."""

_WHITE_BITS: dict[int, tuple[str, str, str, str]] = {
    0: ("1011", "0101", "0011", "0010"),
    1: ("0000", "1111", "1001", "1010"),
    2: ("0011", "0011", "0010", "1101"),
    3: ("1001", "1001", "0100", "0110"),
}


def white_modules(marker: int) -> list[tuple[int, int]]:
    """The (row, column) of each white module of a marker, counted from 0 at the top-left of its border."""
    rows = _WHITE_BITS[marker]
    return [(r + 1, c + 1) for r, row in enumerate(rows) for c, bit in enumerate(row) if bit == "1"]
