"""What pupils know and put down: a seeded model of abilities, slips, second thoughts and empties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from recognition.paper.answers import Answer, Manner
from recognition.paper.exam_file import Question
from recognition.paper.pen import Rng
from recognition.paper.slips import misspelt, wrong_digits, wrong_number
from recognition.paper.writer import Writer


class Intent(StrEnum):
    """How good the answer is meant to be."""

    RIGHT = "right"
    NEAR = "near"
    """Misspelt by a letter, or one option of several missing or too many."""
    WRONG = "wrong"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Put:
    """An answer with the intent behind it."""

    answer: Answer
    intent: Intent


_RIVALS: Final = (
    "energy", "pressure", "magnetism", "inertia", "velocity", "mass", "heat", "weight", "tension", "light",
    "momentum", "oxygen", "nucleus", "carbon", "water", "power", "speed", "wind", "no idea", "electricity",
)  # fmt: skip
_ESSAY: Final = (
    "the body falls all the time together with everything around it so nothing presses on the floor "
    "and it seems to float although gravity is almost as strong as on the ground because the height is small"
)
_EMPTY_SHARE: Final = 0.05
_MANNERS: Final = {Manner.TOUCHING: 0.04, Manner.FAINT: 0.02}
STRUCK_OUT: Final = 0.04
"""Share of the written answers that were struck out and written anew, unless told."""
_CROSSED_OUT_SHARE: Final = 0.25
"""Of the answers left empty, those that were written first and struck out."""
_KEY_DISCARDED: Final = 0.3
"""Of the answers struck out for nothing or for a worse one, those that were right."""
_DOUBLE_MARK_SHARE: Final = 0.02


def question_levels(questions: Sequence[Question], rng: Rng) -> Mapping[str, float]:
    """Difficulty of each question on the scale of the pupils' abilities (logits)."""
    return {question.id: float(rng.normal(-0.7, 0.8)) for question in questions}


def put_answer(
    question: Question,
    ability: float,
    level: float,
    writer: Writer,
    rng: Rng,
    struck_out: float = STRUCK_OUT,
) -> Put:
    """What a pupil of `ability` answers to a question of difficulty `level` (Rasch model), and how.

    `struck_out`: the share of what is written that is struck out and written anew.
    """
    if rng.random() < _EMPTY_SHARE:
        return _left_empty(question, writer, rng, max(struck_out, _CROSSED_OUT_SHARE))
    knows = bool(rng.random() < 1 / (1 + np.exp(level - ability)))
    near = not knows and rng.random() < 0.35
    intent = Intent.RIGHT if knows else Intent.NEAR if near else Intent.WRONG
    if question.type == "manual":
        return Put(Answer(_essay(writer.hand.texts or _ESSAY.split(), knows, rng)), intent)
    if question.options:
        return _marks(question, intent, rng)
    text = _text(question, intent, writer, rng)
    meant = _honest(intent, question, text)
    return Put(_written(text, meant, question, writer, rng, struck_out), meant)


def _left_empty(question: Question, writer: Writer, rng: Rng, crossed_out: float) -> Put:
    if question.options or question.type == "manual" or rng.random() > crossed_out:
        return Put(Answer(), Intent.EMPTY)
    first = _discarded(question, Intent.EMPTY, writer, rng)
    return Put(Answer(manner=Manner.CROSSED_OUT, discarded=(first,)), Intent.EMPTY)


def _essay(words: Sequence[str], knows: bool, rng: Rng) -> str:
    start = 0 if knows else int(rng.integers(5, 12))
    return " ".join(words[start : start + int(rng.integers(8, 30))])


def _marks(question: Question, intent: Intent, rng: Rng) -> Put:
    options, keys = question.options, question.keys
    others = [option for option in options if option not in keys]
    if question.type == "choice":
        marked = [keys[0] if intent is Intent.RIGHT or not others else str(rng.choice(others))]
        if rng.random() < _DOUBLE_MARK_SHARE:
            marked.append(str(rng.choice([option for option in options if option not in marked])))
        right = marked == [keys[0]]
        return Put(_second_thoughts(tuple(marked), options, rng), Intent.RIGHT if right else Intent.WRONG)
    chosen = set(keys)
    if intent is not Intent.RIGHT:
        changes = 1 if intent is Intent.NEAR else int(rng.integers(2, len(options) + 1))
        for option in rng.choice(options, changes, replace=False):
            chosen ^= {str(option)}
    return Put(_second_thoughts(tuple(o for o in options if o in chosen), options, rng), intent)


def _second_thoughts(marked: tuple[str, ...], options: Sequence[str], rng: Rng) -> Answer:
    unmarked = [option for option in options if option not in marked]
    if marked and unmarked and rng.random() < 0.05:
        return Answer(marked=marked, manner=Manner.CORRECTED, discarded=(str(rng.choice(unmarked)),))
    return Answer(marked=marked, manner=Manner.FAINT if rng.random() < 0.03 else Manner.PLAIN)


def _text(question: Question, intent: Intent, writer: Writer, rng: Rng) -> str:
    key = str(rng.choice(question.keys))
    if question.type == "digits":
        return key if intent is Intent.RIGHT else wrong_digits(key, question.cells, rng)
    if question.type == "number":
        return _number(key, intent, writer, rng)
    if writer.hand.texts is not None:
        return _available(question.keys, intent, writer.hand.texts, rng)
    if intent is Intent.WRONG and rng.random() < 0.6:
        return str(rng.choice([word for word in _RIVALS if word not in question.keys]))
    return key if intent is Intent.RIGHT else misspelt(key, 1 if intent is Intent.NEAR else 2, rng)


def _number(key: str, intent: Intent, writer: Writer, rng: Rng) -> str:
    collected = writer.hand.numbers or ()
    right = [number for number in collected if number.replace(",", ".") == key]
    if intent is Intent.RIGHT and right:
        return str(rng.choice(right))
    if intent is not Intent.RIGHT and collected and rng.random() < 0.5:
        return str(rng.choice(collected))
    text = key if intent is Intent.RIGHT else wrong_number(key, rng)
    return text.replace(".", writer.decimal_mark)


def _available(keys: Sequence[str], intent: Intent, texts: Sequence[str], rng: Rng) -> str:
    """A text that the hand can write: a key if meant to be right, else one of about its length."""
    folded = {key.casefold() for key in keys}
    right = [text for text in texts if text.casefold() in folded]
    if intent is Intent.RIGHT and right:
        return str(rng.choice(right))
    length = len(str(rng.choice(list(keys))))
    wrong = [text for text in texts if text.casefold() not in folded]
    alike = [text for text in wrong if abs(len(text) - length) <= 2]
    return str(rng.choice(alike or wrong))


def _honest(intent: Intent, question: Question, text: str) -> Intent:
    """`intent`, unless the text does not bear it out (a hand may lack the key)."""
    same = text.replace(",", ".").casefold() in {key.replace(",", ".").casefold() for key in question.keys}
    if same:
        return Intent.RIGHT
    return Intent.WRONG if intent is Intent.RIGHT or question.type != "text" else intent


def _written(
    text: str, meant: Intent, question: Question, writer: Writer, rng: Rng, struck_out: float
) -> Answer:
    others = {**_MANNERS, Manner.REWRITTEN: struck_out}
    shares = {Manner.PLAIN: max(0.0, 1 - sum(others.values())), **others}
    manner = list(shares)[rng.choice(len(shares), p=np.array(list(shares.values())) / sum(shares.values()))]
    if manner is not Manner.REWRITTEN:
        return Answer(text, manner=manner)
    return Answer(text, manner=manner, discarded=(_discarded(question, meant, writer, rng),))


def _discarded(question: Question, meant: Intent, writer: Writer, rng: Rng) -> str:
    """What was written before an answer that is `meant`: now and then the very answer that is asked for."""
    was_right = meant is not Intent.RIGHT and rng.random() < _KEY_DISCARDED
    return _text(question, Intent.RIGHT if was_right else Intent.WRONG, writer, rng)
