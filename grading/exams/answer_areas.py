"""The answer area of each question type: where one writes, from its own top-left corner."""

from __future__ import annotations

from collections.abc import Sequence

from grading.exams.drawing import SOFT, Block, Rule, TextItem, rounded
from grading.exams.layout_json import BoxEntry
from grading.exams.paper import RectMm
from grading.exams.questions import (
    ChoiceQuestion,
    DigitsQuestion,
    ManualQuestion,
    MultiQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
)
from grading.exams.typeface import REGULAR, fit, text_width

CELL_W, CELL_H, CELL_GAP = 9.0, 11.0, 1.5
NUMBER_W, NUMBER_H = 60.0, 13.0
TEXT_H, LONG_TEXT_H = 13.0, 24.0
BUBBLE = 5.5
BUBBLE_ROW = 8.5
LABEL_GAP = 1.8
OPTION_GAPS = (8.0, 6.0, 4.5)
LABEL_SIZE = 10.5
LINE_PITCH = 8.5
HALF_X_HEIGHT = 1.25
"""From the middle of a line of 10.5 pt to its baseline."""


def answer_area(question: Question, left: float, width: float) -> Block:
    """The boxes of a question with their labels, from ``left`` and at most ``width`` wide."""
    match question:
        case DigitsQuestion():
            return cells_area(question.id, "digits", question.cells, left)
        case NumberQuestion():
            return _number_area(question, left, width)
        case TextQuestion():
            return _text_area(question, left, width)
        case ChoiceQuestion() | MultiQuestion():
            return _options_area(question, left, width)
        case ManualQuestion():
            return _ruled_area(question, left, width)


def cells_width(count: int) -> float:
    """The width of ``count`` digit cells with the gaps between them."""
    return count * CELL_W + (count - 1) * CELL_GAP


def cells_area(question: str, kind: str, count: int, left: float) -> Block:
    """Boxed digits; ``question`` is empty for the student number."""
    cells = tuple(rounded(left + i * (CELL_W + CELL_GAP), 0, CELL_W, CELL_H) for i in range(count))
    rect = rounded(left, 0, cells_width(count), CELL_H)
    return Block(CELL_H, boxes=(BoxEntry(question, kind, rect, cells_mm=cells),))


def text_box_mm(question: TextQuestion, width: float) -> tuple[float, float]:
    """Width and height of a text box: steps so wide that they do not give the answer away.

    Only the first answer counts, so that spellings may be added to a key after its sheets are printed.
    """
    length = len(question.answers[0])
    if length <= 16:
        return min(100.0, width), TEXT_H
    if length <= 26:
        return min(130.0, width), TEXT_H
    return width, TEXT_H if length <= 40 else LONG_TEXT_H


def _number_area(question: NumberQuestion, left: float, width: float) -> Block:
    box = BoxEntry(question.id, "number", rounded(left, 0, NUMBER_W, NUMBER_H))
    if not question.unit:
        return Block(NUMBER_H, boxes=(box,))
    unit = fit(question.unit, REGULAR, LABEL_SIZE, width - NUMBER_W - 3)
    text = TextItem(left + NUMBER_W + 3, NUMBER_H / 2 + HALF_X_HEIGHT, unit, size=LABEL_SIZE)
    return Block(NUMBER_H, texts=(text,), boxes=(box,))


def _text_area(question: TextQuestion, left: float, width: float) -> Block:
    box_width, height = text_box_mm(question, width)
    return Block(height, boxes=(BoxEntry(question.id, "text", rounded(left, 0, box_width, height)),))


def _ruled_area(question: ManualQuestion, left: float, width: float) -> Block:
    height = question.lines * LINE_PITCH
    rules = tuple(Rule(left, (i + 1) * LINE_PITCH, width) for i in range(question.lines))
    box = BoxEntry(question.id, "manual", rounded(left, 0, width, height))
    return Block(height, rules=rules, boxes=(box,))


def _options_area(question: ChoiceQuestion | MultiQuestion, left: float, width: float) -> Block:
    places = _option_places(question.options, left, width)
    bubbles = tuple(
        (option, rounded(x, y, BUBBLE, BUBBLE))
        for option, (x, y) in zip(question.options, places, strict=True)
    )
    labels = tuple(
        TextItem(
            x + BUBBLE + LABEL_GAP, y + BUBBLE / 2 + HALF_X_HEIGHT, option, size=LABEL_SIZE, grey=SOFT / 2
        )
        for option, (x, y) in zip(question.options, places, strict=True)
    )
    rect = _around(bubbles, question.options)
    box = BoxEntry(question.id, question.type, rect, bubbles_mm=bubbles)
    return Block(rect[1] + rect[3], texts=labels, boxes=(box,))


def _option_places(options: Sequence[str], left: float, width: float) -> list[tuple[float, float]]:
    """Top-left corners of the bubbles: one row when all fit, else a grid of equal columns."""
    widths = [BUBBLE + LABEL_GAP + text_width(option, REGULAR, LABEL_SIZE) for option in options]
    for gap in OPTION_GAPS:
        if sum(widths) + gap * (len(options) - 1) <= width:
            return [(left + sum(widths[:i]) + gap * i, 0.0) for i in range(len(options))]
    pitch = max(widths) + OPTION_GAPS[0]
    columns = max(1, int((width + OPTION_GAPS[0]) // pitch))
    return [(left + pitch * (i % columns), BUBBLE_ROW * (i // columns)) for i in range(len(options))]


def _around(bubbles: Sequence[tuple[str, RectMm]], options: Sequence[str]) -> RectMm:
    right = max(
        rect[0] + BUBBLE + LABEL_GAP + text_width(option, REGULAR, LABEL_SIZE)
        for (_, rect), option in zip(bubbles, options, strict=True)
    )
    left = min(rect[0] for _, rect in bubbles)
    return rounded(left, 0, right - left, max(rect[1] for _, rect in bubbles) + BUBBLE)
