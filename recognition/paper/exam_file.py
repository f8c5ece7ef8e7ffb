"""The questions of an exam file as the simulator needs them: keys and options, nothing of marking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """`keys`: the right texts (digits, number, text), or the right options; empty for manual questions."""

    id: str
    type: str
    keys: tuple[str, ...]
    options: tuple[str, ...] = ()
    cells: int = 0


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of an EXAM.yaml (or JSON of that shape). ValueError says what is wrong."""
    text = path.read_text(encoding="utf-8")
    try:
        exam = json.loads(text) if path.suffix == ".json" else _yaml(text)
        return tuple(question_of(entry) for entry in exam["questions"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no exam file: {error!r}") from error


def _yaml(text: str) -> Any:
    import yaml

    # BaseLoader keeps every scalar as it is written, so 007 and 3/4 stay text.
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506


def question_of(entry: Mapping[str, Any]) -> Question:
    """One question from its entry in an exam file. KeyError names a missing key."""
    kind = str(entry["type"])
    keys: tuple[str, ...] = ()
    if kind != "manual":
        given = entry["answers"] if kind == "text" and "answers" in entry else entry["answer"]
        keys = tuple(str(key) for key in given) if isinstance(given, list | tuple) else (str(given),)
    longest = max((len(key) for key in keys), default=0)
    options = tuple(str(option) for option in entry.get("options", ()))
    return Question(str(entry["id"]), kind, keys, options, int(entry.get("cells", longest)))
