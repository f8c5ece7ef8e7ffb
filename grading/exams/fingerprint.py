"""What a printed sheet depends on, in a few characters: the exam's key and a print's run."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from hashlib import blake2s
from typing import Any

from grading.exams.answer_areas import text_box_mm
from grading.exams.layout import LAYOUT_VERSION
from grading.exams.questions import Question, TextQuestion
from grading.exams.spec import ExamSpec

RUN_LENGTH = 4
_GEOMETRY = ("id", "type", "prompt", "unit", "cells", "options", "lines")


def exam_key(spec: ExamSpec) -> str:
    """The fingerprint of what stands on an exam's sheets and where; 32 hexadecimal characters.

    Keys, marks, tolerances and pass marks are left out: changing them must not orphan printed sheets.
    Page codes are checked with it, and a print keeps the one it was made with (``Layout.exam_key``).
    """
    content = {
        "version": LAYOUT_VERSION,
        "id": spec.id,
        "paper": spec.paper,
        "language": spec.language,
        "digits": spec.student_id.digits if spec.student_id else None,
        "questions": [_printed(question) for question in spec.questions],
    }
    return blake2s(_canonical(content), digest_size=16).hexdigest()


def run_id(key: str, students: Sequence[tuple[str, str]], copies: int, first: int = 1) -> str:
    """The id of a print of ``students`` (id, name) and ``copies``: 4 characters of A-Z and 2-7.

    The same print has the same id, so that it can be made again when its layout.json is lost. ``first``:
    the number of its first sheet, where an exam is printed in several goes.
    """
    content = [key, [list(student) for student in students], copies, *([first] if first > 1 else ())]
    digest = blake2s(_canonical(content)).digest()
    return base64.b32encode(digest).decode()[:RUN_LENGTH]


def _printed(question: Question) -> dict[str, Any]:
    printed = {name: getattr(question, name) for name in _GEOMETRY if hasattr(question, name)}
    if isinstance(question, TextQuestion):
        printed["box"] = text_box_mm(question, width=1000.0)
    return printed


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
