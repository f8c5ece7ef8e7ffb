"""The answer area of each question type: where one writes, from its own top-left corner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grading.exams.drawing import SOFT, Block, Rule, TextItem, rounded
from grading.exams.layout_json import BoxEntry
from grading.exams.questions import (
    ChoiceQuestion,
    DigitsQuestion,
    ManualQuestion,
    MultiQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
)
from grading.exams.typeface import REGULAR, fit, text_width, wrap

CELL_W, CELL_H, CELL_GAP = 9.0, 11.0, 1.5
NUMBER_W, NUMBER_H = 60.0, 13.0
UNIT_GAP = 3.0
"""Between a number's box and its printed unit."""
TEXT_H, LONG_TEXT_H = 13.0, 24.0
BUBBLE = 5.5
BUBBLE_ROW = 8.5
LABEL_GAP = 1.8
OPTION_GAPS = (8.0, 6.0, 4.5)
LABEL_SIZE = 10.5
LABEL_LEADING = 4.8
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
    rect, right = rounded(left, 0, NUMBER_W, NUMBER_H), left + NUMBER_W
    if not question.unit:
        return Block(NUMBER_H, boxes=(BoxEntry(question.id, "number", rect, free_from_mm=round(right, 2)),))
    unit = fit(question.unit, REGULAR, LABEL_SIZE, width - NUMBER_W - UNIT_GAP - 20)
    text = TextItem(right + UNIT_GAP, NUMBER_H / 2 + HALF_X_HEIGHT, unit, size=LABEL_SIZE)
    free = round(right + UNIT_GAP + text_width(unit, REGULAR, LABEL_SIZE), 2)
    return Block(NUMBER_H, texts=(text,), boxes=(BoxEntry(question.id, "number", rect, free_from_mm=free),))


def _text_area(question: TextQuestion, left: float, width: float) -> Block:
    box_width, height = text_box_mm(question, width)
    return Block(height, boxes=(BoxEntry(question.id, "text", rounded(left, 0, box_width, height)),))


def _ruled_area(question: ManualQuestion, left: float, width: float) -> Block:
    height = question.lines * LINE_PITCH
    rules = tuple(Rule(left, (i + 1) * LINE_PITCH, width) for i in range(question.lines))
    box = BoxEntry(question.id, "manual", rounded(left, 0, width, height))
    return Block(height, rules=rules, boxes=(box,))


@dataclass(frozen=True, slots=True)
class _Option:
    """A bubble's top-left corner and the lines of its label."""

    name: str
    x: float
    y: float
    lines: tuple[str, ...]

    @property
    def right(self) -> float:
        return self.x + _option_width(self.lines)


def _options_area(question: ChoiceQuestion | MultiQuestion, left: float, width: float) -> Block:
    options = _one_row(question.options, left, width) or _grid(question.options, left, width)
    bubbles = tuple((option.name, rounded(option.x, option.y, BUBBLE, BUBBLE)) for option in options)
    bottom = max(option.y + BUBBLE + (len(option.lines) - 1) * LABEL_LEADING for option in options)
    rect = rounded(left, 0, max(option.right for option in options) - left, bottom)
    box = BoxEntry(question.id, question.type, rect, bubbles_mm=bubbles)
    return Block(bottom, texts=tuple(_labels(options)), boxes=(box,))


def _one_row(options: Sequence[str], left: float, width: float) -> list[_Option]:
    """All options side by side with the widest gap that fits; none when they do not fit."""
    widths = [_option_width((option,)) for option in options]
    for gap in OPTION_GAPS:
        if sum(widths) + gap * (len(options) - 1) <= width:
            starts = [left + sum(widths[:i]) + gap * i for i in range(len(options))]
            return [_Option(option, x, 0, (option,)) for option, x in zip(options, starts, strict=True)]
    return []


def _grid(options: Sequence[str], left: float, width: float) -> list[_Option]:
    """Equal columns; labels too long for two columns stand one below the other, wrapped."""
    pitch = max(_option_width((option,)) for option in options) + OPTION_GAPS[0]
    columns = int((width + OPTION_GAPS[0]) // pitch)
    if columns > 1:
        return [
            _Option(option, left + pitch * (i % columns), BUBBLE_ROW * (i // columns), (option,))
            for i, option in enumerate(options)
        ]
    listed: list[_Option] = []
    y = 0.0
    for option in options:
        lines = tuple(wrap(option, REGULAR, LABEL_SIZE, width - BUBBLE - LABEL_GAP))
        listed.append(_Option(option, left, y, lines))
        y += BUBBLE_ROW + (len(lines) - 1) * LABEL_LEADING
    return listed


def _labels(options: Sequence[_Option]) -> Iterator[TextItem]:
    for option in options:
        for i, line in enumerate(option.lines):
            baseline = option.y + BUBBLE / 2 + HALF_X_HEIGHT + i * LABEL_LEADING
            yield TextItem(option.x + BUBBLE + LABEL_GAP, baseline, line, size=LABEL_SIZE, grey=SOFT / 2)


def _option_width(lines: Sequence[str]) -> float:
    return BUBBLE + LABEL_GAP + max(text_width(line, REGULAR, LABEL_SIZE) for line in lines)
