"""An exam whose keys real handwriting can answer: keys are texts that occur often in the given sets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from recognition.paper.collected_hands import Cutting, open_collection
from recognition.paper.pen import Rng

_DIGIT_QUESTIONS: Final = 6
_NUMBER_QUESTIONS: Final = 6
_TEXT_QUESTIONS: Final = 8
_CHOICES: Final = 4
_MULTIS: Final = 2
_SHORTEST_WORD: Final = 3
_PLAIN: Final = re.compile(r"-?\d{1,6}([.,]\d{1,4})?")


def proposed_exam(folders: tuple[Path, ...], rng: Rng) -> dict[str, Any]:
    """An exam in the shape of EXAM.yaml, two to three pages long. ValueError when the sets hold no words."""
    found = open_collection(folders)
    words = _frequent([c for c in found.words if len(c.text) >= _SHORTEST_WORD and c.text.isalpha()])
    words = [word for k, word in enumerate(words) if word.casefold() not in {w.casefold() for w in words[:k]}]
    if len(words) < _TEXT_QUESTIONS:
        raise ValueError("too few different words to make an exam of: give a folder of labelled words")
    numbers = _varied(_frequent(found.numbers)) or ["9.81", "-40", "12.5", "0.75", "360", "-3.2"]
    entries: list[dict[str, Any]] = [
        {"type": "digits", "answer": "".join(str(d) for d in rng.integers(0, 10, 2 + k % 5))}
        for k in range(_DIGIT_QUESTIONS)
    ]
    entries += [{"type": "number", "answer": number} for number in numbers]
    entries += [{"type": "text", "answers": [word]} for word in words[:_TEXT_QUESTIONS]]
    options = list("ABCDE")
    entries += [
        {"type": "choice", "options": options, "answer": str(rng.choice(options))} for _ in range(_CHOICES)
    ]
    entries += [{"type": "multi", "options": options, "answer": ["A", "C"]} for _ in range(_MULTIS)]
    questions = [{"id": str(k), **entry, "marks": 1} for k, entry in enumerate(entries, 1)]
    return {"id": "rehearsal", "title": "Rehearsal", "student_id": {"digits": 7}, "questions": questions}


def _frequent(cuttings: Sequence[Cutting]) -> list[str]:
    return [text for text, _ in Counter(cutting.text for cutting in cuttings).most_common()]


def _varied(numbers: Sequence[str]) -> list[str]:
    """Frequent numbers as keys are written, half of them with a sign or a decimal mark if there are such."""
    keys = list(dict.fromkeys(number.replace(",", ".") for number in numbers if _PLAIN.fullmatch(number)))
    marked = [key for key in keys if not key.isdigit()][: _NUMBER_QUESTIONS // 2]
    return [*marked, *[key for key in keys if key.isdigit()]][:_NUMBER_QUESTIONS]
