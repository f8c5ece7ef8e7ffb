"""What a marker drew on a page: strokes, ticks, crosses, notes, in millimetres from its top left corner."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_ANNOTATIONS, MOST_POINTS, LONGEST_NOTE = 200, 400, 200
FARTHEST_MM = 500.0
"""No paper is larger."""

Point = tuple[float, float]


class Kind(StrEnum):
    """What it looks like."""

    PEN = "pen"
    TICK = "tick"
    CROSS = "cross"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One drawn thing. ``points``: the stroke, or the one place of a sign (middle) or note (left end)."""

    kind: Kind
    points: tuple[Point, ...]
    text: str = ""


def parse(text: str) -> tuple[Annotation, ...]:
    """The annotations that a page sent as JSON; ``ValueError`` for anything that is none."""
    try:
        entries = json.loads(text or "[]")
    except json.JSONDecodeError as problem:
        raise ValueError("the annotations are no JSON") from problem
    return of_stored(entries)


def of_stored(entries: Any) -> tuple[Annotation, ...]:
    """The annotations in a decision's data; ``ValueError`` when they are not of this form."""
    if not isinstance(entries, list) or len(entries) > MOST_ANNOTATIONS:
        raise ValueError(f"expected a list of at most {MOST_ANNOTATIONS} annotations")
    return tuple(map(_annotation, entries))


def to_store(annotations: Iterable[Annotation]) -> list[dict[str, Any]]:
    """The reverse of ``of_stored``; a tenth of a millimetre is finer than any pen."""
    return [
        {"kind": a.kind.value, "points": [[round(x, 1), round(y, 1)] for x, y in a.points]}
        | ({"text": a.text} if a.text else {})
        for a in annotations
    ]


def _annotation(entry: Any) -> Annotation:
    if not isinstance(entry, dict) or not isinstance(entry.get("points"), list):
        raise ValueError(f"{str(entry)[:60]} is no annotation")  # noqa: TRY004
    kind = Kind(str(entry.get("kind")))
    points = tuple(map(_point, entry["points"]))
    text = " ".join(str(entry.get("text", "")).split())[:LONGEST_NOTE] if kind is Kind.NOTE else ""
    if not _fits[kind](len(points)) or (kind is Kind.NOTE and not text):
        raise ValueError(f"a {kind} with {len(points)} places and the text {text[:20]!r}")
    return Annotation(kind, points, text)


_fits: dict[Kind, Callable[[int], bool]] = {
    Kind.PEN: lambda n: 2 <= n <= MOST_POINTS,
    Kind.TICK: lambda n: n == 1,
    Kind.CROSS: lambda n: n == 1,
    Kind.NOTE: lambda n: n == 1,
}


def _point(value: Any) -> Point:
    match value:
        case [int() | float() as x, int() | float() as y] if 0 <= x <= FARTHEST_MM and 0 <= y <= FARTHEST_MM:
            return float(x), float(y)
    raise ValueError(f"{str(value)[:40]} is no place on a page")
