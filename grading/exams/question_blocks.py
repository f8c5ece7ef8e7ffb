"""A question on paper: its number, its prompt, what it is worth, and its answer area, as one block."""

from __future__ import annotations

from dataclasses import replace

from grading.exams.answer_areas import HALF_X_HEIGHT, answer_area
from grading.exams.drawing import SOFT, Block, TextItem
from grading.exams.paper import Frame
from grading.exams.phrases import Phrases
from grading.exams.questions import ChoiceQuestion, MultiQuestion, Question
from grading.exams.typeface import BOLD, REGULAR, balanced, text_width

GUTTER = 10.0
MARKS_COLUMN = 18.0
PROMPT_SIZE = 10.5
LEADING = 4.8
FIRST_BASELINE = 3.7
ANSWER_GAP = 2.6
NOTE_SIZE = 8.5


def question_block(question: Question, frame: Frame, phrases: Phrases) -> Block:
    """The block of a question as wide as the frame's body."""
    beside = MARKS_COLUMN if isinstance(question, ChoiceQuestion | MultiQuestion) else 0.0
    answer = answer_area(question, frame.left + GUTTER, frame.width - GUTTER - beside)
    if not _words(question, phrases) and _fits_beside_marks(answer, frame) and _short_id(question):
        return _one_row(question, answer, frame, phrases)
    heading = _heading(question, frame, phrases)
    lowered = answer.lowered(heading.height + ANSWER_GAP)
    return replace(
        lowered, height=heading.height + ANSWER_GAP + answer.height, texts=heading.texts + lowered.texts
    )


def _short_id(question: Question) -> bool:
    return text_width(question.id, BOLD, PROMPT_SIZE) <= GUTTER - 1.5


def _fits_beside_marks(answer: Block, frame: Frame) -> bool:
    return all(box.rect_mm[0] + box.rect_mm[2] <= frame.right - MARKS_COLUMN for box in answer.boxes)


def _note(question: Question, phrases: Phrases) -> str:
    return phrases.of_marks(question.marks)


def _one_row(question: Question, answer: Block, frame: Frame, phrases: Phrases) -> Block:
    """Without a prompt, number and marks stand beside the first row of the answer area."""
    row = min((rect[3] for box in answer.boxes for _, rect in box.bubbles_mm), default=answer.height)
    baseline = row / 2 + HALF_X_HEIGHT
    number = TextItem(frame.left, baseline, question.id, BOLD, PROMPT_SIZE)
    marks = TextItem(frame.right, baseline, _note(question, phrases), REGULAR, NOTE_SIZE, SOFT, right=True)
    return replace(answer, texts=(number, marks, *answer.texts), compact=True)


def _heading(question: Question, frame: Frame, phrases: Phrases) -> Block:
    lines = _prompt_lines(question, frame, phrases)
    texts = [
        TextItem(frame.left, FIRST_BASELINE, question.id, BOLD, PROMPT_SIZE),
        TextItem(frame.right, FIRST_BASELINE, _note(question, phrases), REGULAR, NOTE_SIZE, SOFT, right=True),
    ]
    y = FIRST_BASELINE if _short_id(question) else FIRST_BASELINE + LEADING
    texts += [
        TextItem(frame.left + GUTTER, y + i * LEADING, line, size=PROMPT_SIZE) for i, line in enumerate(lines)
    ]
    height = y - FIRST_BASELINE + max(1, len(lines)) * LEADING
    if not lines and not _short_id(question):
        height = LEADING
    return Block(height, tuple(texts))


def _prompt_lines(question: Question, frame: Frame, phrases: Phrases) -> list[str]:
    words = _words(question, phrases)
    return balanced(words, REGULAR, PROMPT_SIZE, frame.width - GUTTER - MARKS_COLUMN) if words else []


def _words(question: Question, phrases: Phrases) -> str:
    """The prompt; where several options may be right it says so at the end of its first line."""
    prompt = (question.prompt or "").strip()
    if not isinstance(question, MultiQuestion):
        return prompt
    first, newline, rest = prompt.partition("\n")
    return f"{first} ({phrases.several}){newline}{rest}" if prompt else phrases.several
