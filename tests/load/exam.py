"""The exam that the load test marks: twenty questions of every kind."""

from __future__ import annotations

from typing import Any

QUESTIONS = 20
PREVIEW, THUMBNAIL, CROPS = "pages/load.jpg", "thumbnails/load.jpg", "crops/load.zip"
WORDS = ("mitochondrion", "osmosis", "enzyme")


def exam_data() -> dict[str, Any]:
    """The plain data of the exam file."""
    digits = [{"type": "digits", "answer": str(17 + 5 * k), "marks": 2} for k in range(8)]
    numbers = [{"type": "number", "answer": f"{3 + k}.25", "tolerance": "0.05", "marks": 3} for k in range(4)]
    texts = [{"type": "text", "answers": [word], "marks": 2} for word in WORDS]
    choices = [{"type": "choice", "options": list("ABCD"), "answer": "ABCD"[k], "marks": 1} for k in range(4)]
    manual = [{"type": "manual", "lines": 4, "marks": 5}]
    listed = digits + numbers + texts + choices + manual
    questions = [{"id": str(place), **question} for place, question in enumerate(listed, 1)]
    return {
        "id": "load",
        "title": "A year's exam",
        "error_budget": "0.5%",
        "questions": questions,
    }
