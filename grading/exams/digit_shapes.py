"""The ten digits as one should write them: the one with its flag, the seven without a bar.

A stroke is a start and then points in a box 1 wide and 1 high, y down: corners of a polyline (L), or
three points for each cubic curve (C).
"""

from __future__ import annotations

from itertools import pairwise

Point = tuple[float, float]

_SHAPES: tuple[tuple[str, ...], ...] = (
    (
        (
            "C 0.5 0   0.12 0  0.05 0.3  0.05 0.52   0.05 0.8  0.18 1  0.5 1  "
            "0.82 1  0.95 0.78  0.95 0.5   0.95 0.22  0.85 0  0.5 0"
        ),
    ),
    ("L 0.25 0.24  0.6 0  0.6 1",),
    (
        (
            "C 0.1 0.26   0.12 0.06  0.32 0  0.5 0   0.75 0  0.9 0.13  0.88 0.3  "
            "0.86 0.55  0.3 0.75  0.06 1   0.36 1  0.66 1  0.95 1"
        ),
    ),
    (
        (
            "C 0.12 0.12   0.28 0.02  0.4 0  0.52 0   0.76 0  0.88 0.1  0.88 0.24  "
            "0.88 0.4  0.7 0.47  0.42 0.47   0.74 0.47  0.94 0.56  0.94 0.74  "
            "0.94 0.9  0.76 1  0.5 1   0.32 1  0.18 0.97  0.06 0.88"
        ),
    ),
    (
        "L 0.5 0  0.05 0.66  0.95 0.66",
        "L 0.7 0.4  0.7 1",
    ),
    (
        (
            "C 0.88 0   0.63 0  0.45 0  0.2 0   0.18 0.15  0.16 0.3  0.14 0.45  "
            "0.3 0.37  0.42 0.36  0.52 0.36   0.78 0.36  0.94 0.48  0.94 0.68  "
            "0.94 0.88  0.74 1  0.48 1   0.32 1  0.18 0.97  0.06 0.88"
        ),
    ),
    (
        (
            "C 0.8 0.02   0.45 0.08  0.1 0.35  0.08 0.68   0.08 0.88  0.28 1  0.5 1  "
            "0.74 1  0.92 0.88  0.92 0.7   0.92 0.52  0.76 0.42  0.52 0.42  "
            "0.32 0.42  0.12 0.54  0.08 0.72"
        ),
    ),
    ("L 0.06 0  0.94 0  0.38 1",),
    (
        (
            "C 0.5 0.46   0.25 0.44  0.14 0.34  0.14 0.22   0.14 0.08  0.3 0  0.5 0  "
            "0.7 0  0.86 0.08  0.86 0.22   0.86 0.34  0.75 0.44  0.5 0.46  "
            "0.22 0.49  0.06 0.6  0.06 0.74   0.06 0.9  0.26 1  0.5 1   0.74 1  0.94 0.9  0.94 0.74  "
            "0.94 0.6  0.78 0.49  0.5 0.46"
        ),
    ),
    (
        (
            "C 0.92 0.3   0.88 0.48  0.68 0.58  0.48 0.58   0.24 0.58  0.08 0.46  0.08 0.3  "
            "0.08 0.12  0.26 0  0.5 0   0.74 0  0.92 0.1  0.92 0.32   0.92 0.65  0.75 0.85  0.6 1"
        ),
    ),
)


def digit_strokes(digit: int) -> list[list[Point]]:
    """The strokes of a digit, each a start and three points for each cubic curve."""
    return [_curves(shape) for shape in _SHAPES[digit]]


def straight(*points: Point) -> list[Point]:
    """A polyline as curves whose handles lie on the line."""
    stroke = [points[0]]
    for (ax, ay), (bx, by) in pairwise(points):
        stroke += [((2 * ax + bx) / 3, (2 * ay + by) / 3), ((ax + 2 * bx) / 3, (ay + 2 * by) / 3), (bx, by)]
    return stroke


def _curves(shape: str) -> list[Point]:
    kind, *numbers = shape.split()
    points = list(zip(map(float, numbers[::2]), map(float, numbers[1::2]), strict=True))
    return straight(*points) if kind == "L" else points
