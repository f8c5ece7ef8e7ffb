"""A filled answer sheet: a pupil's answers written onto the picture of a printed page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from recognition.paper.answers import Answer, Manner
from recognition.paper.bubbles import black_out, mark_bubble
from recognition.paper.ink import (
    InkLayer,
    blank_layer,
    inked,
    number_pieces,
    rewrite_cells,
    too_wide,
    word_pieces,
    write_beside,
    write_cells,
    write_in_box,
    write_lines,
)
from recognition.paper.pen import Rng
from recognition.paper.printed import Colour, PrintedPage
from recognition.paper.writer import MarkStyle, Writer
from recognition.types import Box, BoxKind

_FAINT: Final = 0.55
_LEAST_COVER: Final = 0.62
"""A faint answer is still seen by a person in a bilevel scan: a pencil is not made fainter still."""
_MM_PER_LINE: Final = 9.0
_BESIDE: Final = 0.25
"""Share of the struck-out answers whose correction is put beside a box that has room for both."""


def filled_page(
    blank: Colour,
    page: PrintedPage,
    answers: Mapping[str, Answer],
    writer: Writer,
    width_mm: float,
    rng: Rng,
) -> Colour:
    """A copy of the blank page (`width_mm` wide) with the answers in its boxes.

    `answers` goes by question id; "" is the student number. Questions without an answer stay empty.
    """
    layer = blank_layer((blank.shape[0], blank.shape[1]), blank.shape[1] / width_mm)
    for box in page.boxes:
        answer = answers.get(box.question)
        if answer is not None:
            fill_box(layer, box, answer, writer, rng)
    return inked(blank, layer, writer.pen, rng)


def fill_box(layer: InkLayer, box: Box, answer: Answer, writer: Writer, rng: Rng) -> None:
    """Writes one answer into its box. ValueError for options that the box does not have."""
    if box.kind in (BoxKind.CHOICE, BoxKind.MULTI):
        _fill_bubbles(layer, box, answer, writer, rng)
    elif box.kind is BoxKind.MANUAL:
        write_lines(layer, box.rect, answer.text, writer, max(1, round(box.rect.h / _MM_PER_LINE)), rng)
    elif box.cells:
        _fill_cells(layer, box, answer, writer, rng)
    else:
        _fill_text(layer, box, answer, writer, rng)


def _strength(answer: Answer, writer: Writer) -> float:
    if answer.manner is not Manner.FAINT:
        return 1.0
    return min(1.0, max(_FAINT, _LEAST_COVER / writer.pen.density))


def _fill_bubbles(layer: InkLayer, box: Box, answer: Answer, writer: Writer, rng: Rng) -> None:
    unknown = {*answer.marked, *answer.discarded} - set(box.bubbles)
    if unknown:
        raise ValueError(f"question {box.question!r} has no option {', '.join(sorted(unknown))}")
    for option in answer.discarded:
        black_out(layer, box.bubbles[option], writer, rng)
    style = MarkStyle.CROSS if answer.discarded else writer.mark_style
    for option in answer.marked:
        mark_bubble(layer, box.bubbles[option], style, writer, _strength(answer, writer), rng)


def _fill_cells(layer: InkLayer, box: Box, answer: Answer, writer: Writer, rng: Rng) -> None:
    if answer.discarded:
        rewrite_cells(layer, box.cells, answer.discarded[0], answer.text, writer, rng)
    else:
        write_cells(layer, box.cells, answer.text, writer, _strength(answer, writer), rng)


def _fill_text(layer: InkLayer, box: Box, answer: Answer, writer: Writer, rng: Rng) -> None:
    make = word_pieces if box.kind is BoxKind.TEXT else number_pieces
    first = answer.discarded[0] if answer.discarded else ""
    size, reach = (1.4, 1.2) if answer.manner is Manner.TOUCHING else (1.0, 0.96)
    pieces = make(answer.text, first, writer, layer, size, rng)
    if len(pieces) == 2 and (too_wide(layer, box.rect, pieces) or rng.random() < _BESIDE):
        write_beside(layer, box.rect, box.free_from or 0.0, pieces.pop(), rng)
    if pieces:
        write_in_box(layer, box.rect, pieces, _strength(answer, writer), reach, rng)
