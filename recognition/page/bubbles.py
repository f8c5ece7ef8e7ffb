"""What a student meant by the marks in the bubbles of choice questions.

A cross, a tick, a circle around the letter or a filled bubble marks an option. A mark is taken back
by filling its bubble solidly and marking another lightly, as the sheet says. Whatever is faint,
half-done or double is left to a person, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from recognition.page.bubble_ink import BubbleInk, bubble_ink
from recognition.page.registration import Shift
from recognition.types import Box, BoxKind, BubbleReading, Grey

_SUREST = 0.00015
"""No bubble is surer than this. Some 1,300 sure questions on simulated sheets were all read as marked, so the
risk of a question of four bubbles is put at ln 2 / 1,300, the median of what that allows."""

_EVEN_AREA = 0.030
"""Share of the bubble's area at which ink is as likely a mark as dirt."""
_STEEPNESS = 4.5
"""Logistic slope over ln(area): 1.3 % of the area gives P = 0.02, 7 % gives 0.98."""
_FAINT = 85.0
_FAINT_OF_PAGE = 0.6
_SOLID = 0.62
_LIGHT = 0.48
_SURE = 0.9
_CORRECTED = 0.95


def read_bubbles(flat: Grey, boxes: Sequence[Box], shifts: Sequence[Shift]) -> dict[str, BubbleReading]:
    """Readings of the choice and multi boxes among ``boxes``, by question.

    ``flat`` is the flattened upright page at 8 px/mm, ``shifts`` each box's own alignment.
    """
    pairs = [(box, shift) for box, shift in zip(boxes, shifts, strict=True) if box.bubbles]
    inks = bubble_ink(flat, [box for box, _ in pairs], [shift for _, shift in pairs])
    pen = _page_pen(inks)
    return {
        box.question: judge(box.kind, {o: inks[box.question, o] for o in box.bubbles}, pen)
        for box, _ in pairs
    }


def judge(kind: BoxKind, inks: Mapping[str, BubbleInk], page_pen: float) -> BubbleReading:
    """The reading of one question from the ink of its bubbles.

    ``confidence`` is the product of each option's P(it is what it is taken for); ``page_pen`` the usual
    darkness of this page's marks.
    """
    scores = {option: mark_probability(ink, page_pen) for option, ink in inks.items()}
    marked = tuple(option for option, score in scores.items() if score >= 0.5)
    confidence = math.prod(max(score, 1 - score) for score in scores.values())
    if any(1 - _SURE < score < _SURE for score in scores.values()):
        return BubbleReading(marked, scores, confidence, "a faint or partial mark")
    solid = [option for option in marked if inks[option].inside >= _SOLID]
    light = [option for option in marked if inks[option].inside <= _LIGHT]
    if solid and light and len(solid) + len(light) == len(marked):
        kept = {option: score if option not in solid else 1 - score for option, score in scores.items()}
        doubt = "double mark" if kind is BoxKind.CHOICE and len(light) > 1 else None
        return BubbleReading(tuple(light), kept, confidence * _CORRECTED ** len(solid), doubt)
    if solid and light:
        return BubbleReading(marked, scores, confidence / 2, "half-filled bubbles: taken back or marked?")
    if kind is BoxKind.CHOICE and len(marked) > 1:
        return BubbleReading(marked, scores, confidence / len(marked), "double mark")
    return BubbleReading(marked, scores, confidence, None)


def unmarked_unsure(reading: BubbleReading) -> BubbleReading:
    """The reading of a scan too light to show empty bubbles: no mark may be a mark that was lost."""
    if reading.marked or reading.doubt:
        return reading
    doubt = "no mark, but the scan is too light to be sure"
    return BubbleReading((), reading.scores, min(reading.confidence, 0.5), doubt)


def mark_probability(ink: BubbleInk, page_pen: float) -> float:
    """P(the student marked this bubble): logistic in the log of the inked area, drawn to 1/2 when faint."""
    area = max(ink.area, 1e-4)
    p = 1 / (1 + math.exp(-_STEEPNESS * math.log(area / _EVEN_AREA)))
    weakest = max(_FAINT, _FAINT_OF_PAGE * page_pen)
    if p > 0.5 and ink.darkness < weakest:
        p = 0.5 + (p - 0.5) * max(0.0, ink.darkness / weakest - 0.3) / 0.7 * 0.9
    return min(max(p, _SUREST), 1 - _SUREST)


def _page_pen(inks: Mapping[tuple[str, str], BubbleInk]) -> float:
    """Median darkness of the page's plain marks; 0 when there are fewer than three."""
    plain = sorted(ink.darkness for ink in inks.values() if ink.area > 2 * _EVEN_AREA)
    return plain[len(plain) // 2] if len(plain) >= 3 else 0.0
